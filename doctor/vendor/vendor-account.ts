import { parse } from 'lossless-json';
import { AccessToken } from '../../portal/access-token';
import { isSuccess, readEnvelope, type Envelope } from '../../portal/envelope';
import { PortalError } from '../../portal/portal-error';
import { Reader } from '../../portal/reader';
import { isAnswer, type Answer, type NoAnswer } from '../../portal/transport';
import { ReadOnlyTransport } from './read-only-transport';

/** Of each call, in ms. */
const DEADLINE_MS = 20_000;

/** The longest list that is documented to come whole. */
const MAX_BYTES = 4 * 1024 * 1024;

const NO_TOKEN: NoAnswer = { errorCode: 'NO_TOKEN', neverConnected: true };

export type Query = Record<string, string | number | undefined>;

/** An answer as it came, before anything of the product forgives what is in it. */
export interface RawRead {
  answer: Answer | NoAnswer;
  /** The JSON, digit for digit; undefined where there is none. */
  body?: unknown;
  envelope?: Envelope | undefined;
  isGood: boolean;
  /** Of a good one. */
  result?: unknown;
}

/** The configured account, read as the product reads it, with the raw answers beside. It has no way to order. */
export class VendorAccount {
  readonly transport: ReadOnlyTransport;
  readonly token: AccessToken;
  readonly reader: Reader;

  constructor({ url, clientId, clientSecret }: { url: string; clientId: string; clientSecret: string }) {
    this.transport = new ReadOnlyTransport(url);
    this.token = new AccessToken(this.transport, { clientId, clientSecret, deadlineMs: DEADLINE_MS });
    this.reader = new Reader(this.transport, this.token, DEADLINE_MS);
  }

  /** One read with the account's token, or with another one. */
  async read(path: string, query: Query = {}, otherToken?: string): Promise<RawRead> {
    const authorization = otherToken ?? (await this.authorization());
    if (authorization === undefined) return rawOf(NO_TOKEN);
    const call = { method: 'GET', path, query, authorization, deadlineMs: DEADLINE_MS } as const;
    return rawOf(await this.transport.call({ ...call, maxBytes: MAX_BYTES }));
  }

  /** Undefined where there is no token any more: what happens halfway is a row like any other. */
  private async authorization(): Promise<string | undefined> {
    try {
      return await this.token.authorization();
    } catch (error) {
      if (error instanceof PortalError) return undefined;
      throw error;
    }
  }

  close(): void {
    this.transport.close();
  }
}

export function rawOf(answer: Answer | NoAnswer): RawRead {
  if (!isAnswer(answer)) return { answer, isGood: false };
  const envelope = readEnvelope(answer.body);
  const isGood = envelope !== undefined && isSuccess(answer.httpStatus, envelope);
  return {
    answer,
    body: jsonOf(answer.body),
    envelope,
    isGood,
    ...(isGood && { result: envelope.result }),
  };
}

function jsonOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
