import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { WonceClient } from '../client/wonce-client';
import { isVerb, readDecision, VERBS, type Decision } from '../domain/decision';
import type { PurchaseRequest } from '../domain/request';
import { readJsonText } from '../validation/json-text';
import { parseRequestText, REQUEST_ID } from '../validation/request-schema';
import { PURCHASE_STATES } from '../domain/status';
import { plainText } from '../domain/visible-text';
import { textOf } from './body';
import { Problem } from './problem';
import { present } from '../domain/optional';
import { requestConflict } from '../domain/refusal';

export const PAGE = { default: 20, largest: 100 };

const pageQuery = z.strictObject({
  status: z.enum(PURCHASE_STATES, { error: `one of ${PURCHASE_STATES.join(', ')}` }).optional(),
  limit: z
    .string({ error: 'given once' })
    .regex(/^[1-9]\d{0,8}$/, { error: `a whole number from 1 to ${PAGE.largest}` })
    .transform(Number)
    .refine((limit) => limit <= PAGE.largest, { error: `a whole number from 1 to ${PAGE.largest}` })
    .prefault(String(PAGE.default)),
  after: z.string({ error: 'given once' }).optional(),
});

interface OfPurchase {
  Params: { requestId: string };
}

/**
 * Purchases: quote one, begin one, see how it stands, decide about it.
 *
 * @param doorOf by which door a call came, for the record
 */
export function addPurchaseRoutes(
  app: FastifyInstance,
  client: WonceClient,
  doorOf: (call: FastifyRequest) => string,
): void {
  app.post('/purchases', async (call, reply) => {
    const request = requestIn(call);
    const result = await client.start(request, doorOf(call));
    if (result.kind === 'conflict') throw conflict(result);
    const { status } = result;
    reply.header('location', `/purchases/${status.requestId}`);
    return reply.code(result.kind === 'started' ? 202 : 200).send(status);
  });

  app.post('/quotes', async (call) => client.quote(requestIn(call), doorOf(call)));

  app.get('/purchases', async ({ query }) => {
    const { status, limit, after } = readQuery(query);
    return client.statuses({
      limit,
      ...present({ status, after }),
    });
  });

  app.get<OfPurchase>('/purchases/:requestId', async ({ params }) => {
    const { status } = await client.status(known(params.requestId));
    return status;
  });

  app.post<OfPurchase>('/purchases/:requestId/decisions', async (call) => {
    const decision = readDecisionText(textOf(call.body, 'DecisionInvalid'));
    return client.decide(known(call.params.requestId), { ...decision, via: doorOf(call) });
  });

  app.get<OfPurchase>('/purchases/:requestId/audit', async ({ params }) =>
    client.audit(known(params.requestId)),
  );
}

/** The request in the body of a call, which is about it from then on. */
function requestIn(call: FastifyRequest): PurchaseRequest {
  const request = parseRequestText(textOf(call.body, 'InvalidRequest'));
  call.subject = { requestId: request.requestId };
  return request;
}

/** What cannot be a request id was never accepted as one. */
function known(requestId: string): string {
  const id = plainText(requestId);
  if (REQUEST_ID.test(id)) return id;
  throw new Problem('UnknownPurchase', 'A request id has 1 to 128 characters out of A-Z a-z 0-9 . _ : -');
}

function conflict({ requestId, differences }: { requestId: string; differences: string[] }): Problem {
  const { message } = requestConflict(requestId, differences);
  return new Problem('RequestConflict', message, { differences });
}

function readQuery(query: unknown): z.infer<typeof pageQuery> {
  const result = pageQuery.safeParse(query);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((field) => ({ field, expected: 'only status, limit and after' }))
      : [{ field: String(issue.path[0]), expected: issue.message }],
  );
  const lines = problems.map(({ field, expected }) => `${field}: expected ${expected}`);
  throw new Problem('InvalidQuery', `${lines.join('. ')}.`, { problems });
}

function readDecisionText(text: string): Decision {
  const { verb, ...rest } = readObject(text);
  if (!isVerb(verb)) throw new Problem('DecisionInvalid', `verb: expected one of ${VERBS.join(', ')}.`);
  if ('via' in rest) {
    throw new Problem(
      'DecisionInvalid',
      `${verb}: via: there is no such field; the server writes down who called.`,
    );
  }
  const decision = readDecision(verb, rest);
  if (typeof decision === 'string') throw new Problem('DecisionInvalid', decision);
  return decision;
}

function readObject(text: string): Record<string, unknown> {
  const expected = 'Expected one JSON object, such as {"verb": "cancel", "by": "who"}.';
  let value: unknown;
  try {
    value = readJsonText(text);
  } catch (error) {
    throw new Problem('DecisionInvalid', `The body ${(error as Error).message}. ${expected}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Problem('DecisionInvalid', expected);
}
