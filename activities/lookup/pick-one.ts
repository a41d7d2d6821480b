import type { Candidate } from '../../domain/decision';
import { listAtMostTen } from '../../domain/names';
import type { ErrorCode } from '../../domain/error-catalogue';
import { Refusal } from '../../domain/refusal';
import { tellApart, type Field } from '../tell-apart';

/** How to speak of a lookup that has to find exactly one. */
export interface PickOne<Entry> {
  /** What was asked for, in words: `partner with the company "Blue GmbH"`. */
  asked: string;
  matches: (entry: Entry) => boolean;
  /** What tells one from another, besides its id. */
  fieldsOf: (entry: Entry) => Field[];
  idOf: (entry: Entry) => string;
  notFound: ErrorCode;
  ambiguous: ErrorCode;
  /** How many there are, where not all were given. */
  count?: number;
  /** What else the refusal tells machines. */
  details?: Record<string, unknown>;
}

/** A person may choose among so many. */
const MAX_CANDIDATES = 100;

/**
 * The one candidate that matches; one that is there twice, under one id, is one. None or several is a refusal that says
 * what was asked and what there is (at most ten): with money there is no guessing.
 *
 * @throws Refusal with `notFound` or `ambiguous` as its code
 */
export function pickOne<Entry>(candidates: readonly Entry[], how: PickOne<Entry>): Entry {
  const found = eachOnce(
    candidates.filter((candidate) => how.matches(candidate)),
    how,
  );
  const [first] = found;
  if (first === undefined) throw notFound(eachOnce(candidates, how), how);
  if (found.length > 1) throw ambiguous(found, how);
  return first;
}

function notFound<Entry>(there: readonly Entry[], how: PickOne<Entry>): Refusal {
  const shown = described(there.slice(0, 10), how);
  return new Refusal(
    how.notFound,
    `There is no ${how.asked}. There is: ${listAtMostTen(shown.map(inWords), how.count ?? there.length)}.`,
    { there: shown.map(({ id }) => id) },
  );
}

function ambiguous<Entry>(found: readonly Entry[], how: PickOne<Entry>): Refusal {
  const candidates = described(found, how).slice(0, MAX_CANDIDATES);
  return new Refusal(
    how.ambiguous,
    `There are ${found.length}: ${how.asked}: ${listAtMostTen(candidates.map(inWords), found.length)}. Choose one.`,
    { ...how.details, asked: how.asked, candidates },
  );
}

function described<Entry>(entries: readonly Entry[], { idOf, fieldsOf }: PickOne<Entry>): Candidate[] {
  const descriptions = tellApart(entries, fieldsOf, idOf);
  return entries.map((entry, index) => ({ id: idOf(entry), description: descriptions[index]! }));
}

function inWords({ id, description }: Candidate): string {
  return description === '' ? id : `${id} (${description})`;
}

function eachOnce<Entry>(entries: readonly Entry[], { idOf }: PickOne<Entry>): Entry[] {
  return [...new Map(entries.map((entry) => [idOf(entry), entry])).values()];
}
