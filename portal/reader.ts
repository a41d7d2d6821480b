import type { AccessToken } from './access-token';
import type { Circuit } from './circuit';
import { effectiveStatus, evidenceOf, isSuccess, readEnvelope, saidBy, type Envelope } from './envelope';
import { kindOfFailure } from './failure-kind';
import type { Pace } from './pace';
import { PortalError } from './portal-error';
import { retryAfterMs } from '../config/retry-after';
import { isAnswer, TOO_LARGE, type Answer, type NoAnswer, type Transport } from './transport';

type Query = Record<string, string | number | undefined>;

/** The longest answer to a read, in bytes: a page has 25 entries, an order or a catalogue a few dozen. */
export const MAX_BYTES = 512 * 1024;

/** What keeps the vendor from being asked too often, and while he is down. */
export interface Restraint {
  pace?: Pace;
  circuit?: Circuit;
}

/** Reads of the vendor's API: GETs, which may be repeated. */
export class Reader {
  /** @param deadlineMs of each call, in ms */
  constructor(
    private readonly transport: Transport,
    private readonly token: AccessToken,
    private readonly deadlineMs: number,
    private readonly restraint: Restraint = {},
  ) {}

  /**
   * The `result` of a read. When the token is turned down, also inside a 200, one new token and one repeat.
   *
   * @param path without ids of persons: it stands in messages
   * @param maxBytes of the answer
   * @throws PortalError
   */
  async read(path: string, query: Query = {}, maxBytes = MAX_BYTES): Promise<unknown> {
    const { pace, circuit } = this.restraint;
    await pace?.turn();
    const call = () => this.call(path, query, maxBytes);
    return circuit === undefined ? call() : circuit.read(path, call);
  }

  private async call(path: string, query: Query, maxBytes: number): Promise<unknown> {
    const first = await this.attempt(path, query, maxBytes);
    const { answer, envelope } = first.isUnauthorised ? await this.attempt(path, query, maxBytes) : first;
    if (envelope !== undefined && isSuccess(answer.httpStatus, envelope)) return envelope.result;
    throw failureOf(path, answer, envelope, this.token.secrets());
  }

  private async attempt(path: string, query: Query, maxBytes: number) {
    const authorization = await this.token.authorization();
    const { transport, deadlineMs } = this;
    const answer = await transport.call({ method: 'GET', path, query, authorization, deadlineMs, maxBytes });
    if (!isAnswer(answer)) throw silenceAt(path, answer);
    const envelope = readEnvelope(answer.body);
    const isGood = envelope !== undefined && isSuccess(answer.httpStatus, envelope);
    const isUnauthorised = !isGood && kindOfFailure(answer.httpStatus, envelope) === 'unauthorised';
    if (isUnauthorised) this.token.reject(authorization);
    return { isUnauthorised, answer, envelope };
  }
}

function silenceAt(path: string, { errorCode }: NoAnswer): PortalError {
  if (errorCode === TOO_LARGE) {
    const message = `The Partner Portal's answer at ${path} is longer than any that it documents.`;
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
  switch (kindOfFailure(answer.httpStatus, envelope)) {
    case 'unauthorised': {
      const message = `The Partner Portal turned down a fresh token at ${path}${said}.`;
      return new PortalError('PortalUnauthorised', message, evidence);
    }
    case 'slow-down': {
      const message = `The Partner Portal asks to slow down at ${path}.`;
      return new PortalError('PortalRateLimited', message, evidence, retryAfterMs(answer.retryAfter));
    }
    case 'out-of-order': {
      const message = `The Partner Portal is out of order (${status} at ${path}${said}).`;
      return new PortalError('PortalUnreachable', message, evidence);
    }
    case 'refused':
      return new PortalError(
        'PortalRejected',
        `The Partner Portal refuses ${path} (${status}${said}).`,
        evidence,
      );
    case 'not-there':
      return new PortalError(
        'PortalNotFound',
        `The Partner Portal finds nothing at ${path} (${status}${said}).`,
        evidence,
      );
    case 'not-understood': {
      const withHash = { ...evidence, bodySha256: answer.bodySha256 };
      return new PortalError('PortalMalformed', notUnderstood(path, status, envelope, said), withHash);
    }
  }
}

function notUnderstood(path: string, status: number, envelope: Envelope | undefined, said: string): string {
  if (envelope !== undefined) {
    return `The Partner Portal reports a failure that is not documented (${status} at ${path}${said}): it proves nothing.`;
  }
  if (status < 300) return `The Partner Portal's answer at ${path} is not the JSON it documents.`;
  const hint = status < 400 ? ' It redirects: is PORTAL_URL right?' : '';
  return `The answer at ${path} (HTTP ${status}) is not in the Partner Portal's own words: it proves nothing.${hint}`;
}
