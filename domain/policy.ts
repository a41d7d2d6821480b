/**
 * How patient a purchase is, in ms. The worker's settings give it to each run with the answer to its first activity, so
 * that it is part of the history (docs/settings.md).
 */
export interface Policy {
  reconciling: {
    /** From the unknown outcome to the first scan of the vendor's orders; each next wait is twice as long. */
    firstPollMs: number;
    longestGapMs: number;
    /** After so long without an answer a person decides. */
    windowMs: number;
    /** One more attempt after the order was completely absent for so long; none without. */
    reorderAfterAbsenceMs?: number;
  };
  watching: { firstPollMs: number; longestGapMs: number };
  /**
   * The house has rules of approval: before each order is asked whether one is about it. Absent in the histories of before
   * there were any, whose runs go by that: it is their version.
   */
  hasApprovalRules?: true;
  /**
   * Temporal has search attributes of ours: how the purchase stands is told there as well. Absent in the histories of before
   * there were any: it is their version.
   */
  hasSearchAttributes?: true;
}

const MINUTE = 60_000;

export const USUAL_POLICY: Policy = {
  reconciling: { firstPollMs: MINUTE, longestGapMs: 30 * MINUTE, windowMs: 120 * MINUTE },
  watching: { firstPollMs: MINUTE, longestGapMs: 60 * MINUTE },
};
