import type { FastifyRequest } from 'fastify';
import { Refused } from './fake-crm';

/** As `new URL` writes them: other spellings of 127.0.0.1 have become it, and all else is refused. */
const THIS_MACHINE = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;

/**
 * Keeps web pages out: one that made its own name point to this machine is known by the name that it calls, and
 * `application/json` none can send to a server that does not invite it.
 */
export function guard(request: FastifyRequest): void {
  const { host = '', 'content-type': type = '' } = request.headers;
  if (!isThisMachine(host)) {
    throw new Refused(403, { message: 'Expected to be called by localhost, 127.0.0.1 or [::1].' });
  }
  const isControl = request.url.startsWith('/_control/');
  const isChange = request.method !== 'GET' && request.method !== 'DELETE';
  if (isControl && isChange && type.split(';')[0]!.trim().toLowerCase() !== 'application/json') {
    throw new Refused(415, { message: 'Expected the header `Content-Type: application/json`.' });
  }
}

function isThisMachine(host: string): boolean {
  return THIS_MACHINE.test(host.replace(/:\d{1,5}$/, '').toLowerCase());
}

/**
 * Where a message may be delivered: to webhooks of this machine. Anything else would let whoever reaches the fakes call it by
 * their hand.
 *
 * @returns the address as it is called; undefined when it is another
 */
export function webhookAddress(to: unknown): string | undefined {
  if (typeof to !== 'string' || !URL.canParse(to)) return undefined;
  const { protocol, hostname, username, password, pathname, href } = new URL(to);
  const isWebhook =
    /^https?:$/.test(protocol) &&
    THIS_MACHINE.test(hostname) &&
    username === '' &&
    password === '' &&
    pathname.startsWith('/webhooks/');
  return isWebhook ? href : undefined;
}
