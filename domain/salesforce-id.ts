const ID = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;
const SUFFIX = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/**
 * The form of a record's id that the API answers with, 18 characters; a record has one of 15, too, in which case matters.
 * The three more tell which characters of the 15 are capitals: one for each five, the first of the five being the
 * lowest bit (the algorithm of Salesforce's formula function CASESAFEID, written down at
 * https://codebycody.com/salesforces-algorithm-for-converting-ids-from-15-to-18-characters).
 *
 * @returns undefined when it is no id, or when something in between has changed the case of its letters: the last three
 *   do not fit, and what is left may be another record's. Salesforce itself knows no such id
 */
export function longIdOf(id: string): string | undefined {
  if (!ID.test(id)) return undefined;
  const short = id.slice(0, 15);
  const long = short + [0, 5, 10].map((first) => suffixOf(short.slice(first, first + 5))).join('');
  return id === short || id === long ? long : undefined;
}

function suffixOf(five: string): string {
  const bits = [...five].map((character, place) => (/[A-Z]/.test(character) ? 1 << place : 0));
  return SUFFIX.charAt(bits.reduce((sum, bit) => sum + bit, 0));
}

/** Whether two ids, of 15 or 18 characters, are one record's. */
export function isSameId(one: string, other: string): boolean {
  const long = longIdOf(one);
  return long !== undefined && long === longIdOf(other);
}
