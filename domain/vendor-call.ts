/** The calls of the vendor's API, by short names that have no id in them. */
export const VENDOR_ENDPOINTS = [
  'token',
  'create-order',
  'list-orders',
  'read-order',
  'list-partners',
  'list-billing-contacts',
  'list-products',
  'read-product',
  'read-auto-renewal',
  'read-renewal',
  'read-catalogue',
  'read-activation-code',
  'other',
] as const;
export type VendorEndpoint = (typeof VENDOR_ENDPOINTS)[number];

/** How a call ended: with what was asked for, with a failure of this kind, or without an answer. */
export const VENDOR_CALL_OUTCOMES = [
  'success',
  'unauthorised',
  'slow-down',
  'out-of-order',
  'refused',
  'not-there',
  'not-understood',
  'no-answer',
] as const;
export type VendorCallOutcome = (typeof VENDOR_CALL_OUTCOMES)[number];

/** One call of the vendor's API. */
export interface VendorCall {
  endpoint: VendorEndpoint;
  outcome: VendorCallOutcome;
  /** From name lookup to the last byte. */
  seconds: number;
}

/** Is told of each call once it has ended. */
export type VendorCallObserver = (call: VendorCall) => void;
