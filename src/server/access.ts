import type { FastifyRequest } from 'fastify';
import { isSame } from '../crm/is-same';
import { isLoopback } from '../settings/loopback';
import { Problem } from './problem';

type Guard = (request: FastifyRequest) => void;

/** Who may call the API: whoever has a token, or, where there are none, whoever is on this machine. */
export function accessGuard(tokens: readonly string[]): Guard {
  return tokens.length > 0 ? tokenGuard(tokens) : hostGuard;
}

function tokenGuard(tokens: readonly string[]): Guard {
  return ({ headers }) => {
    const [, given] = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
    // All are compared, whatever the first came to: the time taken tells nothing.
    if (given !== undefined && tokens.map((token) => isSame(given, token)).includes(true)) return;
    throw new Problem(
      'Unauthorised',
      'Expected the header `Authorization: Bearer TOKEN` with one of WONCE_API_TOKENS.',
      {},
      { 'www-authenticate': 'Bearer realm="wonce"' },
    );
  };
}

/**
 * A web page can make its own name point to this machine and call the server by it: the name of the host that was
 * called tells.
 */
function hostGuard({ headers }: FastifyRequest): void {
  if (isLoopback(headers.host ?? '')) return;
  throw new Problem(
    'HostNotAllowed',
    'Without WONCE_API_TOKENS the API answers only to localhost, 127.0.0.1 and [::1]. Call it by one of them, or set tokens.',
  );
}

/** A web page can send text to any server without asking; `application/json` it cannot. */
export function wantJson({ method, headers }: FastifyRequest): void {
  if (method !== 'POST') return;
  const [mediaType = ''] = (headers['content-type'] ?? '').split(';');
  if (mediaType.trim().toLowerCase() === 'application/json') return;
  throw new Problem('NotJson', 'Expected the header `Content-Type: application/json`.');
}

/** Nothing is inflated: a small body could become an endless one. */
export function wantPlainBody({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding.trim().toLowerCase() === 'identity') return;
  throw new Problem('BodyEncoded', 'Expected a body without Content-Encoding.');
}
