import { isBlank, withoutBlank } from './visible-text';
import { isRecord } from './json-values';
import { present } from './optional';

const FIELDS = new Set([
  ...['requestId', 'license', 'plan', 'extensions'],
  ...['services', 'years', 'billingContact', 'poNumber'],
  ...['operation', 'product', 'addExtensions', 'addConcurrentCalls', 'billingCycle', 'activationMailTo'],
]);
const REFERENCES = new Set(['partnerId', 'billingContactId', 'email', 'company']);

/**
 * A request, or a part of one, without what is null or "": that means the same as to leave it out. What is left out has
 * its usual meaning (`services`, `billingContact`, `poNumber`) or is missing (all others).
 *
 * A partner that is there and empty stays, to be refused: somebody meant one, and a license does not become one for
 * oneself by what is empty. Keys that are not known stay too.
 */
export function withoutLeftOut(request: Record<string, unknown>): Record<string, unknown> {
  const told = without(request, FIELDS);
  const { license, services, billingContact, activationMailTo } = told;
  return {
    ...told,
    ...(isRecord(license) && { license: licenseOf(license) }),
    ...(isRecord(activationMailTo) && { activationMailTo: without(activationMailTo, REFERENCES) }),
    ...(Array.isArray(services) && { services: services.filter((service) => !isBlank(service)) }),
    ...(isRecord(billingContact) && { billingContact: without(billingContact, REFERENCES) }),
  };
}

function licenseOf({ serialNumber, partner, ...rest }: Record<string, unknown>): Record<string, unknown> {
  const user = isRecord(partner) ? without(partner, REFERENCES) : partner;
  const hasSerialNumber = !isBlank(serialNumber);
  const hasUser = !isBlank(user) && !(isRecord(user) && Object.keys(user).length === 0);
  // The two exclude each other: the empty one goes where the other one is told.
  if (hasSerialNumber && !hasUser) return { ...rest, serialNumber };
  if (hasUser && !hasSerialNumber) return { ...rest, partner: user };
  return {
    ...rest,
    ...present({ serialNumber, partner: user }),
  };
}

/** A deal as somebody wrote it, without what is null or "": that means the same as to leave it out. */
export function dealWithoutLeftOut(deal: Record<string, unknown>): Record<string, unknown> {
  const { fields, company, lineItems, ...rest } = withoutBlank(deal);
  return {
    ...rest,
    fields: factsOf(fields ?? {}),
    company: factsOf(company ?? {}),
    lineItems: Array.isArray(lineItems)
      ? lineItems
          .filter((item) => !isBlank(item))
          .map((item: unknown) => (isRecord(item) ? withoutBlank(item) : item))
      : (lineItems ?? []),
  };
}

/** True and false are text there, as in what CRMs tell. */
function factsOf(facts: unknown): unknown {
  if (!isRecord(facts)) return facts;
  return Object.fromEntries(
    Object.entries(withoutBlank(facts)).map(([name, fact]) => [
      name,
      typeof fact === 'boolean' ? String(fact) : fact,
    ]),
  );
}

function without(fields: Record<string, unknown>, known: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => !known.has(key) || !isBlank(value)),
  );
}
