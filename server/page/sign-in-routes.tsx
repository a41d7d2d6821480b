import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { errorInWords } from '../../domain/printable';
import { fieldsOf } from './form';
import { DOOR, type Gate } from './gate';
import { Problem } from '../problem';
import { pageOf } from './layout';
import { OpenIdSignIn, type OpenIdStep } from './openid';
import type { PageParts } from './page-parts';
import { sendHtml } from './show';
import { SignInPage } from './sign-in';

/** The cookie that holds what is kept while somebody is at the provider. */
const STEP_COOKIE = 'wonce-sign-in';
const STEP_LASTS_S = 600;

/**
 * Of sign-ins by OpenID Connect: each makes this server call the provider, and nobody has proven anything yet. By address; so
 * many addresses are remembered.
 */
const LIMITS = {
  global: false,
  max: 60,
  timeWindow: '1 minute',
  cache: 1_000,
  errorResponseBuilder: (_request: unknown, { ttl }: { ttl: number }) =>
    new Problem(
      'TooManySignIns',
      'Wait a minute, and begin the sign-in again.',
      {},
      {
        'retry-after': String(Math.ceil(ttl / 1000)),
      },
    ),
} as const;

/** Signing in, by token or by OpenID Connect, and out. */
export async function addSignIn(app: FastifyInstance, parts: PageParts, gate: Gate): Promise<void> {
  const { tokens, signIn, publicUrl } = parts;
  const { people, openId: settings } = signIn;
  const openId = settings && new OpenIdSignIn(settings, `${publicUrl}/sign-in/callback`);
  const byToken = tokens.length + people.length > 0;
  const show = (reply: FastifyReply, next: string, problem?: string) => {
    const children = SignInPage({ next, problem, byToken, byProvider: openId?.name });
    return sendHtml(reply, pageOf({ title: 'Sign in', children }));
  };

  app.get('/sign-in', (request, reply) => show(reply, nextOf(fieldsOf(request.query).next)));

  app.post('/sign-in', async (request, reply) => {
    const { token = '', next } = fieldsOf(request.body);
    const session = byToken ? gate.sessions.byToken(token.trim()) : undefined;
    if (session === undefined) {
      await parts.refusals.wait(request, DOOR);
      return show(reply.code(401), nextOf(next), 'This token is not known. Nothing was changed.');
    }
    gate.signIn(reply, session);
    return reply.redirect(nextOf(next), 303);
  });

  app.post('/sign-out', (_request, reply) => {
    gate.signOut(reply);
    return reply.redirect('/sign-in', 303);
  });

  if (openId === undefined) return;
  await app.register(rateLimit, LIMITS);
  addOpenId(app, { gate, openId, parts, show });
}

interface OpenIdParts {
  gate: Gate;
  openId: OpenIdSignIn;
  parts: PageParts;
  show: (reply: FastifyReply, next: string, problem?: string) => FastifyReply;
}

function addOpenId(app: FastifyInstance, { gate, openId, parts, show }: OpenIdParts): void {
  const { log } = parts;
  app.get('/sign-in/openid', { config: { rateLimit: {} } }, async (request, reply) => {
    const next = nextOf(fieldsOf(request.query).next);
    try {
      const { url, step } = await openId.begin(next);
      const content = Buffer.from(JSON.stringify(step)).toString('base64url');
      reply.setCookie(STEP_COOKIE, content, { ...gate.cookie(), maxAge: STEP_LASTS_S });
      return await reply.redirect(url, 303);
    } catch (error) {
      log.warn({ error }, 'the provider of OpenID Connect does not answer as it should');
      return show(reply.code(503), next, `${openId.name} does not answer. Try again in a moment.`);
    }
  });

  app.get('/sign-in/callback', { config: { rateLimit: {} } }, async (request, reply) => {
    const kept = request.cookies[STEP_COOKIE];
    reply.clearCookie(STEP_COOKIE, gate.cookie());
    if (kept === undefined) return show(reply.code(400), '/', 'The sign-in took too long. Begin it again.');
    const step = stepIn(kept);
    if (step === undefined) return show(reply.code(400), '/', 'The sign-in cannot be read. Begin it again.');
    const query = request.url.slice(request.url.indexOf('?'));
    let address: string | undefined;
    try {
      address = await openId.finish(query, step);
    } catch (error) {
      log.warn({ error: errorInWords(error) }, 'a sign-in by OpenID Connect was refused');
      await parts.refusals.wait(request, DOOR);
      return show(reply.code(401), nextOf(step.next), `${openId.name} has not signed you in. Begin again.`);
    }
    if (address === undefined) {
      return show(
        reply.code(403),
        nextOf(step.next),
        'You are not among those who may decide here (WONCE_OIDC_ALLOWED). Ask whoever runs Wonce.',
      );
    }
    gate.signIn(reply, gate.sessions.byProvider(address, openId.issuer));
    return reply.redirect(nextOf(step.next), 303);
  });
}

const stepSchema = z.object({ verifier: z.string(), state: z.string(), nonce: z.string(), next: z.string() });

/** What a browser has kept, or anybody has sent; undefined when it is not what was given to it. */
function stepIn(cookie: string): OpenIdStep | undefined {
  try {
    return stepSchema.parse(JSON.parse(Buffer.from(cookie, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}

/** A path of ours; what leads elsewhere leads to the first page. */
function nextOf(given: string | undefined): string {
  return given !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(given) ? given : '/';
}
