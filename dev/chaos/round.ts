/** How long what takes in a round; in ms where nothing else is said. */
export interface RoundLength {
  /** The workers' WONCE_SETTLE_… */
  settling: { firstPollMs: number; longestGapMs: number; windowMs: number };
  /** For how long the vendor puts the lookup of a plan off, from and to, in seconds. */
  slowDownSeconds: [number, number];
  /** How long the vendor takes for an order, from and to. */
  orderMs: [number, number];
  /** Between two disturbances, from and to. */
  gapMs: [number, number];
  /** The last disturbance comes before this. */
  disturbedForMs: number;
  /** A fail point that no worker has come to by then is taken away: from then on it is calm. */
  calmAfterMs: number;
  /** Whether faults that take half a minute are among those that are dealt. */
  hasSlowFaults: boolean;
  /** Whether disturbances wait until no purchase reads the vendor's list of PBXs any more. */
  sparesPages: boolean;
}

/** More purchases than this are never under way at once. */
export const AT_ONCE = 50;

/**
 * A worker that dies is noticed after a minute, while it reads pages of a list as in createOrder (workflows/contracts.ts). A
 * round that all purchases begin at once is short: its disturbances fall between the reading of the PBXs and the first
 * reading of the orders, when nobody reads pages, so that no purchase waits twice for that, and it ends within two minutes.
 * A longer one is disturbed at any time.
 */
export function lengthOf(purchases: number): RoundLength {
  return purchases <= AT_ONCE ? SHORT : longLasting(purchases * 500);
}

const SHORT: RoundLength = {
  // The PBXs are read in some 4 s, the first order is sent after 6, and it is calm some 14 s after the beginning: before
  // 16 s nobody looks at the orders. A list may fail for all attempts of the first look: the second, 10 s later, reads it.
  settling: { firstPollMs: 10_000, longestGapMs: 10_000, windowMs: 25_000 },
  slowDownSeconds: [6, 12],
  orderMs: [500, 3_000],
  gapMs: [1_500, 2_500],
  disturbedForMs: 7_000,
  calmAfterMs: 9_500,
  hasSlowFaults: false,
  sparesPages: true,
};

function longLasting(disturbedForMs: number): RoundLength {
  return {
    // A ledger, a Temporal server or both workers are back within some 5 s, a list lags or fails for four calls at most,
    // and a look whose worker dies takes a minute: in two, enough fall into calm, so that every order that is there is
    // found, also on a machine that has more to do.
    settling: { firstPollMs: 300, longestGapMs: 3_000, windowMs: 120_000 },
    slowDownSeconds: [0, 3],
    orderMs: [0, 2_000],
    gapMs: [4_000, 12_000],
    disturbedForMs,
    calmAfterMs: disturbedForMs,
    hasSlowFaults: true,
    sparesPages: false,
  };
}
