import type { VERBS } from '../domain/decision';
import { REQUEST_ID } from '../validation/request-schema';
import { PURCHASE_STATES } from '../domain/status';
import { PROBLEM_CODES } from './problem';

type Schema = Readonly<Record<string, unknown>>;

const text = { type: 'string' };
const time = { type: 'string', format: 'date-time' };
const count = { type: 'integer', minimum: 0 };
const hash = { type: 'string', pattern: '^[0-9a-f]{64}$' };

/** Text as `readDecision` takes it. */
const said = { type: 'string', maxLength: 500, pattern: '\\S' };
/** A name or a reason: one line, and no name of the system's own. */
const shown = { description: 'One line, without control and format characters; not a name of the system.' };
const orNothing = { anyOf: [said, { enum: [null, ''] }] };
const requestId = { type: 'string', pattern: REQUEST_ID.source };

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** An object that has these keys and no others. */
function object(properties: Record<string, Schema>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((key) => !optional.includes(key));
  return { type: 'object', properties, required, additionalProperties: false };
}

function decision(verb: (typeof VERBS)[number], content: Record<string, Schema>): Schema {
  return object(
    { verb: { const: verb }, ...content, by: { ...said, ...shown }, why: orNothing, about: orNothing },
    ['why', 'about'],
  );
}

/** What is said in JSON, beside the request, whose schema is made of the one that checks it. */
export const SCHEMAS: Readonly<Record<string, Schema>> = {
  Decision: {
    oneOf: [
      decision('choose', { id: said }),
      decision('approve', {}),
      decision('reject', {}),
      decision('settle', { created: said }),
      decision('settle', { notCreated: { enum: ['order-again', 'stop'] } }),
      decision('cancel', {}),
    ],
  },
  PlacedOrder: object(
    { orderNo: text, orderStatus: text, transactionNo: text, instanceId: text, productNo: text },
    ['transactionNo', 'instanceId', 'productNo'],
  ),
  Question: object(
    {
      id: text,
      verb: { enum: ['choose', 'approve', 'settle'] },
      asked: text,
      candidates: { type: 'array', items: object({ id: text, description: text }) },
      compared: {
        type: 'array',
        description: 'What to see side by side before deciding: each fact, as each source tells it.',
        items: object({ fact: text, told: { type: 'object', additionalProperties: text } }),
      },
      approval: ref('Approval'),
      since: time,
    },
    ['compared', 'approval'],
  ),
  Approval: object(
    {
      people: { enum: [1, 2], description: 'So many people approve, each once.' },
      askedBy: {
        type: 'array',
        description: 'Whose word does not count.',
        items: object({ by: text, via: text }, ['by', 'via']),
      },
      given: { type: 'array', items: object({ by: text, via: text, at: time }, ['via']) },
      remindAfterMs: { ...count, description: 'So long after it was asked people are reminded.' },
    },
    ['remindAfterMs'],
  ),
  PurchaseStatus: object(
    {
      requestId,
      workflowId: text,
      status: { enum: [...PURCHASE_STATES] },
      attempts: count,
      order: ref('PlacedOrder'),
      activationCode: text,
      hasActivationCode: {
        const: true,
        description: 'The ledger, which did not answer, has the activation code.',
      },
      reason: object({ code: text, message: text }),
      reference: {
        ...text,
        description: 'Of an order that was sent and is not known to be made: its purchase order number.',
      },
      evidence: { type: 'object', description: 'What is known of an attempt whose outcome was not known.' },
      question: ref('Question'),
      cancellationRequested: { const: true },
      updatedAt: time,
    },
    [
      'order',
      'activationCode',
      'hasActivationCode',
      'reason',
      'reference',
      'evidence',
      'question',
      'cancellationRequested',
    ],
  ),
  Quote: object({
    requestId,
    body: { ...text, description: 'The order’s body, character for character as it would be sent.' },
    prices: {
      type: 'array',
      description:
        'Prices as the vendor’s lists have them, under the vendor’s own names; the vendor documents none.',
      items: object({ of: text, field: text, value: text }),
    },
    doubts: { type: 'array', description: 'What a person would be asked before the order.', items: text },
    at: time,
  }),
  PurchasePage: object(
    {
      purchases: { type: 'array', items: ref('PurchaseStatus') },
      next: { type: 'string', description: '`after` of the page after this one; absent on the last.' },
    },
    ['next'],
  ),
  Audit: object({
    events: {
      type: 'array',
      items: object({
        record: { const: 'purchase' },
        id: requestId,
        seq: { type: 'integer', minimum: 1 },
        at: time,
        actor: text,
        kind: text,
        data: { type: 'object' },
        changed: { type: 'object', description: 'The columns that were written with it, by table.' },
        eventId: { type: ['string', 'null'] },
        previousHash: hash,
        hash,
      }),
    },
    verification: {
      oneOf: [
        object({ ok: { const: true }, events: count }),
        object({ ok: { const: false }, seq: count, problem: text }),
      ],
    },
  }),
  PendingDecision: object({
    taken: { ...count, description: 'Deals of which word was kept.' },
    irrelevant: count,
    unreadable: count,
  }),
  Alive: object({
    status: { const: 'alive' },
    id: { type: 'string', format: 'uuid', description: 'Of the process: another one after each start.' },
  }),
  Ready: object({
    status: { const: 'ready' },
    temporal: { const: 'answers' },
    ledger: { const: 'answers' },
  }),
  Problem: {
    type: 'object',
    description: 'RFC 9457. `code` is stable; `title` and `detail` are for people.',
    properties: {
      type: { type: 'string', pattern: '^urn:wonce:problem:' },
      title: text,
      status: { type: 'integer' },
      detail: text,
      instance: { type: 'string', description: 'Of this answer; the same id as in x-request-id.' },
      code: { enum: PROBLEM_CODES },
      problems: {
        type: 'array',
        description: 'What is wrong, field by field.',
        items: object({ field: text, expected: text, received: text, didYouMean: text }, [
          'received',
          'didYouMean',
        ]),
      },
      differences: { type: 'array', items: text },
      temporal: { enum: ['answers', 'away'] },
      ledger: { enum: ['answers', 'away', 'behind', 'read-only'] },
      process: { const: 'stopping' },
    },
    required: ['type', 'title', 'status', 'instance', 'code'],
    additionalProperties: false,
  },
};
