import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { EncryptingCodec } from '../../config/payload-codec';
import type { PayloadKey } from '../../config/payload-keys';
import { jsonText } from '../../domain/printable';
import { tokenGuard, wantJson, wantPlainBody } from '../access';
import { takeBodiesAsTheyCome } from '../body';
import { Problem, problemOf } from '../problem';
import { Refusals } from '../refusals';
import { payloadsIn, payloadsInJson } from './payloads';

export interface CodecParts {
  keys: readonly PayloadKey[];
  tokens: readonly string[];
  /** Of the pages that may call. */
  origins: readonly string[];
  log: Logger;
}

const BODY_LIMIT = 1024 * 1024;

/** What a page may send, as Temporal's UI does. */
const ALLOWED_HEADERS = 'authorization, content-type, x-namespace';

/** How long a browser may go by what it was allowed, in seconds. */
const ALLOWED_FOR_S = 600;

/**
 * The routes of Temporal's protocol of remote codecs, not listening yet: `POST /decode` and `POST /encode`, with payloads as
 * JSON. Nothing of keys, tokens and payloads goes into the log.
 */
export function createCodecApp({ keys, tokens, origins, log }: CodecParts): FastifyInstance {
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: 15_000,
    http: { headersTimeout: 5_000 },
    genReqId: () => randomUUID(),
  });
  const codec = new EncryptingCodec(keys);
  const guard = tokenGuard(tokens, 'WONCE_CODEC_TOKENS');
  const refusals = new Refusals();
  takeBodiesAsTheyCome(app);
  app.addHook('onRequest', (request, reply, next) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', vary: 'origin' });
    reply.headers(allowanceFor(request, origins));
    if (request.is404) throw new Problem('UnknownPath', 'There are POST /decode and POST /encode.');
    if (request.method === 'OPTIONS') return next();
    guard(request);
    wantJson(request);
    wantPlainBody(request);
    next();
  });
  app.addHook('onResponse', ({ method, routeOptions, id: callId }, { statusCode: status }, next) => {
    log.info({ method, path: routeOptions.url ?? '(unknown)', status, callId }, 'answered');
    next();
  });
  for (const [path, work] of [
    ['/decode', codec.decode.bind(codec)],
    ['/encode', codec.encode.bind(codec)],
  ] as const) {
    app.post(path, async ({ body }) => payloadsInJson(await work(payloadsIn(body))));
    app.options(path, (_request, reply) => reply.code(204).send());
  }
  app.setErrorHandler(async (error, request, reply) =>
    sendProblem(log, await refusals.afterItsWait(problemOf(error), request, 'codec'), request, reply),
  );
  return app;
}

/**
 * What lets a page of another site call, where it may. A call without an origin comes from no page.
 *
 * @throws Problem OriginNotAllowed
 */
function allowanceFor({ headers: { origin } }: FastifyRequest, origins: readonly string[]) {
  if (origin === undefined) return {};
  if (!origins.includes(origin)) {
    throw new Problem('OriginNotAllowed', 'Add the origin of the page to WONCE_CODEC_ORIGINS.');
  }
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'POST, OPTIONS',
    'access-control-allow-headers': ALLOWED_HEADERS,
    'access-control-max-age': String(ALLOWED_FOR_S),
  };
}

function sendProblem(log: Logger, problem: Problem, { id }: FastifyRequest, reply: FastifyReply): unknown {
  const { code, status } = problem;
  log[status >= 500 ? 'warn' : 'info']({ code, requestId: id }, 'refused');
  return reply
    .code(status)
    .headers(problem.headers)
    .type('application/problem+json')
    .send(jsonText(problem.document(id)));
}
