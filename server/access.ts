import type { FastifyRequest } from 'fastify';
import { isSameSecret } from '../config/same-secret';
import { isLoopback } from '../config/loopback';
import { fingerprintOf } from './fingerprint';
import { Problem } from './problem';

type Guard = (request: FastifyRequest) => void;

/** Who may call the API: whoever has a token, or, where there are none, whoever is on this machine. */
export function accessGuard(tokens: readonly string[]): Guard {
  return tokens.length > 0 ? tokenGuard(tokens, 'WONCE_API_TOKENS') : hostGuard;
}

/** By which door the API was called, for the record: with which token, without showing it. */
export function doorOf(tokens: readonly string[], request: FastifyRequest): string {
  const token = tokens.length > 0 ? tokenIn(request) : undefined;
  return token === undefined ? 'api without token' : `api token ${fingerprintOf(token)}`;
}

function tokenIn({ headers }: FastifyRequest): string | undefined {
  return /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
}

/** Whoever has a token. @param setting that names the tokens */
export function tokenGuard(tokens: readonly string[], setting: string): Guard {
  return (request) => {
    const given = tokenIn(request);
    // All are compared, whatever the first came to: the time taken tells nothing.
    if (given !== undefined && tokens.map((token) => isSameSecret(given, token)).includes(true)) return;
    throw new Problem(
      'Unauthorised',
      `Expected the header \`Authorization: Bearer TOKEN\` with one of ${setting}.`,
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
  if (!isLoopback(headers.host ?? '')) {
    throw new Problem(
      'HostNotAllowed',
      'Without WONCE_API_TOKENS the API answers only to localhost, 127.0.0.1 and [::1]. Call it by one of them, or set tokens.',
    );
  }
  const added = Object.keys(headers).find((name) => OF_PROXIES.test(name));
  if (added === undefined) return;
  throw new Problem(
    'HostNotAllowed',
    `Without WONCE_API_TOKENS the API answers to this machine alone, and the header ${added.slice(0, 60)} says that the ` +
      'call came through a proxy: from where, nobody knows. Set tokens.',
  );
}

/** Headers that proxies, load balancers and tunnels add, in small letters: any of them tells that one is in front. */
const OF_PROXIES = new RegExp(
  '^(' +
    [
      'forwarded|via|x-via|x-forward|x-proxy|x-real|x-original|x-originating|x-client-|x-cluster-|x-remote-|x-scheme|x-host',
      'proxy-|wl-proxy-|client-ip|true-client-|remote-|cdn-|cf-|fastly-|fly-|incap-|akamai-|x-akamai-|x-sucuri-|x-vercel-|x-nf-',
      'x-envoy-|x-amzn-|x-amz-cf-|x-azure-|x-arr-|x-appengine-|x-cloud-trace-|x-goog-|x-ms-|x-nginx-|x-varnish|x-ngrok|ngrok-|tailscale-',
    ].join('|') +
    ')',
);

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
