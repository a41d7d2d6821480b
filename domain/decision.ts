import { evidenceIdOf } from './canonical-json';
import { Undecodable } from './undecodable';
import { isBlank, plainId, typedId, unprintableIn, visibleText } from './visible-text';
import type { ApprovalState } from './approval';
import { readAuthor, type Author } from './author';
import { present } from './optional';

/**
 * What a person can decide about a purchase. One vocabulary for Temporal updates, their signal twins, the `wonce`
 * command and the facade.
 */
export type DecisionContent =
  | { verb: 'choose'; id: string }
  /** The order as it is shown is to be made. */
  | { verb: 'approve' }
  /** It is not to be made; this ends the purchase. */
  | { verb: 'reject' }
  /** The vendor has the order, under this number. */
  | { verb: 'settle'; created: string }
  /** The vendor has no such order: order again, or buy nothing. */
  | { verb: 'settle'; notCreated: 'order-again' | 'stop' }
  | { verb: 'cancel' };

/** A decision, and whose it is. */
export type Decision = DecisionContent &
  Author & {
    /** The `id` of the question that was seen; without one it is the question that is asked when the decision comes. */
    about?: string;
  };

export type Verb = Decision['verb'];

export const VERBS = ['choose', 'approve', 'reject', 'settle', 'cancel'] as const satisfies readonly Verb[];

export function isVerb(value: unknown): value is Verb {
  return (VERBS as readonly unknown[]).includes(value);
}

/** One of several that a lookup found, or one order of several that may be the one that was asked for. */
export interface Candidate {
  id: string;
  /** For people; no personal data. */
  description: string;
}

/** One fact, as each of several sources tells it, or as it was and is: in words. */
export interface ComparedFact {
  fact: string;
  told: Record<string, string>;
}

/** The source of facts that are shown alone: of an order that people have to approve. */
export const TO_BE_ORDERED = 'to be ordered';

/** What a purchase waits for until a person decides. */
export interface Question {
  /** Of what was asked and the candidates: with other evidence it is another question. */
  id: string;
  /** The verb that answers it; what can be approved can be rejected, too. */
  verb: 'choose' | 'approve' | 'settle';
  /** What was asked, in words. */
  asked: string;
  candidates: Candidate[];
  /** What a person should see side by side before they decide. */
  compared?: ComparedFact[];
  /** Who has to approve, and who has. */
  approval?: ApprovalState;
  /** ISO 8601, UTC. */
  since: string;
}

/** A question before it is asked. */
export type Asking = Pick<Question, 'verb' | 'asked' | 'candidates' | 'compared' | 'approval'>;

/** The `id` of a question, the same wherever and whenever the same is asked, and whoever has approved meanwhile. */
export function questionIdOf({ verb, asked, candidates, compared }: Asking): string {
  const shown = candidates.map(({ id, description }) => [id, description]);
  return evidenceIdOf([verb, asked, shown, ...(compared === undefined ? [] : [compared])]);
}

/**
 * Reads what came with a verb: typed by hand in the Temporal UI or by tctl, so anything may come.
 *
 * @returns the decision, or all that is wrong with it, a sentence each
 */
export function readDecision(verb: Verb, input: unknown): Decision | string {
  if (input instanceof Undecodable) return `${verb}: ${input.problem}`;
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return `${verb}: expected one JSON object, such as ${EXAMPLES[verb]}`;
  }
  const { by, why, via, about, ...rest } = input as Record<string, unknown>;
  const whose = readAuthor({ by, why, via });
  const question = typedId(about);
  const content = contentOf(verb, rest);
  const problems = [
    ...(typeof whose === 'string' ? [whose] : []),
    ...(isBlank(about) || question !== undefined ? [] : [ABOUT]),
    ...(content === undefined ? [`expected ${EXAMPLES[verb]}${hidden(rest)}`] : []),
  ];
  if (content === undefined || typeof whose === 'string' || problems.length > 0) {
    return problems.map((problem) => `${verb}: ${problem}`).join('. ');
  }
  return { ...content, ...whose, ...present({ about: question }) };
}

/** Whether a decision of this kind answers a question. */
export function answersQuestion(verb: Verb, question: Pick<Question, 'verb'>): boolean {
  return (verb === 'reject' ? 'approve' : verb) === question.verb;
}

const ABOUT = 'about: expected the id of the question that was seen, as text';

const EXAMPLES: Record<Verb, string> = {
  choose: '{"id": "one of the candidates", "by": "who"}',
  approve: '{"by": "who"}',
  reject: '{"by": "who"}',
  settle: '{"created": "order number", "by": "who"} or {"notCreated": "order-again" or "stop", "by": "who"}',
  cancel: '{"by": "who"}',
};

/** What is null or "" of these is not said. */
const CONTENT: ReadonlySet<string> = new Set(['id', 'created', 'notCreated']);

function contentOf(verb: Verb, rest: Record<string, unknown>): DecisionContent | undefined {
  const keys = Object.keys(rest).filter((name) => !(CONTENT.has(name) && isBlank(rest[name])));
  const [key, value] = keys.length === 1 ? [keys[0], typedId(rest[keys[0]!])] : [];
  switch (verb) {
    case 'choose':
      return key === 'id' && value !== undefined ? { verb, id: plainId(value) } : undefined;
    case 'settle':
      if (key === 'created' && value !== undefined) return { verb, created: plainId(value) };
      if (key === 'notCreated' && (value === 'order-again' || value === 'stop')) {
        return { verb, notCreated: value };
      }
      return undefined;
    default:
      return keys.length === 0 ? { verb } : undefined;
  }
}

/** Which character of an id cannot be seen, in words. */
function hidden(rest: Record<string, unknown>): string {
  for (const key of CONTENT) {
    const value = rest[key];
    const character = typeof value === 'string' ? unprintableIn(visibleText(value)) : undefined;
    if (character !== undefined) return `; ${key} came with ${character}`;
  }
  return '';
}
