import type { FastifyRequest } from 'fastify';
import { invalid, Refused } from './envelope';
import { bodyOf, mediaTypeOf } from './request-parts';
import type { Tokens } from './tokens';

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
