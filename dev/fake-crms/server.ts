import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { guard } from './access';
import { addControlRoutes } from './control-routes';
import { Faults, type Fault } from './faults';
import { Records } from './records';
import type { RunningStandIn } from './running';
import { Deliveries } from './sender';
import { Refused, type StandIn } from './fake-crm';

export const CRM_SANDBOX_PORT = 8091;

export interface CrmSandboxOptions {
  /** Default 8091; 0 for any free one. It listens on this machine alone. */
  port?: number;
  /** Folder of the records; without it they live in memory. */
  stateDir?: string;
}

export interface CrmSandbox {
  url: string;
  close(): Promise<void>;
}

/** Starts stand-ins of the CRMs on one port: their APIs under their own paths, and switches under /_sandbox/{crm}/. */
export async function startCrmSandbox(
  standIns: readonly StandIn[],
  { port = CRM_SANDBOX_PORT, stateDir }: CrmSandboxOptions = {},
): Promise<CrmSandbox> {
  const running = standIns.map((standIn): RunningStandIn => ({
    standIn,
    records: new Records(standIn.name, stateDir),
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

function appOf(running: readonly RunningStandIn[]): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true, exposeHeadRoutes: false });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', (request, _reply, next) => {
    guard(request);
    next();
  });
  app.addHook('preHandler', async (request, reply) => {
    const called = running.find(({ standIn }) => standIn.paths.some((path) => request.url.startsWith(path)));
    if (called === undefined) return;
    called.requests.push({ method: request.method, url: request.url, at: Date.now() });
    const fault = called.faults.strike(request.url);
    if (fault !== undefined) await strike(fault, called.standIn, request, reply);
  });
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof Refused) return reply.code(error.status).headers(error.headers).send(error.body);
    process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
    return reply.code(500).send({ message: 'The stand-in broke down.' });
  });
  for (const one of running) {
    one.standIn.addApi(app, one.records);
    addControlRoutes(app, one);
  }
  return app;
}

async function strike(
  fault: Fault,
  standIn: StandIn,
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
        .header(standIn.waitHeader, String(fault.retryAfterSeconds))
        .send(standIn.trouble('rate-limit'));
      return;
    case 'unauthorised':
      await reply.code(401).send(standIn.trouble('unauthorised'));
      return;
    case 'server-error':
      await reply.code(500).send(standIn.trouble('server-error'));
  }
}
