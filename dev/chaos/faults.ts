/** How a purchase ends when nothing but its fault happens to it. */
export type End = 'ordered' | 'refused' | 'waiting';

/** A fault of the fake portal, as POST /_control/faults takes it (docs/fake-portal.md), without its match. */
export interface PortalFault {
  endpoint: 'orders' | 'order-list' | 'plans' | 'products';
  kind: string;
  [setting: string]: unknown;
}

/** What goes wrong with a purchase at the vendor, and what must come of it. */
export interface Fault {
  name: string;
  portalFaults: PortalFault[];
  ends: End;
  /** How many orders of it the vendor then has. */
  orders: 0 | 1;
  /** The status that the vendor gives the order some seconds later. */
  later?: 'succeed' | 'failed';
  /** Takes half a minute: not for short rounds. */
  isSlow?: true;
}

const order = (kind: string, settings: object = {}): PortalFault => ({
  endpoint: 'orders',
  kind,
  ...settings,
});
const list = (kind: string, settings: object = {}): PortalFault => ({
  endpoint: 'order-list',
  kind,
  ...settings,
});
const plans = (kind: string, settings: object = {}): PortalFault => ({
  endpoint: 'plans',
  kind,
  ...settings,
});

const pbxs = (kind: string, settings: object = {}): PortalFault => ({
  endpoint: 'products',
  kind,
  ...settings,
});

const CUT_AFTER = order('cut', { when: 'after' });
const PENDING = order('order-status', { status: 'pending' });
const INVALID = { httpStatus: 200, code: 'parameter_validation_failed' };
const UNKNOWN_FAILURE = { httpStatus: 200, code: 'payment_failed' };
/** Error names of which the vendor documents none. */
const named = (code: string): PortalFault => plans('refuse', { httpStatus: 200, code });
const NO_TOKEN = { httpStatus: 401, code: 'unauthorized' };

/**
 * One row a fault: what goes wrong, how the purchase ends, how many orders of it there are then at the vendor. Of two faults
 * that match one call, the first answers, and the call uses up both: a fault that comes second needs two times.
 */
// prettier-ignore
export const FAULTS: readonly Fault[] = [
  { name: 'none',                               ends: 'ordered', orders: 1, portalFaults: [] },
  { name: 'answer late',                        ends: 'ordered', orders: 1, portalFaults: [order('latency', { ms: 3_000 })] },
  { name: '429 before',                         ends: 'ordered', orders: 1, portalFaults: [order('rate-limit')] },
  { name: '429 twice before',                   ends: 'ordered', orders: 1, portalFaults: [order('rate-limit', { times: 2 })] },
  { name: '401 at the order',                   ends: 'ordered', orders: 1, portalFaults: [order('refuse', NO_TOKEN)] },
  { name: 'refused inside a 200',               ends: 'refused', orders: 0, portalFaults: [order('refuse', INVALID)] },
  { name: 'failure not documented',             ends: 'waiting', orders: 0, portalFaults: [order('refuse', UNKNOWN_FAILURE)] },
  { name: '503 before',                         ends: 'waiting', orders: 0, portalFaults: [order('server-error', { httpStatus: 503 })] },
  { name: '502 after',                          ends: 'ordered', orders: 1, portalFaults: [order('server-error', { httpStatus: 502, when: 'after' })] },
  { name: 'cut before',                         ends: 'waiting', orders: 0, portalFaults: [order('cut')] },
  { name: 'cut after',                          ends: 'ordered', orders: 1, portalFaults: [CUT_AFTER] },
  { name: '429 before, then cut after',         ends: 'ordered', orders: 1, portalFaults: [order('rate-limit'), { ...CUT_AFTER, times: 2 }] },
  { name: 'broken JSON before',                 ends: 'waiting', orders: 0, portalFaults: [order('broken-json')] },
  { name: 'broken JSON after',                  ends: 'ordered', orders: 1, portalFaults: [order('broken-json', { when: 'after' })] },
  { name: 'HTML after',                         ends: 'ordered', orders: 1, portalFaults: [order('html', { when: 'after' })] },
  { name: 'redirect before',                    ends: 'waiting', orders: 0, portalFaults: [order('redirect', { httpStatus: 307 })] },
  { name: 'redirect after',                     ends: 'ordered', orders: 1, portalFaults: [order('redirect', { httpStatus: 303, when: 'after' })] },
  { name: '403 in HTML before',                 ends: 'waiting', orders: 0, portalFaults: [order('html', { httpStatus: 403 })] },
  { name: '404 in HTML after',                  ends: 'ordered', orders: 1, portalFaults: [order('html', { httpStatus: 404, when: 'after' })] },
  { name: '429 in HTML after',                  ends: 'ordered', orders: 1, portalFaults: [order('html', { httpStatus: 429, when: 'after' })] },
  { name: 'hang before',                        ends: 'waiting', orders: 0, portalFaults: [order('hang')], isSlow: true },
  { name: 'hang after',                         ends: 'ordered', orders: 1, portalFaults: [order('hang', { when: 'after' })], isSlow: true },
  { name: 'lookup 503 twice',                  ends: 'ordered', orders: 1, portalFaults: [plans('server-error', { httpStatus: 503, times: 2 })] },
  { name: 'lookup cut, then 429',              ends: 'ordered', orders: 1, portalFaults: [plans('cut'), plans('rate-limit', { times: 2 })] },
  { name: 'lookup redirected, then 404 in HTML', ends: 'ordered', orders: 1, portalFaults: [plans('redirect'), plans('html', { httpStatus: 404, times: 2 })] },
  { name: 'lookup 423, then a name of trouble', ends: 'ordered', orders: 1, portalFaults: [plans('html', { httpStatus: 423 }), { ...named('system_busy'), times: 2 }] },
  { name: 'lookup by name: token, too many',   ends: 'ordered', orders: 1, portalFaults: [named('token_expired'), { ...named('too_many_requests'), times: 2 }] },
  { name: 'list of PBXs moves',                 ends: 'ordered', orders: 1, portalFaults: [pbxs('moving-list', { times: 8 })] },
  { name: 'list of PBXs twice, then none',      ends: 'ordered', orders: 1, portalFaults: [pbxs('row-twice', { times: 4 }), pbxs('no-list', { times: 2 })] },
  { name: 'pending, succeeds later',            ends: 'ordered', orders: 1, portalFaults: [PENDING], later: 'succeed' },
  { name: 'pending, fails later',               ends: 'refused', orders: 1, portalFaults: [PENDING], later: 'failed' },
  { name: 'pending and cut after',              ends: 'ordered', orders: 1, portalFaults: [PENDING, CUT_AFTER], later: 'succeed' },
  { name: 'cut after, list lags behind',        ends: 'ordered', orders: 1, portalFaults: [CUT_AFTER, list('short-list', { hide: 20, times: 4 })] },
  { name: 'cut after, list moves',              ends: 'ordered', orders: 1, portalFaults: [CUT_AFTER, list('moving-list', { times: 6 })] },
  { name: 'cut after, list fails thrice',       ends: 'ordered', orders: 1, portalFaults: [CUT_AFTER, list('server-error', { httpStatus: 503, times: 3 })] },
];

/** Pairs of purchases of one content: what goes wrong with the one and the other. */
export const TWINS: readonly [string, string][] = [
  ['none', 'none'],
  ['none', 'cut after'],
  ['cut before', 'cut after'],
  ['cut after', 'cut after'],
];

export const rowOfTwins = (names: readonly string[]): string => `twins: ${names.join(' / ')}`;

/** The rows of the result, in their order. */
export const ROWS = [...FAULTS.map(({ name }) => name), ...TWINS.map(rowOfTwins)];

/** Both orders of twins are on their way to the vendor before it takes either. */
export const TWINS_TOGETHER = order('latency', { ms: 1_500, times: 2 });

/** The vendor takes its time with an order. */
export const slowOrder = (ms: number, times: number): PortalFault => order('latency', { ms, times });

/** The vendor asks to come again later, so that the orders do not all come at once. */
export const slowDown = (seconds: number, times: number): PortalFault =>
  plans('rate-limit', { retryAfterSeconds: seconds, times });

/** @throws Error when there is none of that name */
export function faultNamed(name: string): Fault {
  const fault = FAULTS.find((one) => one.name === name);
  if (fault === undefined) throw new Error(`There is no fault "${name}" in FAULTS.`);
  return fault;
}
