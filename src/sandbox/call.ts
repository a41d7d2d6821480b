import type { FastifyReply, FastifyRequest } from 'fastify';
import { setTimeout as delay } from 'node:timers/promises';
import { checkAccessToken, checkUserAgent } from './credentials';
import type { Endpoint } from './endpoints';
import { failure, Refused, success } from './envelope';
import type { Fault } from './fault-input';
import type { CallSubject } from './faults';
import { parseFields } from './json-fields';
import type { SandboxParts } from './parts';
import type { Query } from './query';
import { bodyOf, pathOf } from './request-parts';
import { cut, isAnswerFault, strike } from './strike';

/** What an endpoint does for its result. @throws Refused */
export type Work = (request: FastifyRequest, orderStatus: string) => unknown;

/** One call of the vendor's API: its entry in the log, its faults, its rules, its answer. */
export async function serveCall(
  parts: SandboxParts,
  endpoint: Endpoint,
  request: FastifyRequest,
  reply: FastifyReply,
  work: Work,
): Promise<FastifyReply> {
  const striking = parts.faults.take(endpoint, () => subjectOf(endpoint, request));
  const kinds = striking.map(({ kind }) => kind);
  parts.log.add({ method: request.method, path: pathOf(request), endpoint, at: Date.now(), faults: kinds });
  if (!(await wait(parts, striking))) return cut(reply);
  const fault = striking.find(isAnswerFault);
  if (fault?.when === 'before') return strike(fault, reply);
  try {
    checkUserAgent(request);
    if (endpoint !== 'token') checkAccessToken(request, parts.tokens);
    const result = await work(request, orderStatusOf(parts, striking));
    return fault === undefined ? reply.send(success(result)) : strike(fault, reply);
  } catch (error) {
    if (error instanceof Refused) return refuse(parts, reply, error);
    throw error;
  }
}

/** @returns false when the server closes meanwhile: the call is then not answered at all */
async function wait({ settings, closing }: SandboxParts, striking: readonly Fault[]): Promise<boolean> {
  const waits = striking.filter(({ kind }) => kind === 'latency').map(({ ms }) => ms);
  const ms = waits.reduce((sum, one) => sum + one, settings.latencyMs);
  if (ms === 0) return true;
  return delay(ms, true, { signal: closing }).catch(() => false);
}

function orderStatusOf({ settings }: SandboxParts, striking: readonly Fault[]): string {
  return striking.find(({ kind }) => kind === 'order-status')?.status ?? settings.orderStatus;
}

function refuse({ settings }: SandboxParts, reply: FastifyReply, refusal: Refused): FastifyReply {
  const isInside = refusal.httpStatus === 401 && settings.unauthorizedInside200;
  return reply.code(isInside ? 200 : refusal.httpStatus).send(failure(refusal));
}

function subjectOf(endpoint: Endpoint, request: FastifyRequest): CallSubject {
  const { poNumber, productNo } = endpoint === 'orders' ? orderFields(request) : (request.query as Query);
  return { poNumber: textOrNothing(poNumber), productNo: textOrNothing(productNo) };
}

function orderFields(request: FastifyRequest): Record<string, unknown> {
  try {
    return parseFields(bodyOf(request));
  } catch {
    // An order that cannot be read is refused in its turn; it is for nobody.
    return {};
  }
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
