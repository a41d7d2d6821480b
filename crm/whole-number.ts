import { plainText } from '../domain/visible-text';

/** What a whole number looks like, for messages. */
export const A_WHOLE_NUMBER = 'a whole number above 0';

/**
 * Reads a whole number above 0 as CRMs write it: "100", "100.0", "100.000". Whatever could mean something else is
 * none: "100,0", "1,000", "1e2".
 *
 * @returns undefined when it is none, or more than a number can hold exactly
 */
export function readWholeNumber(text: string): number | undefined {
  const [, digits] = /^([1-9]\d*)(?:\.0+)?$/.exec(plainText(text)) ?? [];
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : undefined;
}
