import type { Candidate } from './decision';
import { listAtMostTen } from './names';
import { Refusal, type RefusalCode } from './refusal';

/** How to speak of a look-up that has to find exactly one. */
export interface PickOne<Entry> {
  /** What was asked for, in words: `partner with the company "Blue GmbH"`. */
  asked: string;
  matches: (entry: Entry) => boolean;
  describe: (entry: Entry) => string;
  idOf: (entry: Entry) => string;
  notFound: RefusalCode;
  ambiguous: RefusalCode;
  /** What else the refusal tells machines. */
  details?: Record<string, unknown>;
}

/** A person may choose among so many. */
const MAX_CANDIDATES = 100;

function candidatesOf<Entry>(found: readonly Entry[], { idOf, describe }: PickOne<Entry>): Candidate[] {
  return found.slice(0, MAX_CANDIDATES).map((entry) => ({ id: idOf(entry), description: describe(entry) }));
}

/**
 * The one candidate that matches. None or several is a refusal that says what was asked and what there is (at most
 * ten): with money there is no guessing.
 *
 * @throws Refusal with `notFound` or `ambiguous` as its code
 */
export function pickOne<Entry>(candidates: readonly Entry[], how: PickOne<Entry>): Entry {
  const found = candidates.filter((candidate) => how.matches(candidate));
  const [first] = found;
  if (first === undefined) {
    throw new Refusal(
      how.notFound,
      `There is no ${how.asked}. There is: ${listAtMostTen(candidates.map((entry) => how.describe(entry)))}.`,
      { there: candidates.slice(0, 10).map((entry) => how.idOf(entry)) },
    );
  }
  if (found.length > 1) {
    throw new Refusal(
      how.ambiguous,
      `There are ${found.length}: ${how.asked}: ${listAtMostTen(found.map((entry) => how.describe(entry)))}. Choose one.`,
      { ...how.details, asked: how.asked, candidates: candidatesOf(found, how) },
    );
  }
  return first;
}
