import {
  effectiveStatus,
  evidenceOf,
  isRecord,
  isSuccess,
  readEnvelope,
  saidBy,
  textOf,
  type Envelope,
} from './envelope';
import { kindOfFailure } from './failure-kind';
import { PortalError } from './portal-error';
import { retryAfterMs } from '../config/retry-after';
import { isAnswer, type Answer, type NoAnswer, type Transport } from './transport';

/** A token is replaced this long before it expires, in ms: it must live through the call it is used for. */
const SPARE_MS = 60_000;

/** The lifetime that the vendor documents (page "Authorization Rules"), for an answer that names none, in ms. */
const USUAL_LIFE_MS = 30 * 60_000;

/** A vendor may still speak of a token that was replaced: so many are remembered to be blanked out in its texts. */
const REMEMBERED = 8;

/** The longest answer to a token request, in bytes. */
const MAX_BYTES = 64 * 1024;

/** Vendor page "Request Access Token". */
export const TOKEN_PATH = '/auth/openapi/v1/oauth/token';

interface Token {
  authorization: string;
  /** When to ask for another, in ms since the epoch. */
  staleAt: number;
}

/**
 * The access token (vendor page "Request Access Token"), asked for by `pp_credentials` when there is none or it nears
 * its end, by one request however many wait for it. Refreshing is not documented, so it is not used.
 *
 * Token and secret are `#private`: whoever logs the client whole does not log them.
 */
export class AccessToken {
  readonly #transport: Transport;
  readonly #credentials: { clientId: string; clientSecret: string; deadlineMs: number };
  #token: Token | undefined;
  #request: Promise<Token> | undefined;
  #issued: string[] = [];

  /** @param credentials with the deadline of a token request, in ms */
  constructor(
    transport: Transport,
    credentials: { clientId: string; clientSecret: string; deadlineMs: number },
  ) {
    this.#transport = transport;
    this.#credentials = credentials;
  }

  /**
   * The value of the Authorization header.
   *
   * @throws PortalError PortalUnauthorised, PortalUnreachable, PortalRateLimited, PortalMalformed
   */
  async authorization(): Promise<string> {
    if (this.#token === undefined || Date.now() >= this.#token.staleAt) {
      this.#request ??= this.ask().finally(() => {
        this.#request = undefined;
      });
      // Not kept when it is stale from the start (a life of 0 s): it is used once.
      this.#token = await this.#request;
    }
    return this.#token.authorization;
  }

  /** Forgets a token that the vendor turned down, unless a newer one has taken its place. */
  reject(authorization: string): void {
    if (this.#token?.authorization === authorization) this.#token = undefined;
  }

  /** What must never stand in a text that leaves the room: credentials and every token that may still be spoken of. */
  secrets(): string[] {
    return [this.#credentials.clientSecret, this.#credentials.clientId, ...this.#issued];
  }

  private async ask(): Promise<Token> {
    const { clientId, clientSecret, deadlineMs } = this.#credentials;
    const form = { client_id: clientId, client_secret: clientSecret, grant_type: 'pp_credentials' };
    const answer = await this.#transport.call({
      method: 'POST',
      path: TOKEN_PATH,
      body: new URLSearchParams(form).toString(),
      contentType: 'application/x-www-form-urlencoded',
      deadlineMs,
      maxBytes: MAX_BYTES,
    });
    const granted = grantOf(answer, this.secrets());
    this.#issued = [granted.token, ...this.#issued].slice(0, REMEMBERED);
    // A token that lives shorter than the spare time is used for half its life.
    const usableMs = Math.max(granted.livesMs - SPARE_MS, granted.livesMs / 2);
    return { authorization: `${granted.head} ${granted.token}`, staleAt: Date.now() + usableMs };
  }
}

interface Grant {
  head: string;
  token: string;
  livesMs: number;
}

function grantOf(answer: Answer | NoAnswer, secrets: readonly string[]): Grant {
  if (!isAnswer(answer)) {
    const { errorCode } = answer;
    const message = `The Partner Portal cannot be reached for a token (${errorCode}).`;
    throw new PortalError('PortalUnreachable', message, { errorCode });
  }
  const envelope = readEnvelope(answer.body);
  if (envelope === undefined || !isSuccess(answer.httpStatus, envelope)) throw noGrant(answer, secrets);
  const result = isRecord(envelope.result) ? envelope.result : {};
  const token = textOf(result.token);
  const head = textOf(result.tokenHead) ?? 'Bearer';
  // What a header cannot hold as it is would be sent changed, and would not be recognised when it is echoed.
  if (token === undefined || !/^[\x21-\x7e]+ [\x21-\x7e]+$/.test(`${head} ${token}`)) {
    const message = 'The Partner Portal reports success, but its answer holds no token that can be used.';
    throw new PortalError('PortalMalformed', message, evidenceOf(answer, envelope, secrets));
  }
  const seconds = Number(textOf(result.expiresIn));
  return {
    head,
    token,
    livesMs: seconds >= 0 && seconds < Infinity ? seconds * 1000 : USUAL_LIFE_MS,
  };
}

function noGrant(answer: Answer, secrets: readonly string[]): PortalError {
  const envelope = readEnvelope(answer.body);
  const evidence = evidenceOf(answer, envelope, secrets);
  const status = effectiveStatus(answer.httpStatus, envelope);
  const said = saidBy(evidence);
  const kind = kindOfFailure(answer.httpStatus, envelope);
  if (kind === 'slow-down') {
    const message = 'The Partner Portal asks to slow down before it gives a token.';
    return new PortalError('PortalRateLimited', message, evidence, retryAfterMs(answer.retryAfter));
  }
  if (kind === 'out-of-order') {
    const message = `The Partner Portal gives no token for now (${status}${said}).`;
    return new PortalError('PortalUnreachable', message, evidence);
  }
  if (kind === 'unauthorised' || kind === 'refused' || isTurnedDown(status, envelope)) {
    const message =
      `The Partner Portal turned down the credentials (${status}${said}). Check PORTAL_CLIENT_ID and ` +
      'PORTAL_CLIENT_SECRET against the Partner Portal, System > API, and whether an IP restriction is set there.';
    return new PortalError('PortalUnauthorised', message, evidence);
  }
  const message = `The answer to the token request is not the JSON it documents (HTTP ${status}${said}). Is PORTAL_URL right?`;
  return new PortalError('PortalMalformed', message, evidence);
}

/** In an envelope of the vendor's; 403 in HTML may be a page of something in front of it. */
function isTurnedDown(status: number, envelope: Envelope | undefined): boolean {
  return envelope !== undefined && envelope.requestId !== '' && (status === 400 || status === 403);
}
