import { present } from './optional';
import { unprintableIn, isBlank, visibleText, MOST_SAID } from './visible-text';

/** Whose a decision is. */
export interface Author {
  /** Who decided, as they call themselves. */
  by: string;
  why?: string;
  /** By which door it came, with which token or from whose session; written by the server and the command. */
  via?: string;
}

/** What the names of the system's own actors begin with: nobody else can have such a name. */
const OF_SYSTEM = 'wonce:';

/** Who the ledger's events name as their author when a run writes them. */
export const WORKFLOW = `${OF_SYSTEM}workflow`;

/** Temporal, in which somebody cancelled a run. */
export const TEMPORAL = `${OF_SYSTEM}temporal`;

/** The run of a deal, which cancels the purchase of one that was lost. */
export const DEAL = `${OF_SYSTEM}deal`;

/** The door of what came by none of ours: an update, a signal or a start in Temporal. */
export const BY_TEMPORAL = 'temporal';

/** Whether an actor is one of the system's own, and no person: nobody else is let have such a name. */
export function isOfWonce(actor: string): boolean {
  return actor.startsWith(OF_SYSTEM);
}

/** Where the start of a run says by which door it came: the name in its memo. */
export const VIA = 'via';

/** Letters of other alphabets, digits and signs that look like those of the system's names, and these. */
const LOOK_ALIKES = new Map(
  Object.entries({
    a: 'аα',
    c: 'сϲ',
    e: 'еε',
    f: 'ƒ',
    k: 'кκ',
    l: 'i1|ӏіιı',
    m: 'мϻ',
    n: 'пոη',
    o: '0оοօ',
    p: 'рρ',
    r: 'гᴦ',
    s: 'ѕꜱ',
    t: 'тτ',
    w: 'ԝѡωաɯ',
    y: 'уγү',
    ':': '：︓∶꞉ː։׃܃܄᛬﹕⁚',
  }).flatMap(([letter, alike]) => [...alike].map((one) => [one, letter] as const)),
);

const NAMES = ['wonce', 'workflow', 'system', 'temporal'].map(likeness);

/** Reads who decides, why and by which door. @returns what is wrong with it, all of it in words, when it is none */
export function readAuthor({ by, why, via }: Record<'by' | 'why' | 'via', unknown>): Author | string {
  const who = readName(by);
  const reason = readSaid('why', 'the reason', why);
  const door = readSaid('via', 'the door by which it came', via);
  if ('name' in who && 'text' in reason && 'text' in door) {
    return { by: who.name, ...present({ why: reason.text, via: door.text }) };
  }
  return [who, reason, door].flatMap((read) => ('problem' in read ? read.problem : [])).join('. ');
}

function readName(by: unknown): { name: string } | { problem: string } {
  const who = readSaid('by', 'the name of who decides', by);
  if ('problem' in who) return who;
  if (who.text === undefined) return { problem: 'by: expected the name of who decides, as text' };
  // One blank: two stand between the columns of what is printed.
  const name = who.text.replace(/ {2,}/g, ' ');
  if (!isOfSystem(name)) return { name };
  return { problem: `by: expected the name of who decides; "${name}" is kept for the system itself` };
}

/** The door that is told, where it is told rightly. */
export function doorOf(via: unknown): string {
  const door = readSaid('via', '', via);
  return 'problem' in door ? BY_TEMPORAL : (door.text ?? BY_TEMPORAL);
}

/** What is kept for good and shown to people is refused with such characters, as nobody can tell what was meant. */
function readSaid(
  field: string,
  what: string,
  value: unknown,
): { text: string | undefined } | { problem: string } {
  if (isBlank(value)) return { text: undefined };
  const expected = `${field}: expected ${what}, as text`;
  if (typeof value !== 'string') return { problem: expected };
  const hidden = unprintableIn(value);
  if (hidden !== undefined) {
    return { problem: `${expected} without control and format characters; came one with ${hidden}` };
  }
  const text = visibleText(value);
  return text.length > MOST_SAID ? { problem: `${expected} of at most ${MOST_SAID} characters` } : { text };
}

function isOfSystem(name: string): boolean {
  const alike = likeness(name);
  return NAMES.includes(alike) || alike.startsWith(likeness(OF_SYSTEM));
}

/** Whether two names look the same to a person. */
export function isSameName(one: string, other: string): boolean {
  return likeness(one) === likeness(other);
}

/** What a name looks like: without case, blanks and accents, and in one alphabet where two look the same. */
function likeness(name: string): string {
  const letters = name
    .normalize('NFKD')
    .replace(/[\s\p{M}]/gu, '')
    .toLowerCase();
  return [...letters].map((letter) => LOOK_ALIKES.get(letter) ?? letter).join('');
}
