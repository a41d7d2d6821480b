import { chatText } from './chat-text';
import { maskEmailsIn } from './names';
import { printable } from './printable';

/** What notices tell, as the `type` of their messages. */
export type NoticeType =
  `${'purchase' | 'deal'}.${'waiting' | 'waits-too-long'}` | 'renewal.near' | 'books.differ';

/** The `data` of a notice's message; no personal data. What is not known is absent. */
export interface NoticeData {
  requestId?: string;
  deal?: string;
  status?: string;
  /** What a person is asked, or what is missing: one short line. */
  asked?: string;
  /** ISO 8601, UTC. */
  since?: string;
  serialNumber?: string;
  plan?: string;
  /** `2027-03-31` */
  expiresOn?: string;
  daysLeft?: number;
  autoRenewal?: boolean;
  /** How many differences are new. */
  differences?: number;
  /** What they are: one short line. */
  what?: string;
  /** Its page. */
  link?: string;
}

/** Something that is to be told to one address. */
export interface Notice {
  /** The id of its message, the same each time that it is sent. */
  id: string;
  type: NoticeType;
  /** The id of the address. */
  address: string;
  data: NoticeData;
  foundAt: Date;
}

/** Where notices are sent. */
export interface NoticeAddress {
  /** A digest of the address: what histories, the ledger and logs have of it. */
  id: string;
  /** `signed`: Standard Webhooks; `text`: chat tools that take `{"text": "…"}`. */
  kind: 'signed' | 'text';
  /** May hold a token: never log it. */
  url: string;
  /** What may be logged of it. */
  host: string;
}

const MOST_ASKED = 300;

/** A text of whomever as one short line of a notice, with e-mail addresses masked. */
export function shortly(text: string): string {
  const line = printable(maskEmailsIn(text).replace(/\s+/g, ' ').trim());
  const characters = [...line];
  return characters.length > MOST_ASKED ? `${characters.slice(0, MOST_ASKED - 1).join('')}…` : line;
}

/** A notice for a chat tool: one line, in which nothing of others has a meaning but as text, and the link in a second one. */
export function noticeInWords({ type, data }: Pick<Notice, 'type' | 'data'>): string {
  const line = lineOf(type, data);
  return data.link === undefined ? line : `${line}\n${data.link}`;
}

function lineOf(type: NoticeType, data: NoticeData): string {
  if (type === 'renewal.near') return renewalInWords(data);
  if (type === 'books.differ') return booksInWords(data);
  return waitInWords(type, data);
}

function booksInWords({ what = '' }: NoticeData): string {
  return `The vendor's orders and the ledger differ: ${chatText(what)}. See wonce reconcile`;
}

function waitInWords(type: NoticeType, { requestId, deal, status, asked, since }: NoticeData): string {
  const what =
    requestId === undefined ? `The deal ${chatText(deal ?? '')}` : `The purchase ${chatText(requestId)}`;
  const waits = type.endsWith('.waits-too-long') ? 'still waits' : 'waits';
  const line = `${what} ${waits} (${status}), since ${since?.slice(0, 16).replace('T', ' ')} UTC`;
  return asked === undefined ? line : `${line}: ${chatText(asked)}`;
}

function renewalInWords({ serialNumber, plan, expiresOn, daysLeft, autoRenewal }: NoticeData): string {
  const has = plan === undefined ? '' : ` (${chatText(plan)})`;
  const renews = autoRenewal === true ? '; auto-renewal is on' : '';
  const days = daysLeft === 1 ? '1 day' : `${daysLeft} days`;
  return `The PBX ${chatText(serialNumber ?? '')}${has} expires on ${expiresOn}, in ${days}${renews}`;
}
