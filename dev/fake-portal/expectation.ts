/** A switch was asked for wrongly. */
export class BadSwitch extends Error {
  override readonly name = 'BadSwitch';
}

/** What a value on the control side must be, and how that is said to whoever sent another. */
export interface Expectation {
  expected: string;
  holds: (value: unknown) => boolean;
}

export const FLAG: Expectation = {
  expected: 'true or false',
  holds: (value) => typeof value === 'boolean',
};

export const TEXT: Expectation = {
  expected: 'text that is not empty',
  holds: (value) => typeof value === 'string' && value !== '',
};

export function wholeNumber(from: number, to = Number.MAX_SAFE_INTEGER): Expectation {
  return {
    expected:
      to === Number.MAX_SAFE_INTEGER
        ? `a whole number of at least ${from}`
        : `a whole number from ${from} to ${to}`,
    holds: (value) => Number.isInteger(value) && Number(value) >= from && Number(value) <= to,
  };
}

export function oneOf(...values: readonly string[]): Expectation {
  return {
    expected: `one of ${values.join(', ')}`,
    holds: (value) => typeof value === 'string' && values.includes(value),
  };
}

/**
 * Compares an object with what is expected of each of its keys; a key that is not there is not looked at.
 *
 * @returns the first thing that is wrong, in words; undefined when all is well
 */
export function problemIn(
  input: Record<string, unknown>,
  expectations: Record<string, Expectation>,
): string | undefined {
  for (const [key, value] of Object.entries(input)) {
    const expectation = Object.hasOwn(expectations, key) ? expectations[key] : undefined;
    if (expectation === undefined) {
      return `${key}: not known here; known are ${Object.keys(expectations).join(', ')}`;
    }
    if (!expectation.holds(value)) return `${key}: expected ${expectation.expected}`;
  }
  return undefined;
}
