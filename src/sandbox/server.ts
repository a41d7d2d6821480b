import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { setTimeout as delay } from 'node:timers/promises';
import { Book } from './book';
import { addControlRoutes } from './control-routes';
import { envelope, Refused } from './envelope';
import { Faults, type Endpoint, type Fault } from './faults';
import type { SandboxParts } from './parts';
import { DEFAULT_SETTINGS } from './settings';
import { Tokens } from './tokens';
import { Vendor } from './vendor';

export const SANDBOX_CLIENT_ID = 'sandbox-client';
export const SANDBOX_CLIENT_SECRET = 'sandbox-secret';

export interface SandboxOptions {
  host?: string;
  /** 0 for any free one. */
  port?: number;
  /** Folder of the book of orders; without it the book lives in memory. */
  stateDir?: string;
  /** Wait before every answer, in ms. */
  latencyMs?: number;
}

export interface Sandbox {
  url: string;
  close(): Promise<void>;
}

type Query = Record<string, string | undefined>;
type Work = (request: FastifyRequest, orderStatus: string) => unknown;

/** Starts a stand-in Partner Portal: the vendor's paths, and switches under /_sandbox/ (docs/sandbox.md). */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const settings = { ...DEFAULT_SETTINGS, latencyMs: options.latencyMs ?? 0 };
  const book = await Book.open(options.stateDir);
  const parts: SandboxParts = {
    vendor: new Vendor(book, settings),
    faults: new Faults(),
    tokens: new Tokens(),
    settings,
    requests: [],
  };
  const app = Fastify({ forceCloseConnections: true, bodyLimit: 1024 * 1024 });
  // Bodies are kept as they came: their digits matter.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  addVendorRoutes(app, parts);
  addControlRoutes(app, parts);
  const url = await app.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 8090 });
  return {
    url,
    async close() {
      await app.close();
      await book.close();
    },
  };
}

function addVendorRoutes(app: FastifyInstance, parts: SandboxParts): void {
  const { vendor, tokens, settings } = parts;
  const get = (path: string, endpoint: Endpoint, work: (query: Query, request: FastifyRequest) => unknown) =>
    app.get(path, (request, reply) =>
      serve(parts, endpoint, request, reply, () => work(request.query as Query, request)),
    );

  app.post('/auth/openapi/v1/oauth/token', (request, reply) =>
    serve(parts, 'token', request, reply, () => {
      checkTokenRequest(request);
      const lifetime = settings.tokenLifetimeSeconds;
      return {
        expiresIn: String(lifetime),
        refreshToken: 'not-used',
        token: tokens.give(lifetime),
        tokenHead: 'Bearer ',
      };
    }),
  );
  get('/user/openapi/user/v1/client/partner_list', 'partners', () => vendor.partners());
  get('/user/openapi/user/v1/client/billing_contact_list', 'billing-contacts', () =>
    vendor.billingContacts(),
  );
  get('/product/openapi/instance_product/v1/client/instance_product_list', 'products', (query) =>
    vendor.products(query),
  );
  get('/product/openapi/instance_product/v1/detail', 'products', (query) => vendor.productDetail(query));
  get('/product/openapi/instance_product/v1/activation_code', 'activation-code', (query) =>
    vendor.activationCode(query),
  );
  get('/pricing/openapi/purchase/v1/product_list', 'plans', () => [
    { name: 'Software PBX (PSE Self-hosted)', productId: 12 },
  ]);
  get('/pricing/openapi/purchase/v1/purchase_product_info', 'plans', (query) => vendor.plans(query));
  get('/order/openapi/order/v1/page', 'order-list', (query) => vendor.orderList(query));
  get('/order/openapi/order/v1/get/:id', 'order-details', (_query, request) =>
    vendor.orderDetails((request.params as { id: string }).id),
  );
  app.post('/order/openapi/order/v1/save', (request, reply) =>
    serve(parts, 'orders', request, reply, (_request, orderStatus) => {
      if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
        throw new Refused(415, 'parameter_validation_failed', 'Content-Type: expected application/json');
      }
      return vendor.takeOrder(bodyOf(request), orderStatus);
    }),
  );
}

/** One call of the vendor's API: its log entry, its faults, its rules, its answer. */
async function serve(
  parts: SandboxParts,
  endpoint: Endpoint,
  request: FastifyRequest,
  reply: FastifyReply,
  work: Work,
) {
  const { settings, tokens, requests } = parts;
  const striking = parts.faults.take(endpoint, bodyOf(request));
  const path = request.url.split('?')[0]!;
  requests.push({
    method: request.method,
    path,
    at: Date.now(),
    faults: striking.map((fault) => fault.kind),
  });
  if (requests.length > 10_000) requests.splice(0, 5_000);

  const wait =
    settings.latencyMs + striking.reduce((sum, fault) => sum + (fault.kind === 'latency' ? fault.ms : 0), 0);
  if (wait > 0) await delay(wait);
  const fault = striking.find((one) => one.kind !== 'latency' && one.kind !== 'order-status');
  const orderStatus = striking.find((one) => one.kind === 'order-status')?.status ?? settings.orderStatus;
  try {
    if (fault !== undefined && fault.when === 'before') return await strike(fault, reply);
    checkHeaders(request, endpoint, tokens);
    const result = await work(request, orderStatus);
    if (fault !== undefined) return await strike(fault, reply);
    return await reply.send(envelope(result));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { httpStatus, code, message } = error;
    const inside = httpStatus === 401 && settings.unauthorizedInside200;
    return reply
      .code(inside ? 200 : httpStatus)
      .send(envelope({}, { code, detailMessage: message, status: httpStatus }));
  }
}

async function strike(fault: Fault, reply: FastifyReply): Promise<unknown> {
  const { kind, httpStatus, code, detailMessage } = fault;
  switch (kind) {
    case 'refuse':
      return reply.code(httpStatus).send(envelope({}, { code, detailMessage, status: httpStatus }));
    case 'rate-limit':
      return reply
        .code(429)
        .header('Retry-After', String(fault.retryAfterSeconds))
        .send(envelope({}, { code: 'too_many_requests', detailMessage, status: 429 }));
    case 'server-error':
      return reply.code(httpStatus).type('text/html').send(`<html><body>${httpStatus}</body></html>`);
    case 'html':
      return reply.code(200).type('text/html').send('<html><body>Maintenance</body></html>');
    case 'broken-json':
      return reply.code(200).type('application/json').send('{"code":"success","result":{"orderNo":"ZC1');
    case 'cut':
      reply.hijack();
      reply.raw.destroy();
      return reply;
    default:
      // hang: no answer, until the client goes.
      reply.hijack();
      return reply;
  }
}

function checkHeaders(request: FastifyRequest, endpoint: Endpoint, tokens: Tokens): void {
  if (request.headers['user-agent'] !== 'OpenAPI') {
    throw new Refused(400, 'parameter_validation_failed', 'User-Agent: expected OpenAPI');
  }
  if (endpoint === 'token' || tokens.isValid(request.headers.authorization)) return;
  throw new Refused(401, 'unauthorized', 'Authorization: the access token is missing, wrong or expired');
}

function checkTokenRequest(request: FastifyRequest): void {
  if (!/^application\/x-www-form-urlencoded\b/.test(request.headers['content-type'] ?? '')) {
    throw new Refused(
      400,
      'parameter_validation_failed',
      'Content-Type: expected application/x-www-form-urlencoded',
    );
  }
  const form = new URLSearchParams(bodyOf(request));
  if (form.get('grant_type') !== 'pp_credentials') {
    throw new Refused(400, 'parameter_validation_failed', 'grant_type: expected pp_credentials');
  }
  const isRight =
    form.get('client_id') === SANDBOX_CLIENT_ID && form.get('client_secret') === SANDBOX_CLIENT_SECRET;
  if (!isRight) throw new Refused(401, 'invalid_client', 'client_id, client_secret: not known');
}

function bodyOf(request: FastifyRequest): string {
  return typeof request.body === 'string' ? request.body : '';
}
