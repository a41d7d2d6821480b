import { isRecord } from './envelope';

/** Keys under which a list may be wrapped; the vendor's pages say "object" where their prose says "list". */
const WRAPPERS = ['results', 'list', 'records', 'rows'];

/** The list of a `result` that may be a list, a single entry, or a list in a wrapper; undefined when it holds none. */
export function listIn(result: unknown): unknown[] | undefined {
  if (Array.isArray(result)) return result as unknown[];
  if (!isRecord(result)) return undefined;
  const wrapper = WRAPPERS.find((key) => key in result);
  return wrapper === undefined ? [result] : listIn(result[wrapper]);
}
