import type { FastifyInstance } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { WonceClient } from '../client/wonce-client';
import { openApiDocument } from './openapi';
import { Problem, RETRY_AFTER } from './problem';

/** For load balancers and people who begin: open to all, and telling nothing that is not for all. */
export function addHealthRoutes(app: FastifyInstance, client: WonceClient): void {
  // Of this process: by it whoever asks at the public address can tell that it leads here.
  const id = randomUUID();
  app.get('/healthz', () => ({ status: 'alive', id }));

  app.get('/readyz', async () => {
    const { temporal, ledger } = await client.reachable();
    const states = { temporal: stateOf(temporal), ledger: stateOf(ledger) };
    if (temporal && ledger) return { status: 'ready', ...states };
    const away = [...(temporal ? [] : ['Temporal']), ...(ledger ? [] : ['the ledger'])];
    throw new Problem('NotReady', `No answer of ${away.join(' and of ')}.`, states, RETRY_AFTER);
  });

  app.get('/openapi.json', () => openApiDocument());
}

function stateOf(isReachable: boolean): 'answers' | 'away' {
  return isReachable ? 'answers' : 'away';
}
