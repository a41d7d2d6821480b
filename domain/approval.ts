import { isSameName } from './author';
import { present } from './optional';

/** Somebody who asked for a purchase or approved it: as they call themselves, and by which door they came. */
export interface Participant {
  by?: string;
  via?: string;
}

/** Somebody's word for an order. */
export interface Approval extends Participant {
  by: string;
  /** ISO 8601, UTC. */
  at: string;
}

/** How far the approval of an order has come: a part of the question that is asked meanwhile. */
export interface ApprovalState {
  /** So many people approve, each once. */
  people: number;
  /** Whose word does not count. Empty where nobody is known to have asked: a rule of a CRM did, or Temporal tells no name. */
  askedBy: Participant[];
  given: Approval[];
  /** So long after it was asked it is late, in ms: people are reminded, and nothing is decided. */
  remindAfterMs?: number;
}

/** Whether two are one person: the same name, however it is spelled, or the same token. */
export function isSamePerson(one: Participant, other: Participant): boolean {
  if (one.by !== undefined && other.by !== undefined && isSameName(one.by, other.by)) return true;
  const token = tokenOf(one);
  return token !== undefined && token === tokenOf(other);
}

/** Why the word of this person does not count, without anybody's name; undefined when it does. */
export function objectionTo(person: Participant & { by: string }, state: ApprovalState): string | undefined {
  const isPerson = (other: Participant) => isSamePerson(person, other);
  if (state.askedBy.some(isPerson)) {
    return 'whoever asked for the order does not approve it. Somebody else approves; whoever asked can reject it, or cancel the purchase.';
  }
  return state.given.some(isPerson)
    ? `nobody approves it twice: it takes ${state.people} people. Somebody else approves.`
    : undefined;
}

/** How many people have still to approve. */
export function missingApprovals({ people, given }: Pick<ApprovalState, 'people' | 'given'>): number {
  return Math.max(0, people - given.length);
}

/** How far it has come, in one line. */
export function approvalInWords(state: ApprovalState): string {
  const { people, askedBy, given } = state;
  const said = [
    askedBy.length > 0 && `asked for by ${askedBy.map(participantInWords).join(', ')}`,
    given.length > 0 && `approved by ${given.map(participantInWords).join(', ')}`,
    `${missingApprovals(state)} of ${people} to approve`,
  ];
  return said.filter(Boolean).join('; ');
}

/** When an approval that nobody gave is late. @param since ISO 8601, when it was asked */
export function dueAt(since: string, { remindAfterMs }: ApprovalState): Date | undefined {
  return remindAfterMs === undefined ? undefined : new Date(Date.parse(since) + remindAfterMs);
}

/** `Ann Arbor (page, token 1a2b3c4d)` */
export function participantInWords({ by, via }: Participant): string {
  if (by === undefined) return via ?? 'somebody';
  return via === undefined ? by : `${by} (${via})`;
}

/** Who began a purchase, as the door tells by which it came. */
export function askerBehind(via: string): Participant {
  const [, door, who] = PAGE.exec(via) ?? SESSION.exec(via) ?? [];
  return door === undefined ? { via } : { via: door, ...present({ by: who }) };
}

/** The page names who is signed in after the token, or after who vouches for them. */
const PAGE = /^(page(?: without sign-in|, token [0-9a-f]+|, OpenID Connect of [^,]+)), (.+)$/;
/** The command is used by a user of a machine. */
const SESSION = /^(wonce command|npm start), (.+)@[^@]*$/;

function tokenOf({ via = '' }: Participant): string | undefined {
  return /\btoken ([0-9a-f]{8})\b/.exec(via)?.[1];
}
