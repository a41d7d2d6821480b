import type { Deal } from '../domain/deal';

/** When a deal became won, as far as its CRM tells. */
export type WonTime = Pick<Deal, 'wonAt' | 'wonFrom'>;

/** A stage that a deal has entered. */
export interface StageEntry {
  /** ms since 1970. */
  at: number;
  stage: string;
}

/**
 * Whether a deal was won in a stage that it left then (ms since 1970); undefined when nobody can tell: the stage is gone,
 * or was changed since.
 */
export type WonIn = (stage: string, leftAt: number) => boolean | undefined;

/**
 * When a deal that is won entered the unbroken run of won stages that it is in: moved from one to another it is won since
 * the first.
 *
 * @param history in any order; entries of one instant may have come in any order
 * @param present the stage that it is in now
 * @param createdAt with a history of which the oldest entries may be missing: when the deal was created, in ms
 */
export function wonTimeOf(
  history: readonly StageEntry[],
  present: string,
  wonIn: WonIn,
  createdAt?: number,
): WonTime {
  let wonAt: number | undefined;
  let wonFrom: number | undefined;
  let isDoubtful = false;
  let isLeft = false;
  for (const [n, { at, verdicts, isPresent }] of verdictsOn(history, present, wonIn).entries()) {
    isLeft = verdicts.includes(false);
    if (verdicts.every((isWon) => isWon === false)) break;
    wonFrom = at;
    const isLastWon = verdicts.every((isWon) => isWon === true) || (n === 0 && isPresent);
    if (isLastWon && !isDoubtful) wonAt = at;
    isDoubtful ||= !isLastWon || verdicts.some((isWon) => isWon === undefined);
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

/** What came at one instant. */
interface Moment {
  at: number;
  verdicts: (boolean | undefined)[];
  isPresent: boolean;
}

/** Newest first. */
function verdictsOn(history: readonly StageEntry[], present: string, wonIn: WonIn): Moment[] {
  const moments: Moment[] = [];
  let newer: (StageEntry & { leftAt: number }) | undefined;
  for (const entry of [...history].sort((one, other) => other.at - one.at)) {
    const { at, stage } = entry;
    // An entry may say the same once more.
    const leftAt = stage === newer?.stage ? newer.leftAt : (newer?.at ?? Infinity);
    newer = { ...entry, leftAt };
    const isPresent = stage === present;
    const verdict = isPresent || wonIn(stage, leftAt);
    const last = moments.at(-1);
    if (last?.at !== at) {
      moments.push({ at, verdicts: [verdict], isPresent });
    } else {
      last.verdicts.push(verdict);
      last.isPresent ||= isPresent;
    }
  }
  return moments;
}

/** What all verdicts on a stage say; two that say different things say nothing. */
export function agreed(verdicts: readonly (boolean | undefined)[]): boolean | undefined {
  return verdicts.every((verdict) => verdict === verdicts[0]) ? verdicts[0] : undefined;
}
