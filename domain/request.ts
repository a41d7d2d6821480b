/**
 * The request of an order: one JSON object, typed by hand in the Temporal UI or built from a won deal.
 * Every id is a string, everywhere inside, because the vendor's ids do not survive a JavaScript number.
 *
 * The workflow bundle contains this file. The schema that checks a request is in validation/request-schema.ts.
 */

/** The user a new license is bought for. Exactly one of the three is given. */
export type PartnerReference = { partnerId: string } | { email: string } | { company: string };

/** Who receives the invoice. Exactly one of the three is given. */
export type BillingContactReference = { billingContactId: string } | { email: string } | { company: string };

/** A license for a PBX that exists, for oneself, or for a subordinate user (`partner`). */
export type License =
  { kind: 'existing'; serialNumber: string } | { kind: 'new'; partner?: PartnerReference | undefined };

/** A service by name or id; the quantity only where the vendor prices the service by quantity. */
export type ServiceRequest = string | { service: string; quantity: number };

/** What is ordered (docs/operations.md); `operations.ts` says what each wants. */
export const OPERATIONS = ['purchase', 'renew', 'switch-plan', 'expand', 'add-service', 'trial'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** The vendor's P-Series Software Edition (product 12) and P-Series Appliance Edition (product 11). */
export const PRODUCTS = ['software', 'appliance'] as const;
export type Product = (typeof PRODUCTS)[number];

/** The vendor's words for how often is paid. */
export const BILLING_CYCLES = ['annually', 'monthly'] as const;
export type BillingCycle = (typeof BILLING_CYCLES)[number];

/** Which fields a request has besides `requestId`, `license` and `plan`, its operation says (operations.ts). */
export interface PurchaseRequest {
  /** 1–128 characters of `A-Z a-z 0-9 . _ : -`; the same id is the same purchase, for ever. */
  requestId: string;
  /** Without one it is `purchase`. */
  operation?: Operation | undefined;
  /** Without one it is `software`. */
  product?: Product | undefined;
  license: License;
  /** Name (compared without case and spaces) or id of the plan: of `switch-plan` the new one, else the one that is bought or there. */
  plan: string;
  /** Number of extensions, a positive integer: of a renewal the present number. */
  extensions?: number | undefined;
  /** Of `expand`: how many come on top. */
  addExtensions?: number | undefined;
  addConcurrentCalls?: number | undefined;
  /** Of a renewal all that are active. */
  services?: ServiceRequest[] | undefined;
  /** Term in years, 1–5; of `switch-plan` the running one. */
  years?: number | undefined;
  /** Of the Appliance Edition; without one it is `annually`, for so many years. `monthly` has no years. */
  billingCycle?: BillingCycle | undefined;
  /** May be left out when the account has exactly one billing contact. */
  billingContact?: BillingContactReference | undefined;
  /** Of a trial: the subordinate user who gets the activation mail too. */
  activationMailTo?: PartnerReference | undefined;
  /** Purchase order number, shown on the vendor's order. */
  poNumber?: string | undefined;
}

/** The operation of a request, as it is meant. */
export function operationOf({ operation }: Pick<PurchaseRequest, 'operation'>): Operation {
  return operation ?? 'purchase';
}

/** The product of a request, as it is meant. */
export function productOf({ product }: Pick<PurchaseRequest, 'product'>): Product {
  return product ?? 'software';
}

/** A service of the request in its long form. */
export interface ServiceLine {
  service: string;
  quantity?: number;
}

/** The services of a request in their long form, in the order they were given. */
export function serviceLines(request: Pick<PurchaseRequest, 'services'>): ServiceLine[] {
  return (request.services ?? []).map((entry) => (typeof entry === 'string' ? { service: entry } : entry));
}

/** A service for people, and as they type it: `5 × Concurrent Calls`. */
export function serviceInWords({ service, quantity }: ServiceLine): string {
  return quantity === undefined ? service : `${quantity} × ${service}`;
}
