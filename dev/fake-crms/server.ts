import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { setTimeout as delay } from 'node:timers/promises';
import { guard } from './access';
import { addControlRoutes, type RunningFakeCrm } from './control-routes';
import { Faults, type Fault } from './faults';
import { Records } from './records';
import { Deliveries } from './sender';
import { Refused, type FakeCrm } from './fake-crm';
import { hubspot } from './hubspot';
import { pipedrive } from './pipedrive';
import { salesforce } from './salesforce';
import { standardWebhooks } from './standard-webhooks';

/** The fakes of all CRMs. */
export const FAKE_CRMS: readonly FakeCrm[] = [hubspot, pipedrive, salesforce, standardWebhooks];

export const FAKE_CRMS_PORT = 8091;

export interface FakeCrmsOptions {
  /** Default 8091; 0 for any free one. It listens on this machine alone. */
  port?: number;
  /** Folder of the records; without it they live in memory. */
  stateDir?: string;
}

export interface FakeCrms {
  url: string;
  close(): Promise<void>;
}

/** Starts fakes of the CRMs on one port: their APIs under their own paths, and switches under /_control/{crm}/. */
export async function startFakeCrms(
  crms: readonly FakeCrm[],
  { port = FAKE_CRMS_PORT, stateDir }: FakeCrmsOptions = {},
): Promise<FakeCrms> {
  const running = crms.map((crm): RunningFakeCrm => ({
    crm,
    records: new Records(crm.name, stateDir),
    faults: new Faults(),
    deliveries: new Deliveries(),
    requests: [],
  }));
  const app = appOf(running);
  const url = await app.listen({ host: '127.0.0.1', port });
  const close = async () => {
    running.forEach(({ deliveries }) => deliveries.close());
    await app.close();
  };
  return { url, close };
}

function appOf(running: readonly RunningFakeCrm[]): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true, exposeHeadRoutes: false });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', (request, _reply, next) => {
    guard(request);
    next();
  });
  app.addHook('preHandler', async (request, reply) => {
    const called = running.find(({ crm }) => crm.paths.some((path) => request.url.startsWith(path)));
    if (called === undefined) return;
    called.requests.push({ method: request.method, url: request.url, at: Date.now() });
    const fault = called.faults.take(request.url);
    if (fault !== undefined) await answerWith(fault, called.crm, request, reply);
  });
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof Refused) return reply.code(error.status).headers(error.headers).send(error.body);
    process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
    return reply.code(500).send({ message: 'The fake CRMs broke down.' });
  });
  for (const one of running) {
    one.crm.addApi(app, one.records);
    addControlRoutes(app, one);
  }
  return app;
}

async function answerWith(
  fault: Fault,
  crm: FakeCrm,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  switch (fault.kind) {
    case 'hang':
      await new Promise((resolve) => request.raw.socket.once('close', resolve));
      return;
    case 'cut':
      request.raw.socket.destroy();
      return;
    case 'broken-json':
      await reply.code(200).type('application/json').send('{"id": "7');
      return;
    case 'rate-limit':
      await reply
        .code(429)
        .header(crm.waitHeader, String(fault.retryAfterSeconds))
        .send(crm.trouble('rate-limit'));
      return;
    case 'unauthorised':
      await reply.code(401).send(crm.trouble('unauthorised'));
      return;
    case 'latency':
      await delay(fault.ms);
      return;
    case 'server-error':
      await reply.code(500).send(crm.trouble('server-error'));
  }
}
