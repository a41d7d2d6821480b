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
  createTimeUnit: 'ms' | 's' | 'words' | 'missing';
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
  catalogueShape: 'nested' | 'flat' | 'foreign';
  /** Only the first billing contact. */
  singleBillingContact: boolean;
  /** Only the first subordinate user. */
  singlePartner: boolean;
  /** How a list with one entry is given; the vendor's pages say "object" where their prose says "list". */
  listOfOneAs: 'object' | 'array';
  /** Partners and billing contacts come in pages of so many, though no paging is documented; null for whole. */
  unaskedPageSize: number | null;
  /** How far its clock, in the header `Date`, is ahead, in ms. */
  clockAheadMs: number;
  /** How ids of people, plans, services and orders stand in answers; the vendor's pages say text. */
  idsAs: 'text' | 'number';
  /** How the envelope has its status. */
  envelopeStatus: 'number' | 'text' | 'missing';
  /** Whether the envelope has a request id. */
  showRequestId: boolean;
  /** Whether every failure comes inside a 200. */
  failuresInside200: boolean;
  /** How a token says how long it lives; the vendor's page says text. */
  expiresInAs: 'text' | 'number' | 'missing';
  /** Entries of a page at most, however many are asked for; null for refusing more than 100. */
  largestPage: number | null;
  /** How a page says how many there are. */
  pagingNumbers: 'number' | 'text' | 'missing';
  /** Whether a page behind the first is the first again. */
  samePageAgain: boolean;
  /** Whether order list and details show order numbers, beside ids. */
  showOrderNo: boolean;
  /** By what the details of an order may be asked for. */
  orderDetailsBy: 'both' | 'id';
  /** Details of an order in sections, as the vendor's page says, or without. */
  orderDetailsShape: 'sections' | 'flat';
  /** Plan and services of an order under the names of an order, or under names that mean nothing. */
  orderSummaryNames: 'known' | 'foreign';
  /** What the ids of plans and services on offer are called; the vendor's pages know both names. */
  planIdNames: 'planId' | 'pricingPlanId';
  /** Whether plans are told without a serial number, as for a new license. */
  plansForNewLicense: boolean;
  /** How it says whether a PBX renews itself. */
  autoRenewAs: 'boolean' | 'text' | 'missing';
  /** How the products on sale are given. */
  productListAs: 'array' | 'object';
  /** Whether the Software Edition is on sale. */
  sellsSoftware: boolean;
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
  clockAheadMs: 0,
  idsAs: 'text',
  envelopeStatus: 'number',
  showRequestId: true,
  failuresInside200: false,
  expiresInAs: 'text',
  largestPage: null,
  pagingNumbers: 'number',
  samePageAgain: false,
  showOrderNo: true,
  orderDetailsBy: 'both',
  orderDetailsShape: 'sections',
  orderSummaryNames: 'known',
  planIdNames: 'planId',
  plansForNewLicense: true,
  autoRenewAs: 'boolean',
  productListAs: 'array',
  sellsSoftware: true,
};

/** The longest wait a timer takes, in ms. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

export const MILLISECONDS = wholeNumber(0, LONGEST_WAIT_MS);

const EXPECTATIONS: Record<keyof FakePortalSettings, Expectation> = {
  latencyMs: MILLISECONDS,
  tokenLifetimeSeconds: wholeNumber(0),
  orderStatus: TEXT,
  returnPoNumber: FLAG,
  createTimeUnit: oneOf('ms', 's', 'words', 'missing'),
  orderListOrder: oneOf('oldest-first', 'newest-first', 'shuffled'),
  showOrderSummary: FLAG,
  showPartnerId: FLAG,
  unauthorizedInside200: FLAG,
  pbxDetails: oneOf('full', 'silent'),
  catalogueShape: oneOf('nested', 'flat', 'foreign'),
  singleBillingContact: FLAG,
  singlePartner: FLAG,
  listOfOneAs: oneOf('object', 'array'),
  unaskedPageSize: {
    expected: 'a whole number from 1 to 100, or null for the whole list',
    holds: (value) => value === null || wholeNumber(1, 100).holds(value),
  },
  clockAheadMs: wholeNumber(-LONGEST_WAIT_MS, LONGEST_WAIT_MS),
  idsAs: oneOf('text', 'number'),
  envelopeStatus: oneOf('number', 'text', 'missing'),
  showRequestId: FLAG,
  failuresInside200: FLAG,
  expiresInAs: oneOf('text', 'number', 'missing'),
  largestPage: {
    expected: 'a whole number from 1 to 100, or null for refusing more than 100',
    holds: (value) => value === null || wholeNumber(1, 100).holds(value),
  },
  pagingNumbers: oneOf('number', 'text', 'missing'),
  samePageAgain: FLAG,
  showOrderNo: FLAG,
  orderDetailsBy: oneOf('both', 'id'),
  orderDetailsShape: oneOf('sections', 'flat'),
  orderSummaryNames: oneOf('known', 'foreign'),
  planIdNames: oneOf('planId', 'pricingPlanId'),
  plansForNewLicense: FLAG,
  autoRenewAs: oneOf('boolean', 'text', 'missing'),
  productListAs: oneOf('array', 'object'),
  sellsSoftware: FLAG,
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
