import { Problem, type ProblemCode } from './problem';

/**
 * The body as text, byte for byte as it came.
 *
 * @param code of the problem when it is not UTF-8
 */
export function textOf(body: unknown, code: ProblemCode): string {
  if (!Buffer.isBuffer(body)) return '';
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new Problem(code, 'The body is not UTF-8. Expected one JSON object.');
  }
}
