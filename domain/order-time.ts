/**
 * No attempt is under way for longer, in ms: the order's activity ends by its start-to-close, and the longest possible execution
 * (the ledger's, the token's and the order's deadlines together) is shorter. Before that, a worker that is not heard of any more
 * may only be held up, and still send the order or be answered.
 */
export const LONGEST_ORDER_MS = 60_000;
