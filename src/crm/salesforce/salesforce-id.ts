const ID = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;
const SUFFIX = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/**
 * The form of a record's id that the API answers with, 18 characters; a record has one of 15, too, in which case matters.
 * The three more tell which characters of the 15 are capitals: one for each five, the first of the five being the
 * lowest bit (the algorithm of Salesforce's formula function CASESAFEID, written down at
 * https://codebycody.com/salesforces-algorithm-for-converting-ids-from-15-to-18-characters).
 *
 * @returns undefined when it is no id
 */
export function longIdOf(id: string): string | undefined {
  if (!ID.test(id)) return undefined;
  return id.length === 18
    ? id
    : id + [0, 5, 10].map((first) => suffixOf(id.slice(first, first + 5))).join('');
}

/** An id in its long form; what is no id stays as it is. */
export function longFormOf(id: string): string {
  return longIdOf(id) ?? id;
}

function suffixOf(five: string): string {
  const bits = [...five].map((character, place) => (/[A-Z]/.test(character) ? 1 << place : 0));
  return SUFFIX.charAt(bits.reduce((sum, bit) => sum + bit, 0));
}

/** Whether two ids, of 15 or 18 characters, are one record's: the first 15 tell. */
export function isSameId(one: string, other: string): boolean {
  return ID.test(one) && ID.test(other) && one.slice(0, 15) === other.slice(0, 15);
}
