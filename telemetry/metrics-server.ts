import Fastify, { type FastifyInstance } from 'fastify';
import type { MetricsAddress } from '../config/metrics-settings';
import type { ErrorCode } from '../domain/error-catalogue';
import { problemsOf, statesOf, type Readiness } from '../domain/readiness';

/** What is served of a process to whoever watches it. */
export interface Watched {
  /** In Prometheus' text format. */
  text(): Promise<string>;
  readiness(): Promise<Readiness>;
}

/** The address for metrics cannot be listened on; the message says what to do. */
export class MetricsAddressError extends Error {
  override readonly name = 'MetricsAddressError';
  readonly code = 'AddressNotUsable' satisfies ErrorCode;
}

export interface MetricsServer {
  url: string;
  close(): Promise<void>;
}

const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Serves `/metrics`, `/readyz` and `/healthz` of a process, to whoever reaches the address: nothing of it is personal or
 * secret.
 *
 * @throws MetricsAddressError
 */
export async function serveMetrics({ host, port }: MetricsAddress, watched: Watched): Promise<MetricsServer> {
  const app = Fastify({ requestTimeout: 15_000, forceCloseConnections: true });
  addRoutes(app, watched);
  try {
    return { url: await app.listen({ host, port }), close: () => app.close() };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new MetricsAddressError(
      `The process cannot listen on ${host}:${port} for its metrics (${code ?? message}). ` +
        'Set WONCE_METRICS to an address that is free, for worker and server each another one.',
    );
  }
}

function addRoutes(app: FastifyInstance, watched: Watched): void {
  app.get('/healthz', () => ({ status: 'alive' }));
  app.get('/readyz', async (_request, reply) => {
    const readiness = await watched.readiness();
    const detail = problemsOf(readiness);
    if (detail === '') return { status: 'ready', ...statesOf(readiness) };
    return reply.code(503).send({ status: 'not-ready', detail, ...statesOf(readiness) });
  });
  app.get('/metrics', async (_request, reply) => reply.type(TEXT_FORMAT).send(await watched.text()));
}
