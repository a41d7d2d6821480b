import { isSafeNumber, LosslessNumber, parse } from 'lossless-json';

/** A text that is no JSON, or in which a key stands twice; the message goes on after "The request" or the like. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError';

  constructor(
    message: string,
    /** The key that stands twice. */
    readonly repeatedKey?: string,
  ) {
    super(message);
  }
}

/**
 * Reads JSON from outside, with or without a byte order mark. A key that stands twice in one object is refused, as nobody
 * can tell which of the two is meant.
 *
 * @param numberOf makes a number of its digits; without it, what a number cannot hold exactly is a LosslessNumber
 * @throws JsonTextError
 */
export function readJsonText(text: string, numberOf: (digits: string) => unknown = exactNumber): unknown {
  const json = withoutMark(text);
  if (isTooDeep(json)) throw new JsonTextError(`is nested more than ${DEEPEST} levels deep`);
  let value: unknown;
  try {
    value = parse(json, undefined, {
      parseNumber: numberOf,
      onDuplicateKey: ({ key }) => {
        throw repeated(key);
      },
    });
  } catch (error) {
    throw error instanceof JsonTextError
      ? error
      : new JsonTextError(`is not JSON: ${(error as Error).message}`);
  }
  // The parser lets pass a key that stands twice with the same value.
  refuseRepeatedKeys(json);
  return value;
}

/** Nothing that is sent here is nested half as deep. */
const DEEPEST = 64;

/**
 * Whether objects and lists stand in each other deeper than any that is meant. Parsers go as deep as the text does, one call
 * in the other: near the end of the stack the process itself may end.
 *
 * @param json or what may be some
 */
export function isTooDeep(json: string): boolean {
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at]!;
    if (isInText) {
      if (character === '\\') at += 1;
      else if (character === '"') isInText = false;
    } else if (character === '"') isInText = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
}

/** A text without the byte order mark that Windows writes before it. */
export function withoutMark(text: string): string {
  return text.replace(/^\uFEFF+/, '');
}

function exactNumber(digits: string): number | LosslessNumber {
  return isSafeNumber(digits) ? Number(digits) : new LosslessNumber(digits);
}

/** What matters of JSON here: strings, with the colon that makes them keys, and where objects and lists begin and end. */
const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;

/** @param json known to be JSON */
function refuseRepeatedKeys(json: string): void {
  const open: Set<string>[] = [];
  for (const [token, colon] of json.matchAll(TOKEN)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      const key = JSON.parse(token.slice(0, -colon.length)) as string;
      const keys = open.at(-1)!;
      if (keys.has(key)) throw repeated(key);
      keys.add(key);
    }
  }
}

function repeated(key: string): JsonTextError {
  return new JsonTextError(`has the key ${JSON.stringify(key.slice(0, 60))} twice in one object`, key);
}

/** A number that is longer in full is nobody's id: `1e999999` must not become a megabyte. A double has 309 digits at most. */
const MOST_DIGITS = 400;

/**
 * A JSON number written out in full, digit for digit, as whoever made it means it: `7781.0`, `7.781E3` and `7781` are one
 * number, and an id or a purchase order number is `7781`. Nothing is rounded.
 *
 * @param number as it stands in the JSON text; what would be too long, or is no number, stays as it is
 */
export function digitsOf(number: string): string {
  const [, sign = '', whole, fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? [];
  if (whole === undefined) return number;
  const digits = whole + fraction;
  // Of 0 any power is 0.
  const point = /^0*$/.test(digits) ? whole.length : whole.length + Number(exponent);
  if (point > MOST_DIGITS || point < -MOST_DIGITS || digits.length > MOST_DIGITS) return number;
  const before =
    digits
      .slice(0, Math.max(point, 0))
      .padEnd(point, '0')
      .replace(/^0+(?=\d)/, '') || '0';
  const behind = '0'.repeat(Math.max(-point, 0)) + digits.slice(Math.max(point, 0));
  if (/^0*$/.test(behind)) return before === '0' ? '0' : sign + before;
  return `${sign}${before}.${behind}`;
}
