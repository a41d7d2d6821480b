import type { AccessToken } from './access-token';
import { effectiveStatus, evidenceOf, isSuccess, readEnvelope, saidBy, type Envelope } from './envelope';
import { PortalError } from './portal-error';
import { retryAfterMs } from '../orders/retry-after';
import { isAnswer, TOO_LARGE, type Answer, type NoAnswer, type Transport } from './transport';

type Query = Record<string, string | number | undefined>;

/** Reads of the vendor's API: GETs, which may be repeated. */
export class Reader {
  /** @param deadlineMs of each call, in ms */
  constructor(
    private readonly transport: Transport,
    private readonly token: AccessToken,
    private readonly deadlineMs: number,
  ) {}

  /**
   * The `result` of a read. On 401, also inside a 200, one new token and one repeat.
   *
   * @param path without ids of persons: it stands in messages
   * @throws PortalError
   */
  async read(path: string, query: Query = {}): Promise<unknown> {
    const first = await this.attempt(path, query);
    const { answer, envelope } = first.isUnauthorised ? await this.attempt(path, query) : first;
    if (envelope !== undefined && isSuccess(answer.httpStatus, envelope)) return envelope.result;
    throw failureOf(path, answer, envelope, this.token.secrets());
  }

  private async attempt(path: string, query: Query) {
    const authorization = await this.token.authorization();
    const { transport, deadlineMs } = this;
    const answer = await transport.call({ method: 'GET', path, query, authorization, deadlineMs });
    if (!isAnswer(answer)) throw silenceAt(path, answer);
    const envelope = readEnvelope(answer.body);
    const isUnauthorised = effectiveStatus(answer.httpStatus, envelope) === 401;
    if (isUnauthorised) this.token.reject(authorization);
    return { isUnauthorised, answer, envelope };
  }
}

function silenceAt(path: string, { errorCode }: NoAnswer): PortalError {
  if (errorCode === TOO_LARGE) {
    const message = `The Partner Portal's answer at ${path} is too long to be one of its lists.`;
    return new PortalError('PortalMalformed', message, { errorCode });
  }
  const message = `The Partner Portal cannot be reached (${errorCode} at ${path}).`;
  return new PortalError('PortalUnreachable', message, { errorCode });
}

function failureOf(
  path: string,
  answer: Answer,
  envelope: Envelope | undefined,
  secrets: readonly string[],
): PortalError {
  const evidence = evidenceOf(answer, envelope, secrets);
  const status = effectiveStatus(answer.httpStatus, envelope);
  const said = saidBy(evidence);
  if (status === 401) {
    const message = `The Partner Portal turned down a fresh token at ${path}${said}.`;
    return new PortalError('PortalUnauthorised', message, evidence);
  }
  if (status === 429) {
    const message = `The Partner Portal asks to slow down at ${path}.`;
    return new PortalError('PortalRateLimited', message, evidence, retryAfterMs(answer.retryAfter));
  }
  if (status >= 500 || status === 408) {
    const message = `The Partner Portal is out of order (${status} at ${path}${said}).`;
    return new PortalError('PortalUnreachable', message, evidence);
  }
  if (envelope === undefined && status < 300) {
    const message = `The Partner Portal's answer at ${path} is not the JSON it documents.`;
    return new PortalError('PortalMalformed', message, { ...evidence, bodySha256: answer.bodySha256 });
  }
  const hint = status >= 300 && status < 400 ? ' It redirects: is PORTAL_URL right?' : '';
  const message = `The Partner Portal refuses ${path} (${status}${said}).${hint}`;
  return new PortalError('PortalRejected', message, evidence);
}
