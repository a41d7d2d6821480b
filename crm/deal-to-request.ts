import {
  OURSELVES,
  type Deal,
  type DealDraft,
  type DealRequest,
  type FilledIn,
  type MappedDeal,
  type MissingFact,
} from '../domain/deal';
import type { License } from '../domain/request';
import { maskEmail } from '../domain/names';
import { Refusal } from '../domain/refusal';
import type { RequestProblem } from '../validation/operation-fields';
import { parseRequest } from '../validation/request-schema';
import { DealFacts } from './deal-facts';
import type { LicenseRules } from './license-rules';

/** The request's own id comes later; here any will do. */
const PLACEHOLDER_ID = 'deal';

/**
 * What a deal comes to: the request, or everything that is missing for one. What a person has filled in goes before
 * what the CRM tells. Nothing is guessed: what could be meant in two ways is missing.
 */
export function mapDeal(deal: Deal, rules: LicenseRules, filledIn: FilledIn): MappedDeal {
  const facts = new DealFacts(deal, rules);
  const draft = {
    license: licenseOf(filledIn, facts),
    plan: filledIn.plan ?? facts.plan(),
    extensions: filledIn.extensions ?? facts.extensions(),
    services: filledIn.services ?? facts.services(),
    years: filledIn.years ?? facts.years(),
    billingContact: filledIn.billingContact ?? facts.billingContact(),
    poNumber: filledIn.poNumber ?? facts.poNumber(),
  };
  const checked = check(draft);
  if ('request' in checked && facts.missing.length === 0) return checked;
  const said = new Set(facts.missing.map(topFieldOf));
  const more = 'missing' in checked ? checked.missing.filter((fact) => !said.has(topFieldOf(fact))) : [];
  const missing = [...facts.missing, ...more];
  return { missing, draft: shownDraft(draft, missing) };
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
function shownDraft(draft: { [Field in keyof DealDraft]: unknown }, missing: readonly MissingFact[]): DealDraft {
  const wrong = new Set(missing.map(topFieldOf));
  const known = Object.entries(draft).filter(([field, value]) => value !== undefined && !wrong.has(field));
  return withoutAddresses(Object.fromEntries(known)) as DealDraft;
}

/** What may never be bought is kept without the e-mail addresses of people. */
function withoutAddresses(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAddresses);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) =>
    key === 'email' && typeof entry === 'string' ? [key, maskEmail(entry)] : [key, withoutAddresses(entry)],
  );
  return Object.fromEntries(entries);
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
