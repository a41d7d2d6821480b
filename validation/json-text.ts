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
