import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { DealInbox } from '../client/deal-inbox';
import type { TellingSource } from '../client/overview-client';
import type { WonceClient } from '../client/wonce-client';
import type { ListeningSource } from '../crm/deal-receiver';
import { jsonText } from '../domain/printable';
import type { Readiness } from '../domain/readiness';
import { accessGuard, doorOf, wantJson, wantPlainBody } from './access';
import { takeBodiesAsTheyCome } from './body';
import { addHealthRoutes } from './health-routes';
import type { SignInSettings } from '../config/server-settings';
import { KnownPaths } from './known-paths';
import type { Links } from './page/links';
import { addPage } from './page/page';
import { Problem, problemOf, type ProblemCode } from './problem';
import { addPurchaseRoutes } from './purchase-routes';
import { Refusals } from './refusals';
import { whatCallIsAbout } from './subject';
import { addWebhookRoutes, type MessageObserver } from './webhook-routes';

export interface AppParts {
  tokens: readonly string[];
  client: WonceClient;
  inbox: DealInbox;
  accounts: ReadonlyMap<string, ListeningSource>;
  signIn: SignInSettings;
  /** Proxies whose word is taken for where a call comes from. */
  trustProxy?: readonly string[];
  /** The address under which others reach the server. */
  publicUrl: string;
  links: Links;
  /** Of which won deals come. */
  sources: readonly TellingSource[];
  log: Logger;
  /** How what the server stands on is, and whether it is stopping. */
  readiness: () => Promise<Readiness>;
  /** Told of each message of a webhook. */
  observeMessage?: MessageObserver | undefined;
  /** Lets spans be made of calls. */
  traceCallsTo?: ((app: FastifyInstance) => void) | undefined;
}

declare module 'fastify' {
  interface FastifyReply {
    /** Of the problem that was answered with. */
    problemCode?: ProblemCode;
  }
}

const BODY_LIMIT = 1024 * 1024;
const HEADERS_LIMIT = 16 * 1024;

/** Longer than the longest answer: a decision, which is checked against the vendor for up to 90 s. */
const SILENCE_MS = 120_000;

/** What a path is logged as that is none of ours: it may hold anything. */
const UNKNOWN_PATH = '(unknown)';

/** The routes asked every few seconds by whoever watches. */
const QUIET: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/** The server's routes, not listening yet. */
export function createApp(parts: AppParts): FastifyInstance {
  const { client, log } = parts;
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    trustProxy: parts.trustProxy === undefined ? false : [...parts.trustProxy],
    // Whoever sends slowly holds a connection: so long and no longer.
    requestTimeout: 15_000,
    connectionTimeout: SILENCE_MS,
    keepAliveTimeout: 65_000,
    http: { headersTimeout: 5_000, connectionsCheckingInterval: 1_000, maxHeaderSize: HEADERS_LIMIT },
    // No limit beside that of the headers: what is too long for an id is told so by the route that reads it.
    routerOptions: { maxParamLength: HEADERS_LIMIT },
    genReqId: () => randomUUID(),
    // What came on a connection that was open before is answered as ever while the server stops.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => void sendProblem(log, problemOf(error), request, reply),
    clientErrorHandler: (error, socket) => refuseConnection(log, error, socket),
  });
  app.decorateReply('problemCode', undefined);
  app.decorateRequest('subject', undefined);
  const paths = new KnownPaths();
  app.addHook('onRoute', ({ url, method }) => paths.add(url, method));
  addHooks(app, paths, log);
  parts.traceCallsTo?.(app);
  takeBodiesAsTheyCome(app);
  // Many a caller is a terminal.
  app.setReplySerializer((answer) => jsonText(answer));
  addHealthRoutes(app, parts.readiness);
  addWebhookRoutes(app, parts);
  void app.register((api, _options, done) => {
    const tokens = [...parts.tokens, ...parts.signIn.people.map(({ token }) => token)];
    const guard = accessGuard(tokens);
    api.addHook('onRequest', (request, _reply, next) => {
      guard(request);
      wantJson(request);
      next();
    });
    addPurchaseRoutes(api, client, (request) => doorOf(tokens, request));
    done();
  });
  const refusals = new Refusals();
  void app.register((page) => addPage(page, { ...parts, refusals }));
  addErrorHandler(app, log, refusals);
  return app;
}

function addHooks(app: FastifyInstance, paths: KnownPaths, log: Logger): void {
  app.addHook('onRequest', (request, reply, next) => {
    reply.headers(ofEveryAnswer(request));
    refuseUnknown(paths, request);
    wantNoNul(request);
    wantPlainBody(request);
    next();
  });
  app.addHook('onResponse', (request, reply, next) => {
    // The pattern of the path, not the path: that may hold a token.
    const path = request.routeOptions.url ?? UNKNOWN_PATH;
    const { method } = request;
    const { statusCode: status, elapsedTime } = reply;
    const level = QUIET.has(path) ? 'debug' : 'info';
    const about = whatCallIsAbout(request, status);
    log[level]({ method, path, status, ms: Math.round(elapsedTime), ...about }, 'answered');
    next();
  });
}

function ofEveryAnswer({ id }: FastifyRequest): Record<string, string> {
  return { 'x-request-id': id, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
}

/** Before a body is looked at: what no route takes need not be well-formed. */
function refuseUnknown(paths: KnownPaths, { is404, method, url }: FastifyRequest): void {
  if (!is404) return;
  const allowed = paths.methodsOf(url);
  if (allowed.length === 0 || allowed.includes(method)) throw new Problem('UnknownPath');
  const allow = allowed.join(', ');
  throw new Problem('MethodNotAllowed', `This path has ${allow}.`, {}, { allow });
}

/** No text that is meant has one, and Postgres takes none. */
function wantNoNul({ url }: FastifyRequest): void {
  if (url.includes('%00')) throw new Problem('MalformedHttp', 'The address has a NUL (%00) in it.');
}

function addErrorHandler(app: FastifyInstance, log: Logger, refusals: Refusals): void {
  app.setErrorHandler(async (error, request, reply) => {
    const problem = await refusals.afterItsWait(problemOf(error), request, doorOfRequest(request));
    if (problem.code === 'UnexpectedFailure') {
      log.error({ err: error, ...whatCallIsAbout(request, problem.status) }, 'unexpected failure');
    }
    return sendProblem(log, problem, request, reply);
  });
}

/** At which door it knocked: of the API one for all of its paths; of webhooks one for each source. */
function doorOfRequest({ routeOptions, params }: FastifyRequest): string {
  const { source = '' } = (params ?? {}) as { source?: string };
  return routeOptions.url?.startsWith('/webhooks/') ? `webhook ${source}` : 'api';
}

/** Why the request was not served is logged by its code; the message is for the caller. */
function sendProblem(
  log: Logger,
  problem: Problem,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { code, status, headers } = problem;
  reply.problemCode = code;
  log[status >= 500 ? 'error' : 'info']({ code, status, ...whatCallIsAbout(request, status) }, 'problem');
  return (
    reply
      .code(status)
      // What Fastify itself refuses has come by no hook.
      .headers({ ...ofEveryAnswer(request), ...headers })
      .type('application/problem+json')
      .send(jsonText(problem.document(request.id)))
  );
}

/** What is no HTTP, or came too slowly, has no request: it is answered on the bare connection, which ends. */
function refuseConnection(log: Logger, error: Error & { code?: string }, socket: Socket): void {
  const { code = '' } = error;
  const answering = (socket as Socket & { _httpMessage?: { headersSent: boolean } })._httpMessage;
  if (code !== 'ECONNRESET' && socket.writable && answering?.headersSent !== true) {
    const problem = problemOf(Object.assign(new Error('This is no HTTP/1.1.'), { code, statusCode: 400 }));
    const callId = randomUUID();
    log.info({ code: problem.code, status: problem.status, callId }, 'problem');
    const body = JSON.stringify(problem.document(callId));
    socket.write(
      `HTTP/1.1 ${problem.status} ${problem.code}\r\nContent-Type: application/problem+json\r\n` +
        `X-Request-Id: ${callId}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  }
  socket.destroySoon();
}
