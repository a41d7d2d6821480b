import { z } from 'zod';
import { REQUEST_ID, requestSchema } from '../validation/request-schema';
import { PURCHASE_STATES } from '../domain/status';
import { SCHEMAS } from './answer-schemas';
import { ERRORS } from '../domain/error-catalogue';
import type { ProblemCode } from './problem';
import { PAGE } from './purchase-routes';

type Node = Readonly<Record<string, unknown>>;

/** What any call may be answered with. */
const ALWAYS: readonly ProblemCode[] = ['MalformedHttp', 'BodyEncoded', 'UnexpectedFailure'];
const OF_API: readonly ProblemCode[] = [...ALWAYS, 'Unauthorised', 'TooManyRefused', 'HostNotAllowed'];
/** Temporal is away, or has what this server cannot decrypt. */
const OF_TEMPORAL: readonly ProblemCode[] = ['TemporalUnreachable', 'PayloadKeyUnknown', 'PayloadUnreadable'];
const OF_BODY: readonly ProblemCode[] = ['BodyTooLarge', 'NotJson'];

/** Opens one of two doors: a token, or, where the server has none, a call from this machine. */
const ACCESS = [{ token: [] }, {}];
const NO_ACCESS: readonly Node[] = [];

const requestId = {
  name: 'requestId',
  in: 'path',
  required: true,
  schema: { type: 'string', pattern: REQUEST_ID.source },
};

const source = {
  name: 'source',
  in: 'path',
  required: true,
  description: "The name of the account's section in deals.yaml.",
  schema: { type: 'string', minLength: 1 },
};

const token = {
  name: 'token',
  in: 'path',
  required: true,
  description: 'Of senders that can prove themselves in no other way.',
  schema: { type: 'string', minLength: 1 },
};

const ref = (name: string): Node => ({ $ref: `#/components/schemas/${name}` });

const answer = (description: string, schema: Node, more: Node = {}): Node => ({
  description,
  content: { 'application/json': { schema } },
  ...more,
});

/** The problems that a call may be answered with, by their statuses. */
function problems(...codes: ProblemCode[]): Node {
  const statuses = new Set(codes.map((code) => ERRORS[code].http[0]));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const ofStatus = [...new Set(codes)].filter((code) => ERRORS[code].http[0] === status);
      const properties = { code: { enum: ofStatus }, status: { const: status } };
      const schema = { allOf: [ref('Problem'), { type: 'object', properties }] };
      const description = ofStatus.map((code) => `\`${code}\`: ${ERRORS[code].http[1]}`).join('. ');
      return [String(status), { description, content: { 'application/problem+json': { schema } } }];
    }),
  );
}

const json = (schema: Node): Node => ({ required: true, content: { 'application/json': { schema } } });

const anything = { content: { '*/*': { schema: {} } } };

const location = { Location: { required: true, schema: { type: 'string' } } };

/** What can be asked next, with the id of the answer. */
const links = Object.fromEntries(
  ['getPurchase', 'decide', 'auditPurchase'].map((operationId) => [
    operationId,
    { operationId, parameters: { requestId: '$response.body#/requestId' } },
  ]),
);

const purchases: Node = {
  post: {
    operationId: 'startPurchase',
    summary: 'Buy a license, once for a request id',
    security: ACCESS,
    requestBody: json(ref('PurchaseRequest')),
    responses: {
      200: answer('The same request came before: how its purchase stands.', ref('PurchaseStatus'), {
        headers: location,
        links,
      }),
      202: answer('Accepted.', ref('PurchaseStatus'), {
        headers: location,
        links,
      }),
      ...problems(
        ...OF_API,
        ...OF_BODY,
        'RequestConflict',
        'InvalidRequest',
        'ServiceNeedsPlan',
        ...OF_TEMPORAL,
        'LedgerUnavailable',
      ),
    },
  },
  get: {
    operationId: 'listPurchases',
    summary: 'Purchases in the ledger, newest first',
    security: ACCESS,
    parameters: [
      { name: 'status', in: 'query', schema: { enum: [...PURCHASE_STATES] } },
      {
        name: 'limit',
        in: 'query',
        schema: { type: 'integer', minimum: 1, maximum: PAGE.largest, default: PAGE.default },
      },
      {
        name: 'after',
        in: 'query',
        description: 'The `next` of the page before.',
        schema: { type: 'string', pattern: '^\\d{1,14}~[A-Za-z0-9._:-]{1,128}$' },
      },
    ],
    responses: {
      200: answer('A page of them.', ref('PurchasePage')),
      ...problems(...OF_API, 'InvalidQuery', 'LedgerUnavailable'),
    },
  },
};

const quotes: Node = {
  post: {
    operationId: 'quote',
    summary: 'What the order of a request would be: nothing is ordered',
    description:
      'Kept under the request id: to buy the same request later orders exactly this body, or nothing. It reads the ' +
      'vendor’s lists, which may take up to two minutes.',
    security: ACCESS,
    requestBody: json(ref('PurchaseRequest')),
    responses: {
      200: answer('The quote.', ref('Quote')),
      ...problems(
        ...OF_API,
        ...OF_BODY,
        'RequestConflict',
        'InvalidRequest',
        'ServiceNeedsPlan',
        'QuoteRefused',
        'NoWorker',
        ...OF_TEMPORAL,
      ),
    },
  },
};

const purchase: Node = {
  get: {
    operationId: 'getPurchase',
    summary: 'How a purchase stands',
    security: ACCESS,
    parameters: [requestId],
    responses: {
      200: answer('How it stands.', ref('PurchaseStatus')),
      ...problems(...OF_API, 'UnknownPurchase', ...OF_TEMPORAL, 'LedgerUnavailable'),
    },
  },
};

const decisions: Node = {
  post: {
    operationId: 'decide',
    summary: 'Decide about a purchase in a person’s name',
    description: 'It is checked against the vendor before it is made, which may take up to 90 s.',
    security: ACCESS,
    parameters: [requestId],
    requestBody: json(ref('Decision')),
    responses: {
      200: answer('Made: how the purchase stands after it.', ref('PurchaseStatus')),
      ...problems(
        ...OF_API,
        ...OF_BODY,
        'UnknownPurchase',
        'NothingWaits',
        'DecisionRefused',
        'DecisionInvalid',
        'NoWorker',
        ...OF_TEMPORAL,
        'LedgerUnavailable',
      ),
    },
  },
};

const audit: Node = {
  get: {
    operationId: 'auditPurchase',
    summary: 'The events of a purchase, oldest first, and whether their chain of hashes holds',
    security: ACCESS,
    parameters: [requestId],
    responses: {
      200: answer('The chain, and whether it verifies.', ref('Audit')),
      ...problems(...OF_API, 'UnknownPurchase', 'LedgerUnavailable'),
    },
  },
};

function webhook(operationId: string, parameters: readonly Node[]): Node {
  return {
    post: {
      operationId,
      summary: 'A message of a CRM, in its own form and with its own proof',
      security: NO_ACCESS,
      parameters,
      requestBody: anything,
      responses: {
        200: {
          description:
            'All is kept; or of no interest, or known. Salesforce gets its own acknowledgement, in XML.',
          content: {
            'application/json': { schema: ref('PendingDecision') },
            'text/xml': { schema: { type: 'string' } },
          },
        },
        ...problems(
          ...ALWAYS,
          'NotAuthentic',
          'TooManyRefused',
          'UnknownSource',
          'BodyTooLarge',
          'MessageUnreadable',
          'TemporalUnreachable',
        ),
      },
    },
  };
}

function open(operationId: string, summary: string, schema: Node, codes: readonly ProblemCode[] = []): Node {
  return {
    get: {
      operationId,
      summary,
      security: NO_ACCESS,
      responses: { 200: answer(summary, schema), ...problems(...ALWAYS, ...codes) },
    },
  };
}

/** What may be left out may be null or "" as well: `parseRequest` takes that away before the schema looks. */
function orNothing({ properties = {}, required = [], ...rest }: z.core.JSONSchema.BaseSchema): Node {
  const loosened = Object.entries(properties).map(([key, schema]) => [
    key,
    required.includes(key) ? schema : { anyOf: [schema, { enum: [null, ''] }] },
  ]);
  return { ...rest, required, properties: Object.fromEntries(loosened) as Node };
}

/** The contract of the HTTP server, as OpenAPI 3.1. */
export function openApiDocument(): Node {
  const { $schema: _, ...request } = z.toJSONSchema(requestSchema, { io: 'input' });
  return {
    openapi: '3.1.0',
    info: {
      title: 'Wonce',
      version: '1',
      description:
        'A won deal becomes one license order, once. Problems are RFC 9457 documents with stable codes. On any path: ' +
        '404 `UnknownPath`, 405 `MethodNotAllowed`, 408 `RequestTooSlow`, 431 `HeadersTooLarge`.',
    },
    paths: {
      '/purchases': purchases,
      '/quotes': quotes,
      '/purchases/{requestId}': purchase,
      '/purchases/{requestId}/decisions': decisions,
      '/purchases/{requestId}/audit': audit,
      '/webhooks/{source}': webhook('takeMessage', [source]),
      '/webhooks/{source}/{token}': webhook('takeMessageWithToken', [source, token]),
      '/healthz': open('isAlive', 'The process is alive', ref('Alive')),
      '/readyz': open('isReady', 'The server can do its work now', ref('Ready'), ['NotReady']),
      '/openapi.json': open('contract', 'This document', { type: 'object' }),
    },
    components: {
      schemas: { PurchaseRequest: orNothing(request), ...SCHEMAS },
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'One of WONCE_API_TOKENS.' } },
    },
  };
}
