import type { FastifyReply, FastifyRequest } from 'fastify';
import { setTimeout as delay } from 'node:timers/promises';
import { checkAccessToken, checkUserAgent, type Credentials, type Tokens } from './credentials';
import type { Endpoint, RequestLog } from './request-log';
import { failure, Refused, success, written } from './envelope';
import type { Fault, FaultKind } from './fault-input';
import type { CallSubject, Faults } from './faults';
import { parseFields } from './json-fields';
import type { ListFault } from './order-list';
import type { PageFault } from './paging';
import { bodyOf, pathOf, type Query } from './request-parts';
import { answerWith, cut, isAnswerFault } from './apply-fault';
import type { FakePortalSettings } from './settings';
import type { Vendor } from './vendor';

/** The parts that routes share. */
export interface FakePortalParts {
  vendor: Vendor;
  faults: Faults;
  tokens: Tokens;
  settings: FakePortalSettings;
  credentials: Credentials;
  log: RequestLog;
  /** Ends the waits of calls when the server closes. */
  closing: AbortSignal;
}

/** What an endpoint does for its result. @throws Refused */
export type Work = (request: FastifyRequest, effects: Effects) => unknown;

/** What faults make of a call that is answered all the same. */
export interface Effects {
  /** Of an order that is taken. */
  orderStatus: string;
  orderList: ListFault;
  page: PageFault;
}

/** One call of the vendor's API: its entry in the log, its faults, its rules, its answer. */
export async function serveCall(
  parts: FakePortalParts,
  endpoint: Endpoint,
  request: FastifyRequest,
  reply: FastifyReply,
  work: Work,
): Promise<FastifyReply> {
  const faults = parts.faults.take(endpoint, () => subjectOf(endpoint, request));
  const kinds = faults.map(({ kind }) => kind);
  parts.log.add({ method: request.method, path: pathOf(request), endpoint, at: Date.now(), faults: kinds });
  if (!(await wait(parts, faults))) return cut(reply);
  const { clockAheadMs } = parts.settings;
  if (clockAheadMs !== 0) reply.header('Date', new Date(Date.now() + clockAheadMs).toUTCString());
  const fault = faults.find(isAnswerFault);
  if (fault?.when === 'before') return answerWith(fault, reply);
  try {
    checkUserAgent(request);
    if (endpoint !== 'token') checkAccessToken(request, parts.tokens);
    const result = await work(request, effectsOf(parts, faults));
    return fault === undefined ? sendAs(parts, reply, success(result)) : answerWith(fault, reply);
  } catch (error) {
    if (error instanceof Refused) return refuse(parts, reply, error);
    throw error;
  }
}

/** @returns false when the server closes meanwhile: the call is then not answered at all */
async function wait({ settings, closing }: FakePortalParts, faults: readonly Fault[]): Promise<boolean> {
  const waits = faults.filter(({ kind }) => kind === 'latency').map(({ ms }) => ms);
  const ms = waits.reduce((sum, one) => sum + one, settings.latencyMs);
  if (ms === 0) return true;
  return delay(ms, true, { signal: closing }).catch(() => false);
}

function effectsOf({ settings }: FakePortalParts, faults: readonly Fault[]): Effects {
  const of = (wanted: FaultKind) => faults.find(({ kind }) => kind === wanted);
  const short = of('short-list');
  return {
    orderStatus: of('order-status')?.status ?? settings.orderStatus,
    orderList: {
      hide: short === undefined ? 0 : (short.hide ?? Infinity),
      isEndless: of('endless-list') !== undefined,
    },
    page: {
      hasMoved: of('moving-list') !== undefined,
      showsTwice: of('row-twice') !== undefined,
      isMissing: of('no-list') !== undefined,
    },
  };
}

function refuse(
  { settings }: Pick<FakePortalParts, 'settings'>,
  reply: FastifyReply,
  refusal: Refused,
): FastifyReply {
  const { unauthorizedInside200, failuresInside200 } = settings;
  const isInside = failuresInside200 || (refusal.httpStatus === 401 && unauthorizedInside200);
  return sendAs({ settings }, reply.code(isInside ? 200 : refusal.httpStatus), failure(refusal));
}

function sendAs(
  { settings }: Pick<FakePortalParts, 'settings'>,
  reply: FastifyReply,
  envelope: object,
): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(written(envelope, settings));
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
