import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { DealInbox } from '../client/deal-inbox';
import {
  MessageRefused,
  type DealEvent,
  type ListeningSource,
  type ReceivedMessage,
} from '../crm/deal-receiver';
import { dealKeyOf } from '../domain/deal-ids';
import { present } from '../domain/optional';
import { Problem, RETRY_AFTER, type ProblemCode } from './problem';

interface WebhookParts {
  accounts: ReadonlyMap<string, ListeningSource>;
  inbox: DealInbox;
  log: Logger;
  observeMessage?: MessageObserver | undefined;
}

/** Is told of each message of a webhook once it is answered. */
export type MessageObserver = (message: {
  /** Of deals.yaml; `unknown` where that has none of the name. */
  source: string;
  answer: 'taken' | ProblemCode;
}) => void;

/** How long a message's events may take to be kept, in ms: HubSpot waits 5 s for the whole answer. */
const PATIENCE_MS = 4_000;

/** As many events are kept at the same time: HubSpot's largest batch. */
const AT_ONCE = 100;

/** So many deals of a message are named in its line of the log. */
const MOST_LOGGED = 20;

interface OfSource {
  Params: { source: string; token?: string };
}

/** Messages of the CRMs, which prove themselves: no token of the API is asked for. */
export function addWebhookRoutes(app: FastifyInstance, parts: WebhookParts): void {
  const take = (request: FastifyRequest<OfSource>, reply: FastifyReply) => takeMessage(parts, request, reply);
  const onResponse = (request: FastifyRequest, { problemCode }: FastifyReply, done: () => void) => {
    const { source } = request.params as OfSource['Params'];
    const isKnown = parts.accounts.has(source);
    parts.observeMessage?.({ source: isKnown ? source : 'unknown', answer: problemCode ?? 'taken' });
    done();
  };
  app.post<OfSource>('/webhooks/:source', { onResponse }, take);
  app.post<OfSource>('/webhooks/:source/:token', { onResponse }, take);
}

async function takeMessage(
  { accounts, inbox, log }: WebhookParts,
  request: FastifyRequest<OfSource>,
  reply: FastifyReply,
): Promise<unknown> {
  const { source } = request.params;
  const account = accounts.get(source);
  if (account === undefined) throw new Problem('UnknownSource');
  const about = { source, callId: request.id };
  const received = receive(account, request, (code, message) => log.warn({ ...about, code }, message));
  received.unreadable.forEach((what) => log.warn({ ...about, code: 'EventUnreadable' }, what));
  const deals = received.events.slice(0, MOST_LOGGED).map(({ dealId }) => keyOf(dealId, account));
  await keep(received.events, { source, account, inbox });
  const { events, irrelevant, unreadable, answer } = received;
  const counts = { taken: events.length, irrelevant, unreadable: unreadable.length };
  log.info({ ...about, ...counts, deals }, 'webhook taken');
  return answer === undefined ? counts : reply.type(answer.contentType).send(answer.body);
}

function receive(
  { receiver }: ListeningSource,
  { headers, body, params }: FastifyRequest<OfSource>,
  refused: (code: string, message: string) => void,
): ReceivedMessage {
  try {
    return receiver.receive({
      headers: singleHeaders(headers),
      body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
      ...present({ pathToken: params.token }),
      receivedAt: new Date(),
    });
  } catch (error) {
    if (!(error instanceof MessageRefused)) throw error;
    refused(error.code, error.message);
    throw new Problem(error.code, error.code === 'MessageUnreadable' ? error.message : undefined);
  }
}

function singleHeaders(headers: FastifyRequest['headers']): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

/**
 * Keeps the notifications of all the deals, or says that it must be sent again: what was kept by then falls together with its
 * repetition.
 */
async function keep(
  events: readonly DealEvent[],
  { source, account, inbox }: { source: string; account: ListeningSource; inbox: DealInbox },
): Promise<void> {
  const keepOne = ({ dealId, kind, content }: DealEvent) => {
    const deal = keyOf(dealId, account);
    const notification = { source, deal, by: 'webhook' as const, ...present({ content }) };
    // A sender that cannot be asked may tell of a loss before it tells of the win: what it says is kept for then.
    return kind === 'won' || content !== undefined
      ? inbox.notify(notification)
      : inbox.notifyOpenRun(notification);
  };
  const deadline = Date.now() + PATIENCE_MS;
  for (let from = 0; from < events.length; from += AT_ONCE) {
    const kept = Promise.allSettled(events.slice(from, from + AT_ONCE).map(keepOne));
    const results = await Promise.race([kept, tooLate(deadline)]);
    const lost = results.find((result) => result.status === 'rejected');
    if (lost !== undefined) throw lost.reason;
  }
}

function keyOf(dealId: string, { source: { crm, account } }: ListeningSource): string {
  return dealKeyOf({ crm, account, dealId });
}

async function tooLate(deadline: number): Promise<never> {
  await delay(deadline - Date.now(), undefined, { ref: false });
  throw new Problem(
    'TemporalUnreachable',
    'Not everything could be kept in time. Send it again.',
    {},
    RETRY_AFTER,
  );
}
