import type { FastifyRequest } from 'fastify';
import { isDealKey } from '../domain/deal-ids';
import { present } from '../domain/optional';
import { REQUEST_ID } from '../validation/request-schema';

/** The purchase or the deal that a call is about: what log lines are found by. */
export interface Subject {
  requestId?: string;
  deal?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a call that has it in its body. */
    subject?: Subject;
  }
}

/** Answers to those of whom nobody knows what they have put in the path. */
const UNKNOWN: ReadonlySet<number> = new Set([401, 403, 404, 405]);

/**
 * What a log line about a call has beside its own: the id of the call, as in the header x-request-id, and what it is about.
 *
 * @param status of the answer
 */
export function whatCallIsAbout(request: FastifyRequest, status: number): Subject & { callId: string } {
  const { id: callId, subject, params } = request;
  if (UNKNOWN.has(status)) return { callId };
  const { requestId, deal } = (params ?? {}) as Subject;
  const ofPath = {
    requestId: requestId !== undefined && REQUEST_ID.test(requestId) ? requestId : undefined,
    deal: deal !== undefined && isDealKey(deal) ? deal : undefined,
  };
  return { callId, ...present(ofPath), ...subject };
}
