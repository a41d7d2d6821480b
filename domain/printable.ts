/**
 * What moves a cursor, begins another line or turns the direction, as a terminal would obey it, and what cannot be seen: of
 * two texts that look the same, one would not be what it seems.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** What Markdown gives a meaning, as Temporal's UI understands it. */
const MARKDOWN = /[\\`*_~[\]<>|#&]/g;

/** A text of whomever for one line of a screen: what is no letter of it is shown as \u{1b}. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** The same for a text that we have laid out in lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** A text of whomever within Markdown, as one line and as it is written. */
export function markdownText(text: string): string {
  return printable(text).replace(MARKDOWN, '\\$&');
}

/** The same between backticks, where nothing has a meaning but the backtick. */
export function markdownCode(text: string): string {
  return printable(text).replaceAll('`', "'");
}

/**
 * JSON in which no character is one that a terminal would obey: the same value, with more of it written as \u009b.
 *
 * @param space as of JSON.stringify
 */
export function jsonText(value: unknown, space?: number): string {
  return escapedJson(JSON.stringify(value, null, space));
}

/** JSON text likewise. Line breaks in it are between its tokens. */
export function escapedJson(json: string): string {
  return json.replace(UNPRINTABLE, (character) => (character === '\n' ? character : unitsOf(character)));
}

function unitsOf(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/** An error whose message is a list, a line each: what it quotes of others is printable in it already. */
export interface LaidOut {
  isLaidOut: true;
}

/** An error for a screen: its code, or its name, and its message, in one line unless it is laid out. */
export function errorInWords(error: unknown): string {
  const { code, name, message, isLaidOut } = error as Error & { code?: string } & Partial<LaidOut>;
  const words = `${code ?? name}: ${message}`;
  return isLaidOut ? printableLines(words) : printable(words);
}
