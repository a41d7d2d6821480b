import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ASSETS } from './assets';
import { addDealPages } from './deal-pages';
import { FailurePage } from './failure';
import { pageOf } from './layout';
import { Live } from './live';
import { Health } from './health';
import { addNewPages } from './new-pages';
import { addOrderPages } from './order-pages';
import { DOOR, Gate } from './gate';
import type { PageParts } from './page-parts';
import { sendHtml } from './show';
import { addSignIn } from './sign-in-routes';
import { problemOf } from '../problem';

/**
 * The operators' page: HTML made on the server, so that it can be read, and decided on, without JavaScript. In a scope of
 * its own: nothing of it is known to the API.
 */
export async function addPage(app: FastifyInstance, parts: PageParts): Promise<void> {
  const isTls = parts.publicUrl.startsWith('https:');
  await app.register(cookie);
  await app.register(formbody, { bodyLimit: 64 * 1024 });
  await app.register(compress, { threshold: 1024, encodings: ['br', 'gzip'] });
  await app.register(helmet, headers(isTls));
  const health = new Health(parts.client, parts.sources);
  // Known, most often, before the first page is asked for.
  app.addHook('onListen', (done) => {
    health.now();
    done();
  });
  const gate = new Gate(parts, health, isTls);
  app.addHook('onRequest', async (request, reply) => gate.letIn(request, reply));
  app.setErrorHandler(async (error, request, reply) => showFailure(parts, gate, { error, request, reply }));
  addAssets(app);
  await addSignIn(app, parts, gate);
  new Live(parts.client, health, gate).addTo(app);
  addOrderPages(app, parts, gate);
  addDealPages(app, parts, gate);
  addNewPages(app, parts, gate);
}

/** Nothing from elsewhere, nothing inside of anything else, no script that is not a file of ours. */
function headers(isTls: boolean) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    // Without the referrer a browser sends the origin of a form as null, by which it cannot be told from a stranger's.
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    hsts: isTls ? { maxAge: 180 * 24 * 60 * 60 } : false,
  } as const;
}

function addAssets(app: FastifyInstance): void {
  for (const { url, type, content } of Object.values(ASSETS)) {
    app.get(url, (_request, reply) =>
      reply.header('cache-control', 'public, max-age=31536000, immutable').type(type).send(content),
    );
  }
}

async function showFailure(
  { log, refusals }: PageParts,
  gate: Gate,
  { error, request, reply }: { error: unknown; request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const problem = await refusals.afterItsWait(problemOf(error), request, DOOR);
  const { code, status } = problem;
  log[status >= 500 ? 'error' : 'info']({ code, status, requestId: request.id }, 'problem');
  if (code === 'UnexpectedFailure') log.error({ err: error, requestId: request.id }, 'unexpected failure');
  const viewer = gate.viewerOf(request);
  const html = pageOf({ title: 'Not possible', viewer, children: FailurePage({ problem, id: request.id }) });
  return sendHtml(reply.code(status).headers(problem.headers), html);
}
