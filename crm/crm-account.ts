import type { Deal } from '../domain/deal';

/** A message as it came over HTTP, unparsed: signatures are made over bytes. */
export interface RawMessage {
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
  /** What stands behind the source's name in the address, of senders that can prove themselves in no other way. */
  pathToken?: string;
  receivedAt: Date;
}

/** Word of one deal in a message. */
export interface DealEvent {
  dealId: string;
  /**
   * `won`: it may have been won. `changed`: something else happened to it, of interest only while somebody waits for it,
   * or, with a content, when an earlier message comes late.
   */
  kind: 'won' | 'changed';
  /** The deal itself, of senders that cannot be asked. */
  content?: Deal;
}

/** What an authentic message says. */
export interface ReceivedMessage {
  /** Each deal once. */
  events: DealEvent[];
  /** Events that are of no interest, or of a kind not known here. */
  irrelevant: number;
  /** For the log: what could not be read, without personal data. The other events are taken. */
  unreadable: string[];
  /** What the sender has to be told once all is kept, of senders that want certain words. */
  answer?: { contentType: string; body: string };
}

/** The whole message is refused. */
export class MessageRefused extends Error {
  override readonly name = 'MessageRefused';

  constructor(
    /** `NotAuthentic`: nothing is told to whoever sent it. `MessageUnreadable`: authentic, and nothing in it can be read. */
    readonly code: 'NotAuthentic' | 'MessageUnreadable',
    /** For the log; no secret and nothing of the message. */
    message: string,
  ) {
    super(message);
  }
}

/** The CRM could not be asked. */
export class CrmError extends Error {
  override readonly name = 'CrmError';

  constructor(
    readonly code: 'CrmUnreachable' | 'CrmRateLimited' | 'CrmUnauthorised' | 'CrmAnswerUnreadable',
    message: string,
    /** How long the CRM asks to wait, in ms. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/**
 * What a CRM tells beside a deal. Where it does not show that, though the deal itself was read with the same rights, the
 * deal goes on without: what is then not known is a reason to ask a person.
 */
export async function unlessHidden<Answer, Instead>(
  reading: Promise<Answer>,
  instead: Instead,
): Promise<Answer | Instead> {
  try {
    return await reading;
  } catch (error) {
    const isHidden =
      error instanceof CrmError && ['CrmUnauthorised', 'CrmAnswerUnreadable'].includes(error.code);
    if (isHidden) return instead;
    throw error;
  }
}

/** A deal that a sweep has found. */
export interface SweptDeal {
  dealId: string;
  wonAt?: string;
}

/** Asks the CRM. */
export interface DealReader {
  /**
   * Reads a deal with its positions and company.
   *
   * @returns undefined when the CRM has no such deal (any more)
   * @throws CrmError
   */
  readDeal(dealId: string): Promise<Deal | undefined>;
  /**
   * Deals that are won now and were changed since then: what a sweep compares with what was heard of. Reads all pages.
   *
   * @throws CrmError
   */
  wonSince(since: Date): Promise<SweptDeal[]>;
}

/** One account of a CRM: what it sends, and how it is asked. */
export interface CrmAccount {
  /**
   * Authenticates a message and reads which deals it speaks of.
   *
   * @throws MessageRefused
   */
  receive(message: RawMessage): ReceivedMessage;
  /** Absent of senders that cannot be asked: their messages hold the deal itself. */
  reader?: DealReader;
}
