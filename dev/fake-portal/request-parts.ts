import type { FastifyRequest } from 'fastify';

/** The body as it came; the server parses none, because digits matter. */
export function bodyOf(request: FastifyRequest): string {
  return typeof request.body === 'string' ? request.body : '';
}

/** The content type without its parameters, in small letters. */
export function mediaTypeOf(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
}

/** The path without parameters. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0]!;
}

/** The parameters behind the question mark; one that is given twice is a list. */
export type Query = Record<string, string | string[] | undefined>;
