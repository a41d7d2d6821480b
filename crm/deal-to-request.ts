import {
  OURSELVES,
  type Deal,
  type DealDraft,
  type DealRequest,
  type FilledIn,
  type MappedDeal,
  type MissingFact,
} from '../domain/deal';
import { withMaskedEmails } from '../domain/names';
import { knownRuleOf, ruleOf, type OperationRule } from '../domain/operations';
import { present } from '../domain/optional';
import { Refusal } from '../domain/refusal';
import type { License } from '../domain/request';
import type { RequestProblem } from '../domain/request-problem';
import { problemsOfOperation } from '../validation/operation-fields';
import { parseRequest } from '../validation/request-schema';
import { DealFacts } from './deal-facts';
import { DealLookup } from './deal-lookup';
import { fittingOf, operationIn, productIn, reportStrayItems } from './deal-operation';
import type { LicenseRules } from './license-rules';

/** The request's own id comes later; here any will do. */
const PLACEHOLDER_ID = 'deal';

/**
 * What a deal comes to: the request, or everything that is missing for one. What a person has filled in goes before
 * what the CRM tells. Nothing is guessed: what could be meant in two ways is missing.
 */
export function mapDeal(deal: Deal, rules: LicenseRules, filledIn: FilledIn): MappedDeal {
  const lookup = new DealLookup(deal);
  const what = present({
    operation: filledIn.operation ?? operationIn(lookup, rules),
    product: filledIn.product ?? productIn(lookup, rules),
  });
  if (lookup.missing.length > 0) return unclear(deal, rules, filledIn, lookup.missing);
  const rule = ruleOf(what);
  if (rule === undefined) return unclear(deal, rules, { ...filledIn, ...what }, noSuchRow(what));
  // A person who says the operation has seen what is sold.
  if (filledIn.operation === undefined) reportStrayItems(lookup, rules, rule);
  const fitting = fittingOf(lookup, filledIn, rule);
  const draft = { ...what, ...draftOf(new DealFacts(lookup, rules, rule), rule, fitting) };
  const checked = check(draft);
  if ('request' in checked && lookup.missing.length === 0) return checked;
  const said = saidFields(lookup.missing, rule);
  const more = 'missing' in checked ? checked.missing.filter((fact) => !said.has(topFieldOf(fact))) : [];
  const missing = [...lookup.missing, ...more].map((fact) => byTypedField(fact, rule));
  return { missing, draft: shownDraft(draft, missing) };
}

/** What the operation does not have is not looked for. */
function draftOf(facts: DealFacts, { oneOf = [] }: OperationRule, filledIn: FilledIn) {
  const billingCycle = filledIn.billingCycle ?? facts.billingCycle();
  const draft = {
    license: licenseOf(filledIn, facts),
    plan: filledIn.plan ?? facts.plan(),
    extensions: filledIn.extensions ?? facts.extensions(),
    addExtensions: filledIn.addExtensions ?? facts.addExtensions(),
    addConcurrentCalls: filledIn.addConcurrentCalls ?? facts.addConcurrentCalls(),
    services: filledIn.services ?? facts.services(),
    years: filledIn.years ?? facts.years(billingCycle),
    billingCycle,
    billingContact: filledIn.billingContact ?? facts.billingContact(),
    activationMailTo: filledIn.activationMailTo ?? facts.activationMailTo(),
    poNumber: filledIn.poNumber ?? facts.poNumber(),
  };
  if (oneOf.length > 0 && oneOf.every((field) => draft[field] === undefined)) facts.reportNone(oneOf);
  return draft;
}

/**
 * A deal of which it is not clear what is ordered: what else is missing depends on that. Shown is what any order has, as
 * far as it is known.
 */
function unclear(deal: Deal, rules: LicenseRules, filledIn: FilledIn, missing: MissingFact[]): MappedDeal {
  const facts = new DealFacts(new DealLookup(deal), rules, knownRuleOf({}));
  const license = licenseOf(filledIn, facts);
  const draft = {
    ...filledIn,
    license: license?.kind === 'existing' || filledIn.license !== undefined ? license : undefined,
    plan: filledIn.plan ?? facts.plan(),
    poNumber: filledIn.poNumber ?? facts.poNumber(),
  };
  return { missing, draft: shownDraft(draft, missing) };
}

/** The product has no such operation. */
function noSuchRow(what: Pick<DealRequest, 'operation' | 'product'>): MissingFact[] {
  const any = { requestId: PLACEHOLDER_ID, license: { kind: 'new' }, plan: '' } as const;
  return problemsOfOperation({ ...any, ...what }).map(missingFactOf);
}

/** Fields of which something is said already; of those of which one is needed, all when one is. */
function saidFields(missing: readonly MissingFact[], { oneOf = [] }: OperationRule): Set<string> {
  const said = new Set(missing.map(topFieldOf));
  return oneOf.some((field) => said.has(field)) ? new Set([...said, ...oneOf]) : said;
}

/** By the field that a person fills in: a license of the wrong kind becomes the other by the PBX, or by the user. */
function byTypedField({ field, problem }: MissingFact, { licenses }: OperationRule): MissingFact {
  if (field !== 'license.kind') return { field, problem };
  return { field: licenses.includes('existing') ? 'license.serialNumber' : 'license.partner', problem };
}

/** A person who fills in a new license says for whom, in words; else it is for whomever the rules name. */
function licenseOf({ license }: FilledIn, facts: DealFacts): License | undefined {
  if (license === undefined) return facts.license();
  if (license.kind === 'existing') return license;
  const { partner } = license;
  if (partner === undefined) return facts.newLicense();
  return partner === OURSELVES ? { kind: 'new' } : { kind: 'new', partner };
}

/** What is known and right so far, for people. */
function shownDraft(
  draft: { [Field in keyof DealDraft]: unknown },
  missing: readonly MissingFact[],
): DealDraft {
  const wrong = new Set(missing.map(topFieldOf));
  const known = Object.entries(draft).filter(([field, value]) => value !== undefined && !wrong.has(field));
  return withMaskedEmails(Object.fromEntries(known));
}

/** What a request refuses is missing, too: it can be corrected in the CRM, or filled in. */
function check(draft: Record<string, unknown>): { request: DealRequest } | { missing: MissingFact[] } {
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
  return (details.problems as RequestProblem[]).map(missingFactOf);
}

function missingFactOf({ field, expected, received }: RequestProblem): MissingFact {
  return { field, problem: `expected ${expected}; came ${received}` };
}

/** `license` of `license.serialNumber` */
function topFieldOf({ field }: MissingFact): string {
  return field.split('.')[0]!;
}
