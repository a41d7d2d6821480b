import { isRecord } from './envelope';

/** Keys under which a list may be wrapped; the vendor's pages say "object" where their prose says "list". */
const WRAPPERS = ['results', 'list', 'records', 'rows'];

/** The entries of a `result` that may be a list, a single entry, or a list in a wrapper. */
export function entriesOf(result: unknown): Record<string, unknown>[] {
  if (Array.isArray(result)) return result.filter(isRecord);
  if (!isRecord(result)) return [];
  const wrapper = WRAPPERS.find((key) => key in result);
  return wrapper === undefined ? [result] : entriesOf(result[wrapper]);
}
