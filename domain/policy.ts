/**
 * How patient a purchase is, in ms. The worker's settings give it to each run with the answer to its first activity, so
 * that it is part of the history (docs/settings.md).
 */
export interface Policy {
  settling: {
    /** From the unknown outcome to the first reading of the vendor's orders; each next wait is twice as long. */
    firstLookMs: number;
    longestGapMs: number;
    /** After so long without an answer a person decides. */
    windowMs: number;
    /** One more attempt after the order was completely absent for so long; none without. */
    reorderAfterAbsenceMs?: number;
  };
  watching: { firstLookMs: number; longestGapMs: number };
}

const MINUTE = 60_000;

export const USUAL_POLICY: Policy = {
  settling: { firstLookMs: MINUTE, longestGapMs: 30 * MINUTE, windowMs: 120 * MINUTE },
  watching: { firstLookMs: MINUTE, longestGapMs: 60 * MINUTE },
};

/** 1, 2, 4, … times the first wait, up to the longest; the first for 0. */
export function growing(firstMs: number, step: number, longestMs: number): number {
  return Math.min(firstMs * 2 ** Math.min(step, 30), longestMs);
}
