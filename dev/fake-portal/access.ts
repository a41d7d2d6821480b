import type { FastifyReply, FastifyRequest } from 'fastify';
import { mediaTypeOf, pathOf } from './request-parts';

/**
 * Keeps web pages off the switches: one that made its own name point to this machine is known by the name that it
 * calls, and `application/json` none can send to a server that does not invite it. The vendor's paths have their token.
 */
export async function guardSwitches(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (!pathOf(request).startsWith('/_sandbox/')) return;
  if (!isThisMachine(request.headers.host ?? '')) {
    await reply.code(403).send({
      ok: false,
      problem: 'Host: expected localhost, 127.0.0.1 or [::1]; call the switches by one of them',
    });
  } else if (request.method === 'POST' && mediaTypeOf(request) !== 'application/json') {
    await reply.code(415).send({ ok: false, problem: 'Content-Type: expected application/json' });
  }
}

function isThisMachine(host: string): boolean {
  return /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/i.test(host);
}
