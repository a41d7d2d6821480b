import type { FactSource, LicenceRules, NamedFields } from './source';

/** The fields that rules name, each once: what is read of a deal and of its company. */
export function namedFields(rules: LicenceRules): NamedFields {
  const facts = [
    rules.serialNumber,
    typeof rules.partner === 'object' ? rules.partner.fact : undefined,
    'fact' in rules.plan ? rules.plan.fact : undefined,
    rules.extensions,
    rules.years,
    rules.billingContact?.fact,
    rules.poNumber,
  ];
  return { deal: fieldsFrom('deal', facts), company: fieldsFrom('company', facts) };
}

function fieldsFrom(place: 'deal' | 'company', facts: readonly (FactSource | undefined)[]): string[] {
  return [...new Set(facts.flatMap((fact) => (fact?.from === place ? [fact.field] : [])))];
}
