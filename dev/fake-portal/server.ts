import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { addControlRoutes, guardSwitches } from './control-routes';
import { beginningOf } from './beginning';
import { Orders } from './orders';
import { failure, Refused } from './envelope';
import { Faults } from './faults';
import type { FakePortalParts } from './call';
import { Products } from './products';
import { RequestLog } from './request-log';
import { pathOf } from './request-parts';
import { DEFAULT_SETTINGS } from './settings';
import { Tokens } from './credentials';
import { Vendor } from './vendor';
import { addVendorRoutes } from './vendor-routes';

export const FAKE_PORTAL_CLIENT_ID = 'fake-portal-client';
export const FAKE_PORTAL_CLIENT_SECRET = 'fake-portal-secret';
export const FAKE_PORTAL_PORT = 8090;

export interface FakePortalOptions {
  /** Default 127.0.0.1: this machine alone. */
  host?: string;
  /** Default 8090; 0 for any free one. */
  port?: number;
  /** Folder of the orders; without it they live in memory. */
  stateDir?: string;
  clientId?: string;
  clientSecret?: string;
  /** Default 1800, the vendor's. */
  tokenLifetimeSeconds?: number;
  /** Wait before every answer, in ms. */
  latencyMs?: number;
}

export interface FakePortal {
  url: string;
  port: number;
  /** Ends every connection, hanging ones too; what is on its way to the disk gets there. */
  close(): Promise<void>;
}

/**
 * Starts a fake Partner Portal: the vendor's paths, and switches under /_control/.
 *
 * @throws JournalBroken when the file of orders cannot be read; Node's error when it cannot listen
 */
export async function startFakePortal(options: FakePortalOptions = {}): Promise<FakePortal> {
  const { host = '127.0.0.1', port = FAKE_PORTAL_PORT } = options;
  const closing = new AbortController();
  const orders = await Orders.open(options.stateDir, new Products(await beginningOf(options.stateDir)));
  const app = appOf(partsOf(options, orders, closing.signal));
  const close = async () => {
    closing.abort();
    await app.close();
    await orders.close();
  };
  try {
    const url = await app.listen({ host, port });
    return { url, port: Number(new URL(url).port), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function partsOf(options: FakePortalOptions, orders: Orders, closing: AbortSignal): FakePortalParts {
  const {
    clientId = FAKE_PORTAL_CLIENT_ID,
    clientSecret = FAKE_PORTAL_CLIENT_SECRET,
    latencyMs = DEFAULT_SETTINGS.latencyMs,
    tokenLifetimeSeconds = DEFAULT_SETTINGS.tokenLifetimeSeconds,
  } = options;
  const settings = { ...DEFAULT_SETTINGS, latencyMs, tokenLifetimeSeconds };
  return {
    vendor: new Vendor(orders, settings),
    faults: new Faults(),
    tokens: new Tokens(),
    settings,
    credentials: { clientId, clientSecret },
    log: new RequestLog(),
    closing,
  };
}

function appOf(parts: FakePortalParts): FastifyInstance {
  // The vendor has GET and POST only (vendor page "Request Structure"): no HEAD beside every GET.
  const app = Fastify({ forceCloseConnections: true, bodyLimit: 1024 * 1024, exposeHeadRoutes: false });
  // Bodies are kept as they came: their digits matter.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', guardSwitches);
  addVendorRoutes(app, parts);
  addControlRoutes(app, parts);
  addLastResorts(app, parts);
  return app;
}

/** Envelopes also where no route answers and where one breaks down. */
function addLastResorts(app: FastifyInstance, parts: FakePortalParts): void {
  app.setNotFoundHandler((request, reply) => {
    const [method, path] = [request.method, pathOf(request)];
    if (!path.startsWith('/_control/')) {
      parts.log.add({ method, path, endpoint: 'unknown', at: Date.now(), faults: [] });
    }
    const refusal = new Refused(404, 'not_found', `${method} ${path}: no such call is documented`);
    return reply.code(404).send(failure(refusal));
  });
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const { statusCode = 500, message } = error;
    if (statusCode >= 500 && !parts.closing.aborted) process.stderr.write(`${error.stack ?? message}\n`);
    const code = statusCode >= 500 ? 'system_error' : 'parameter_validation_failed';
    return reply.code(statusCode).send(failure(new Refused(statusCode, code, message)));
  });
}
