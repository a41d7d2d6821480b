/**
 * Named points at which a test may end this process as `kill -9` does, to see what becomes of a purchase. Switched on by
 * WONCE_FAIL_POINT alone, which production refuses (worker/start-worker.ts); without it a point does nothing.
 */
export const FAIL_POINTS = [
  'before-attempt-written',
  'after-attempt-written',
  'before-order-sent',
  'after-order-taken',
  'after-answer-judged',
  'before-outcome-recorded',
  'after-outcome-recorded',
  'before-activity-returns',
] as const;

export type FailPoint = (typeof FAIL_POINTS)[number];

/** How often each was passed by this process. */
const passed = new Map<string, number>();

/**
 * Ends the process here when WONCE_FAIL_POINT says so: `name` at the first passing, `name:3` at the third.
 */
export function failPoint(name: FailPoint): void {
  const [wanted, at = '1'] = (process.env.WONCE_FAIL_POINT ?? '').split(':');
  if (wanted !== name) return;
  const times = (passed.get(name) ?? 0) + 1;
  passed.set(name, times);
  if (times !== Number(at)) return;
  process.kill(process.pid, 'SIGKILL');
  // The signal may come a moment later: until then nothing more happens here.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
}

/** Whether a text is a setting of WONCE_FAIL_POINT that means something. */
export function isFailPoint(text: string): boolean {
  const [name, at = '1', ...more] = text.split(':');
  return FAIL_POINTS.some((point) => point === name) && /^[1-9]\d*$/.test(at) && more.length === 0;
}
