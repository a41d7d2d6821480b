/** The vendor's endpoints, as faults and the log of calls name them. */
export const ENDPOINTS = [
  'token',
  'partners',
  'billing-contacts',
  'products',
  'plans',
  'activation-code',
  'orders',
  'order-list',
  'order-details',
] as const;

export type Endpoint = (typeof ENDPOINTS)[number];
