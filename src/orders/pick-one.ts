import { listAtMostTen } from './names';
import { Refusal, type RefusalCode } from './refusal';

/** How to speak of a look-up that has to find exactly one. */
export interface PickOne<Candidate> {
  /** What was asked for, in words: `partner with the company "Blue GmbH"`. */
  asked: string;
  matches: (candidate: Candidate) => boolean;
  describe: (candidate: Candidate) => string;
  idOf: (candidate: Candidate) => string;
  notFound: RefusalCode;
  ambiguous: RefusalCode;
  /** What the person can do when several match. */
  whenSeveral: string;
}

/**
 * The one candidate that matches. None or several is a refusal that says what was asked and what there is (at most
 * ten): with money there is no guessing.
 *
 * @throws Refusal with `notFound` or `ambiguous` as its code
 */
export function pickOne<Candidate>(candidates: readonly Candidate[], how: PickOne<Candidate>): Candidate {
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
      `There are ${found.length}: ${how.asked}: ${listAtMostTen(found.map((entry) => how.describe(entry)))}. ${how.whenSeveral}`,
      { candidates: found.slice(0, 10).map((entry) => how.idOf(entry)) },
    );
  }
  return first;
}
