import type { AccessToken } from './access-token';
import { cleaned } from './cleaning';
import { effectiveStatus, evidenceOf, isSuccess, readEnvelope, type Envelope } from './envelope';
import { PortalError } from './portal-error';
import { retryAfterMs } from './retry-after';
import { isAnswer, type Answer, type Transport } from './transport';

/** Reads of the vendor's API: GETs, which may be repeated. */
export class Reader {
  constructor(
    private readonly transport: Transport,
    private readonly token: AccessToken,
    private readonly deadlineMs: number,
  ) {}

  /**
   * The `result` of a read. On 401, also inside a 200, one new token and one repeat.
   *
   * @throws PortalError
   */
  async read(path: string, query: Record<string, string | number | undefined> = {}): Promise<unknown> {
    const first = await this.attempt(path, query);
    if (!first.isUnauthorised) return first.result();
    return (await this.attempt(path, query)).result();
  }

  private async attempt(path: string, query: Record<string, string | number | undefined>) {
    const authorization = await this.token.authorization();
    const answer = await this.transport.call({
      method: 'GET',
      path,
      query,
      authorization,
      deadlineMs: this.deadlineMs,
    });
    if (!isAnswer(answer)) {
      throw new PortalError(
        'PortalUnreachable',
        `The Partner Portal cannot be reached (${answer.errorCode} at ${path}).`,
        {
          errorCode: answer.errorCode,
        },
      );
    }
    const envelope = readEnvelope(answer.body);
    const isUnauthorised = effectiveStatus(answer.httpStatus, envelope) === 401;
    if (isUnauthorised) this.token.reject(authorization);
    return { isUnauthorised, result: () => this.resultOf(path, answer, envelope) };
  }

  private resultOf(path: string, answer: Answer, envelope: Envelope | undefined): unknown {
    if (envelope !== undefined && isSuccess(answer.httpStatus, envelope)) return envelope.result;
    const evidence = evidenceOf(answer, envelope, (text) => cleaned(text, this.token.secrets()));
    const status = effectiveStatus(answer.httpStatus, envelope);
    const said =
      evidence.vendorCode === undefined ? '' : `: ${evidence.vendorCode}: ${evidence.vendorMessage ?? ''}`;
    if (status === 401) {
      throw new PortalError(
        'PortalUnauthorised',
        `The Partner Portal turned down a fresh token at ${path}${said}.`,
        evidence,
      );
    }
    if (status === 429) {
      const wait = retryAfterMs(answer.retryAfter);
      throw new PortalError(
        'PortalRateLimited',
        `The Partner Portal asks to slow down at ${path}.`,
        evidence,
        wait,
      );
    }
    if (status >= 500 || status === 408) {
      throw new PortalError(
        'PortalUnreachable',
        `The Partner Portal is out of order (${status} at ${path}${said}).`,
        evidence,
      );
    }
    if (envelope === undefined && status < 300) {
      throw new PortalError(
        'PortalMalformed',
        `The Partner Portal's answer at ${path} is not the JSON it documents.`,
        evidence,
      );
    }
    throw new PortalError(
      'PortalRejected',
      `The Partner Portal refuses ${path} (${status}${said}).`,
      evidence,
    );
  }
}
