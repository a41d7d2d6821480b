/**
 * What stands in a text and is not shown, by Unicode's own list (zero-width blanks and joiners, direction marks, soft
 * hyphens, byte order marks, variation selectors, fillers, tags), and the marks around annotations and objects.
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFC]/gu;

/** What looks like a blank: no-break, thin, of full width, and the empty pattern of Braille. */
const BLANK = /[\p{Zs}\u2800]/gu;

/** Control and format characters, line and paragraph separators, and halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Full width, as East Asian keyboards write them: ３６５１ is 3651. */
const FULL_WIDTH = /[\uFF01-\uFF5E]/g;

/** A text without what nobody can see: every blank is a plain one, and none stands at the ends. */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, '').replace(BLANK, ' ').trim();
}

/**
 * A visible text with letters and digits of full width in the usual one. Other letters that look alike (Cyrillic А for
 * A) stay what they are: to take one for the other would be a guess, and ² is no 2.
 */
export function plainText(text: string): string {
  return visibleText(text).replace(FULL_WIDTH, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
}

/** An id or serial number as it is compared and sent: plain, and without blanks. A line break is none: it is refused. */
export function plainId(text: string): string {
  return plainText(text).replaceAll(' ', '');
}

/** The first line break, tab, escape, direction mark or the like in a text, as U+0085; undefined when there is none. */
export function unprintableIn(text: string): string | undefined {
  const code = UNPRINTABLE.exec(text)?.[0].codePointAt(0);
  return code === undefined ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Where in a list or object, however deep, an unprintable character stands, and which. */
export function findUnprintable(
  value: unknown,
  path: readonly string[] = [],
): { path: readonly string[]; character: string } | undefined {
  if (typeof value === 'string') {
    const character = unprintableIn(value);
    return character === undefined ? undefined : { path, character };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, entry] of Object.entries(value)) {
    const found = findUnprintable(entry, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** As many characters of one text are kept that a person says. */
export const MOST_SAID = 500;

/** An id that a person typed, as it is seen; undefined when it is none, too long, or has what nobody can see in it. */
export function typedId(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const visible = visibleText(value);
  const isId = visible !== '' && visible.length <= MOST_SAID && unprintableIn(visible) === undefined;
  return isId ? visible : undefined;
}

/** Absent, null and a text in which nothing can be seen mean the same. */
export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && visibleText(value) === '');
}

/** An object without the fields that are blank. */
export function withoutBlank(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isBlank(value)));
}

/** Every text in a list or object, however deep, as people see it. */
export function withVisibleTexts(value: unknown): unknown {
  if (typeof value === 'string') return visibleText(value);
  if (Array.isArray(value)) return value.map(withVisibleTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withVisibleTexts(entry)]));
}
