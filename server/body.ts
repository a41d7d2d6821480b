import { decodeText } from '../validation/decode-text';
import { Problem, type ProblemCode } from './problem';

/**
 * The body as text, without a byte order mark.
 *
 * @param code of the problem when it is no text
 */
export function textOf(body: unknown, code: ProblemCode): string {
  if (!Buffer.isBuffer(body)) return '';
  const text = decodeText(body);
  if (text === undefined) throw new Problem(code, 'The body is not UTF-8. Expected one JSON object.');
  return text;
}
