import type { Deal, FilledIn, MappedDeal, MissingFact } from '../orders/deal';
import { Refusal } from '../orders/refusal';
import { parseRequest, type RequestProblem } from '../orders/request-schema';
import { DealFacts } from './deal-facts';
import type { LicenceRules } from './source';

/** The request's own id comes later; here any will do. */
const PLACEHOLDER_ID = 'deal';

/**
 * What a deal comes to: the request, or everything that is missing for one. What a person has filled in goes before
 * what the CRM tells. Nothing is guessed: what could be meant in two ways is missing.
 */
export function mapDeal(deal: Deal, rules: LicenceRules, filledIn: FilledIn): MappedDeal {
  const facts = new DealFacts(deal, rules);
  const checked = check({
    license: filledIn.license ?? facts.license(),
    plan: filledIn.plan ?? facts.plan(),
    extensions: filledIn.extensions ?? facts.extensions(),
    services: filledIn.services ?? facts.services(),
    years: filledIn.years ?? facts.years(),
    billingContact: filledIn.billingContact ?? facts.billingContact(),
    poNumber: filledIn.poNumber ?? facts.poNumber(),
  });
  if ('request' in checked && facts.missing.length === 0) return checked;
  const said = new Set(facts.missing.map(topFieldOf));
  const more = 'missing' in checked ? checked.missing.filter((fact) => !said.has(topFieldOf(fact))) : [];
  return { missing: [...facts.missing, ...more] };
}

/** What a request refuses is missing, too: it can be corrected in the CRM, or filled in. */
function check(draft: Record<string, unknown>): MappedDeal {
  const known = Object.entries(draft).filter(([, value]) => value !== undefined);
  try {
    const { requestId: _, ...request } = parseRequest({
      requestId: PLACEHOLDER_ID,
      ...Object.fromEntries(known),
    });
    return { request };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { missing: missingFactsOf(error) };
  }
}

function missingFactsOf({ code, message, details }: Refusal): MissingFact[] {
  if (code === 'ServiceNeedsPlan') return [{ field: 'services', problem: message }];
  const problems = details.problems as RequestProblem[];
  return problems.map(({ field, expected, received }) => ({
    field,
    problem: `expected ${expected}; came ${received}`,
  }));
}

/** `license` of `license.serialNumber` */
function topFieldOf({ field }: MissingFact): string {
  return field.split('.')[0]!;
}
