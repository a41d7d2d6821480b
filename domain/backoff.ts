/** 1, 2, 4, … times the first wait, up to the longest; the first for 0. */
export function exponentialBackoff(firstMs: number, step: number, longestMs: number): number {
  return Math.min(firstMs * 2 ** Math.min(step, 30), longestMs);
}
