import type { FastifyInstance } from 'fastify';
import { randomUUID } from 'node:crypto';
import { problemsOf, statesOf, type Readiness } from '../domain/readiness';
import { openApiDocument } from './openapi';
import { Problem, RETRY_AFTER } from './problem';

/** For load balancers and people who begin: open to all, and telling nothing that is not for all. */
export function addHealthRoutes(app: FastifyInstance, readiness: () => Promise<Readiness>): void {
  // Of this process: by it whoever asks at the public address can tell that it leads here.
  const id = randomUUID();
  app.get('/healthz', () => ({ status: 'alive', id }));

  app.get('/readyz', async () => {
    const now = await readiness();
    const [detail, states] = [problemsOf(now), statesOf(now)];
    if (detail === '') return { status: 'ready', ...states };
    throw new Problem('NotReady', detail, states, RETRY_AFTER);
  });

  app.get('/openapi.json', () => openApiDocument());
}
