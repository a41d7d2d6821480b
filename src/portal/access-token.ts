import { isRecord, isSuccess, readEnvelope, textOf } from './envelope';
import { PortalError } from './portal-error';
import { isAnswer, type Answer, type NoAnswer, type Transport } from './transport';

/** A token is replaced this long before it expires, in ms: it must live through the call it is used for. */
const SPARE_MS = 60_000;

const TOKEN_PATH = '/auth/openapi/v1/oauth/token';

interface Token {
  authorization: string;
  expiresAt: number;
}

/**
 * The access token (vendor page "Request Access Token"), asked for by `pp_credentials` when there is none or it nears
 * its end, by one request however many wait for it. Refreshing is not documented, so it is not used.
 */
export class AccessToken {
  private token: Token | undefined;
  private request: Promise<Token> | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly credentials: { clientId: string; clientSecret: string; deadlineMs: number },
  ) {}

  /** The value of the Authorization header. @throws PortalError PortalUnauthorised, PortalUnreachable, … */
  async authorization(): Promise<string> {
    if (this.token === undefined || Date.now() > this.token.expiresAt) {
      this.request ??= this.ask().finally(() => {
        this.request = undefined;
      });
      this.token = await this.request;
    }
    return this.token.authorization;
  }

  /** Forgets a token that the vendor turned down, unless a newer one has taken its place. */
  reject(authorization: string): void {
    if (this.token?.authorization === authorization) this.token = undefined;
  }

  /** What must never stand in a text that leaves the room. */
  secrets(): string[] {
    const token = this.token?.authorization.split(' ').at(-1);
    return [this.credentials.clientSecret, ...(token === undefined ? [] : [token])];
  }

  private async ask(): Promise<Token> {
    const { clientId, clientSecret, deadlineMs } = this.credentials;
    const form = { client_id: clientId, client_secret: clientSecret, grant_type: 'pp_credentials' };
    const answer = await this.transport.call({
      method: 'POST',
      path: TOKEN_PATH,
      body: new URLSearchParams(form).toString(),
      contentType: 'application/x-www-form-urlencoded',
      deadlineMs,
    });
    return tokenOf(answer);
  }
}

function tokenOf(answer: Answer | NoAnswer): Token {
  if (!isAnswer(answer)) {
    throw new PortalError(
      'PortalUnreachable',
      `The Partner Portal cannot be reached for a token (${answer.errorCode}).`,
      {
        errorCode: answer.errorCode,
      },
    );
  }
  const { httpStatus } = answer;
  const envelope = readEnvelope(answer.body);
  if (httpStatus >= 500 || httpStatus === 429 || httpStatus === 408) {
    throw new PortalError(
      'PortalUnreachable',
      `The Partner Portal gives no token for now (HTTP ${httpStatus}).`,
      { httpStatus },
    );
  }
  if (envelope === undefined) {
    throw new PortalError(
      'PortalMalformed',
      `The answer to the token request is no envelope (HTTP ${httpStatus}). Is PORTAL_URL right?`,
      { httpStatus },
    );
  }
  const result = isRecord(envelope.result) ? envelope.result : {};
  const token = textOf(result.token);
  if (!isSuccess(httpStatus, envelope) || token === undefined) {
    throw new PortalError(
      'PortalUnauthorised',
      'The Partner Portal turned down the credentials. Check PORTAL_CLIENT_ID and PORTAL_CLIENT_SECRET against the Partner ' +
        'Portal, System > API, and whether an IP restriction is set there.',
      { httpStatus },
    );
  }
  const head = textOf(result.tokenHead) ?? 'Bearer';
  const seconds = Number(textOf(result.expiresIn) ?? '0');
  const livesMs = Number.isFinite(seconds) ? seconds * 1000 : 0;
  // A token that lives shorter than the spare time is used for half its life.
  return {
    authorization: `${head} ${token}`,
    expiresAt: Date.now() + Math.max(livesMs - SPARE_MS, livesMs / 2),
  };
}
