import { asExpected, handled, notChecked, notHandled, type Finding } from './row';

/** The header is written to the second, and the answer was under way. */
const USUAL_MS = 30_000;

/**
 * Compares another clock with ours.
 *
 * @param theirs in ms since 1970; undefined where they do not tell
 * @param ours when they told, in ms since 1970
 * @param allowanceMs how far theirs may be behind ours, so that the product still finds what it made
 */
export function compareClocks(theirs: number | undefined, ours: number, allowanceMs: number): Finding {
  if (theirs === undefined || Number.isNaN(theirs)) return notChecked('no time is told');
  const apart = theirs - ours;
  const size = Math.abs(apart);
  if (size <= USUAL_MS) return asExpected('less than half a minute apart');
  const seen = `${lengthOf(size)} ${apart < 0 ? 'behind' : 'ahead of'} this machine's`;
  const advice = "Set this machine's clock by NTP.";
  if (size <= allowanceMs) {
    return handled(
      seen,
      `${advice} Wonce allows for ${lengthOf(allowanceMs)} (WONCE_SETTLE_CLOCK_ALLOWANCE).`,
    );
  }
  return notHandled(
    seen,
    `${advice} If it is right, set WONCE_SETTLE_CLOCK_ALLOWANCE above that: an order that was made may else not be found.`,
  );
}

function lengthOf(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 1) return `${Math.round(ms / 1000)} s`;
  return minutes < 120 ? `${Math.round(minutes)} min` : `${Math.round(minutes / 60)} h`;
}
