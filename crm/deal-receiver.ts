import type { Deal } from '../domain/deal';
import type { Source } from './source';

/** A message as it came over HTTP, unparsed: signatures are made over bytes. */
export interface RawMessage {
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
  /** What stands behind the source's name in the address, of senders that can prove themselves in no other way. */
  pathToken?: string;
  receivedAt: Date;
}

/** What a message says of one deal. */
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

/** What one account of a CRM sends. */
export interface DealReceiver {
  /**
   * Authenticates a message and reads which deals it speaks of.
   *
   * @throws MessageRefused
   */
  receive(message: RawMessage): ReceivedMessage;
}

/** A source of deals.yaml with what reads its messages. */
export interface ListeningSource {
  source: Pick<Source, 'crm' | 'account'>;
  receiver: DealReceiver;
}

/** Of several events of one deal one, in the order of their first: that it may have been won counts before anything else. */
export function eachDealOnce(events: readonly DealEvent[]): DealEvent[] {
  const byDeal = new Map<string, DealEvent>();
  for (const event of events) {
    if (byDeal.get(event.dealId)?.kind !== 'won') byDeal.set(event.dealId, event);
  }
  return [...byDeal.values()];
}
