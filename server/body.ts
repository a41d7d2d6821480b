import type { FastifyInstance } from 'fastify';
import { decodeText } from '../validation/decode-text';
import { Problem, type ProblemCode } from './problem';

/** Signatures are made over bytes, and digits must not be rounded: nothing is parsed before its reader does. */
export function takeBodiesAsTheyCome(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

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
