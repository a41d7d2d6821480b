import type { FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import { invalid, Refused } from './envelope';
import { bodyOf, mediaTypeOf } from './request-parts';

/** What the token call wants to see. */
export interface Credentials {
  clientId: string;
  clientSecret: string;
}

/** Every call of the vendor's names itself (every reference page, "Headers"). @throws Refused */
export function checkUserAgent(request: FastifyRequest): void {
  if (request.headers['user-agent'] === 'OpenAPI') return;
  throw invalid('User-Agent: this header is required on every call; expected OpenAPI');
}

/** @throws Refused */
export function checkAccessToken(request: FastifyRequest, tokens: Tokens): void {
  if (tokens.isValid(request.headers.authorization)) return;
  throw new Refused(401, 'unauthorized', 'Authorization: the access token is missing, wrong or expired');
}

/** Vendor page "Request Access Token". @throws Refused */
export function checkTokenRequest(request: FastifyRequest, credentials: Credentials): void {
  if (mediaTypeOf(request) !== 'application/x-www-form-urlencoded') {
    throw invalid('Content-Type: expected application/x-www-form-urlencoded');
  }
  const form = new URLSearchParams(bodyOf(request));
  for (const field of ['client_id', 'client_secret', 'grant_type']) {
    if (!form.get(field)) throw invalid(`${field}: expected text, came nothing`);
  }
  if (form.get('grant_type') !== 'pp_credentials') throw invalid('grant_type: expected pp_credentials');
  const isRight =
    form.get('client_id') === credentials.clientId && form.get('client_secret') === credentials.clientSecret;
  if (!isRight) throw new Refused(401, 'invalid_client', 'client_id, client_secret: not known');
}

/** How many tokens are held before the dead ones are swept out. */
const SWEEP_AT = 1_000;

/** Access tokens that were given out; they live in memory, as long as the process. */
export class Tokens {
  private readonly expiry = new Map<string, number>();

  give(lifetimeSeconds: number): string {
    if (this.expiry.size >= SWEEP_AT) this.sweep();
    const token = `eyJ${randomBytes(24).toString('base64url')}.${randomBytes(24).toString('base64url')}`;
    this.expiry.set(token, Date.now() + lifetimeSeconds * 1000);
    return token;
  }

  isValid(authorization: string | undefined): boolean {
    const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
    return token !== undefined && Date.now() < (this.expiry.get(token) ?? 0);
  }

  expireAll(): void {
    this.expiry.clear();
  }

  private sweep(): void {
    const now = Date.now();
    for (const [token, end] of this.expiry) if (end <= now) this.expiry.delete(token);
  }
}
