/**
 * The purchase request: one JSON object, typed by hand in the Temporal UI or built from a won deal.
 * Every id is a string, everywhere inside, because the vendor's ids do not survive a JavaScript number.
 *
 * Types only: the workflow bundle contains this file. The schema that checks a request is in request-schema.ts.
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

export interface PurchaseRequest {
  /** 1–128 characters of `A-Z a-z 0-9 . _ : -`; the same id is the same purchase, for ever. */
  requestId: string;
  license: License;
  /** Name (compared without case and spaces) or id of the plan. */
  plan: string;
  /** Number of extensions, a positive integer. */
  extensions: number;
  services?: ServiceRequest[] | undefined;
  /** Term in years, 1–5. */
  years: number;
  /** May be left out when the account has exactly one billing contact. */
  billingContact?: BillingContactReference | undefined;
  /** Purchase order number, shown on the vendor's order. */
  poNumber?: string | undefined;
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
