import { parse } from 'lossless-json';
import { AccessToken } from '../../portal/access-token';
import { isSuccess, readEnvelope, type Envelope } from '../../portal/envelope';
import { PortalError } from '../../portal/portal-error';
import { MAX_BYTES, Reader } from '../../portal/reader';
import { isAnswer, type Answer, type NoAnswer } from '../../portal/transport';
import { ReadOnlyTransport } from './read-only-transport';

/** Of each call, in ms. */
const DEADLINE_MS = 20_000;

/** What is not asked for, as there is no token any more. */
export const NO_TOKEN = 'NO_TOKEN';

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

  /** One read. @param maxBytes as the product reads it, so that what is too long for it is so here */
  async read(path: string, query: Query = {}, maxBytes = MAX_BYTES): Promise<RawRead> {
    const authorization = await this.authorization();
    if (authorization === undefined) return rawOf({ errorCode: NO_TOKEN, neverConnected: true });
    return this.readWith(authorization, path, query, maxBytes);
  }

  /** One read with a token that may be none. */
  async readWith(
    authorization: string,
    path: string,
    query: Query = {},
    maxBytes = MAX_BYTES,
  ): Promise<RawRead> {
    const call = { method: 'GET', path, query, authorization, deadlineMs: DEADLINE_MS, maxBytes } as const;
    return rawOf(await this.transport.call(call));
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
