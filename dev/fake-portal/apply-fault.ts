import type { FastifyReply } from 'fastify';
import { failure, Refused } from './envelope';
import type { Fault } from './fault-input';

/** Kinds of faults after which a call is answered all the same: late, or with something else. */
const ANSWERED = [
  'latency',
  'order-status',
  'short-list',
  'endless-list',
  'moving-list',
  'row-twice',
  'no-list',
] as const;

/** Faults that take the place of an answer. */
export type AnswerFault = Fault & { kind: Exclude<Fault['kind'], (typeof ANSWERED)[number]> };

export function isAnswerFault(fault: Fault): fault is AnswerFault {
  return !(ANSWERED as readonly string[]).includes(fault.kind);
}

const PAGE = '<html><body>Maintenance</body></html>';

/** Answers a call as the fault wants, or not at all. */
export function answerWith(fault: AnswerFault, reply: FastifyReply): FastifyReply {
  const { kind, httpStatus, code, detailMessage, retryAfterSeconds } = fault;
  const fail = (status: number, name: string) =>
    reply.code(status).send(failure(new Refused(status, name, detailMessage)));
  switch (kind) {
    case 'refuse':
      return fail(httpStatus, code);
    case 'server-error':
      return fail(httpStatus, 'system_error');
    case 'rate-limit':
      reply.header('Retry-After', String(retryAfterSeconds));
      return fail(429, 'too_many_requests');
    case 'html':
      return reply.code(httpStatus).type('text/html').send(PAGE);
    case 'redirect':
      return reply.code(httpStatus).header('Location', '/maintenance').type('text/html').send(PAGE);
    case 'broken-json':
      return reply.code(200).type('application/json').send('{"code":"success","result":{"orderNo":"ZC1');
    case 'cut':
      return cut(reply);
    case 'hang':
      // Never answered; the connection ends when the client leaves or the server closes.
      reply.hijack();
      return reply;
  }
}

/** Ends the connection without an answer. */
export function cut(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.destroy();
  return reply;
}
