import type { Deal } from '../orders/deal';

/** When a deal became won, as far as its CRM tells. */
export type WonTime = Pick<Deal, 'wonAt' | 'wonFrom'>;

/** A stage that a deal has entered. */
export interface StageEntry {
  /** ms since 1970. */
  at: number;
  /** Whether it is a won stage; undefined when nobody can tell (any more). */
  isWon: boolean | undefined;
  /** It is the stage that the deal is in now. */
  isPresent: boolean;
}

/**
 * When a deal that is won entered the unbroken run of won stages that it is in: moved from one to another it is won since
 * the first.
 *
 * @param history in any order; entries of one instant may have come in any order
 * @param createdAt with a history of which the oldest entries may be missing: when the deal was created, in ms
 */
export function wonTimeOf(history: readonly StageEntry[], createdAt?: number): WonTime {
  let wonAt: number | undefined;
  let wonFrom: number | undefined;
  let isDoubtful = false;
  let isLeft = false;
  for (const [n, entries] of newestFirst(history).entries()) {
    if (entries.every(({ isWon }) => isWon === false)) {
      isLeft = true;
      break;
    }
    wonFrom = entries[0]!.at;
    const isLastWon = entries.every(({ isWon }) => isWon === true) || (n === 0 && entries.some(isPresent));
    if (isLastWon && !isDoubtful) wonAt = wonFrom;
    isDoubtful ||= !isLastWon || entries.some(({ isWon }) => isWon === undefined);
    isLeft = entries.some(({ isWon }) => isWon === false);
    if (isLeft) break;
  }
  if (!isLeft && createdAt !== undefined) wonFrom = Math.min(createdAt, wonFrom ?? createdAt);
  return timeBetween(wonFrom, wonAt);
}

/**
 * The time of a win that came at `latest`, unless it came as early as `earliest`; of whose latest time nothing is known,
 * nothing is told.
 */
export function timeBetween(earliest: number | undefined, latest: number | undefined): WonTime {
  if (latest === undefined) return {};
  const wonAt = new Date(latest).toISOString();
  if (earliest === undefined || earliest >= latest) return { wonAt };
  return { wonAt, wonFrom: new Date(earliest).toISOString() };
}

function isPresent(entry: StageEntry): boolean {
  return entry.isPresent;
}

/** Those of one instant together. */
function newestFirst(history: readonly StageEntry[]): StageEntry[][] {
  const byTime = new Map<number, StageEntry[]>();
  for (const entry of history) byTime.set(entry.at, [...(byTime.get(entry.at) ?? []), entry]);
  return [...byTime.entries()].sort(([one], [other]) => other - one).map(([, entries]) => entries);
}
