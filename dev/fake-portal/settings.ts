import { FLAG, oneOf, problemIn, TEXT, wholeNumber, type Expectation } from './expectation';

/** How the fake portal behaves besides faults; changed while it runs by POST /_control/settings. */
export interface FakePortalSettings {
  /** Wait before every answer, in ms. */
  latencyMs: number;
  /** Seconds; the vendor's are 1800 (vendor page "Authorization Rules"). */
  tokenLifetimeSeconds: number;
  /** The status that new orders get. */
  orderStatus: string;
  /** Whether order list and details show the purchase order number; not known of the vendor. */
  returnPoNumber: boolean;
  /** How order list and details write when an order was created; the unit is not known of the vendor. */
  createTimeUnit: 'ms' | 's' | 'missing';
  /** By time of creation, or in an order that means nothing, always the same; not known of the vendor. */
  orderListOrder: 'oldest-first' | 'newest-first' | 'shuffled';
  /** Whether order details show plan and services. */
  showOrderSummary: boolean;
  /** Whether order details show the subordinate user of an order; not known of the vendor. */
  showPartnerId: boolean;
  /** Whether a 401 comes inside a 200. */
  unauthorizedInside200: boolean;
  /** Whether a PBX's details and what can be renewed of it show what it has; not known of the vendor. */
  pbxDetails: 'full' | 'silent';
  /** Services under their plans, or lists side by side; not known of the vendor. */
  catalogueShape: 'nested' | 'flat';
  /** Only the first billing contact. */
  singleBillingContact: boolean;
  /** Only the first subordinate user. */
  singlePartner: boolean;
  /** How a list with one entry is given; the vendor's pages say "object" where their prose says "list". */
  listOfOneAs: 'object' | 'array';
  /** Partners and billing contacts come in pages of so many, though no paging is documented; null for whole. */
  unaskedPageSize: number | null;
}

export const DEFAULT_SETTINGS: FakePortalSettings = {
  latencyMs: 0,
  tokenLifetimeSeconds: 1800,
  orderStatus: 'succeed',
  returnPoNumber: false,
  createTimeUnit: 'ms',
  orderListOrder: 'oldest-first',
  showOrderSummary: true,
  showPartnerId: false,
  unauthorizedInside200: false,
  pbxDetails: 'full',
  catalogueShape: 'nested',
  singleBillingContact: false,
  singlePartner: false,
  listOfOneAs: 'object',
  unaskedPageSize: null,
};

/** The longest wait a timer takes, in ms. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

export const MILLISECONDS = wholeNumber(0, LONGEST_WAIT_MS);

const EXPECTATIONS: Record<keyof FakePortalSettings, Expectation> = {
  latencyMs: MILLISECONDS,
  tokenLifetimeSeconds: wholeNumber(0),
  orderStatus: TEXT,
  returnPoNumber: FLAG,
  createTimeUnit: oneOf('ms', 's', 'missing'),
  orderListOrder: oneOf('oldest-first', 'newest-first', 'shuffled'),
  showOrderSummary: FLAG,
  showPartnerId: FLAG,
  unauthorizedInside200: FLAG,
  pbxDetails: oneOf('full', 'silent'),
  catalogueShape: oneOf('nested', 'flat'),
  singleBillingContact: FLAG,
  singlePartner: FLAG,
  listOfOneAs: oneOf('object', 'array'),
  unaskedPageSize: {
    expected: 'a whole number from 1 to 100, or null for the whole list',
    holds: (value) => value === null || wholeNumber(1, 100).holds(value),
  },
};

/**
 * Makes the whole change or, where any part of it is wrong, nothing of it.
 *
 * @returns what is wrong; undefined when it was made
 */
export function changeSettings(
  settings: FakePortalSettings,
  change: Record<string, unknown>,
): string | undefined {
  const problem = problemIn(change, EXPECTATIONS);
  if (problem === undefined) Object.assign(settings, change);
  return problem;
}
