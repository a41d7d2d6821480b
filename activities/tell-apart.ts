import { foldName, maskEmail } from '../domain/names';

/** Something that is known of a candidate. */
export interface Field {
  /** In words: `city`. */
  name: string;
  value: string | undefined;
  /** A person's own: it is shown in part, as much of it as tells the candidates apart. */
  mask?: Mask;
  /** It is shown whether or not the candidates differ in it. */
  isMain?: boolean;
}

/** A value is no novel. */
const MAX_LENGTH = 60;

/**
 * Describes candidates for the person who is to choose between them: each by its main fields and by those in which
 * they differ. Where two are the same in all that is known, that is said.
 *
 * @param fieldsOf the same fields, in the same order, of every entry
 */
export function tellApart<Entry>(
  entries: readonly Entry[],
  fieldsOf: (entry: Entry) => Field[],
  idOf: (entry: Entry) => string,
): string[] {
  const table = entries.map(fieldsOf);
  const columns = (table[0] ?? []).map((_field, index) => columnOf(table.map((row) => row[index]!)));
  const shown = columns.filter((texts) => texts !== undefined);
  const twins = twinsOf(table.map(keyOf), entries.map(idOf));
  return entries.map((_entry, index) => {
    const texts = shown.map((column) => column[index]!).filter((text) => text !== '');
    // Of what goes by its id alone there is nothing to be the same in.
    const twin = columns.length === 0 ? undefined : twins[index];
    return [
      ...texts,
      ...(twin === undefined ? [] : [`the same as ${twin} in all that is shown but the id`]),
    ].join(', ');
  });
}

/** Of each, the id of another with the same key. */
function twinsOf(keys: readonly string[], ids: readonly string[]): (string | undefined)[] {
  const idsOf = new Map<string, string[]>();
  keys.forEach((key, index) => idsOf.set(key, [...(idsOf.get(key) ?? []).slice(0, 1), ids[index]!]));
  return keys.map((key, index) => idsOf.get(key)!.find((id) => id !== ids[index]));
}

/** What is shown of a field, for every candidate; undefined when it tells nothing. */
function columnOf(fields: readonly Field[]): string[] | undefined {
  const [{ name, mask, isMain }] = fields as [Field];
  const values = fields.map(({ value }) => value ?? '');
  const different = new Set(values.map(foldName)).size;
  if (values.every((value) => value === '') || (different === 1 && !isMain)) return undefined;
  if (mask === undefined) return values.map((value) => labelled(name, shortened(value), isMain));
  const masks = masksOf(values, mask);
  const isTold = new Set(masks.map(foldName)).size === different;
  const hint = isTold ? '' : ' (the rest differs)';
  return masks.map((text) => labelled(name, text === '' ? '' : `${text}${hint}`, isMain));
}

/** A main field speaks for itself; of another, that it is missing says something too. */
function labelled(name: string, text: string, isMain = false): string {
  if (isMain) return text;
  return text === '' ? `no ${name}` : `${name} ${text}`;
}

function keyOf(fields: readonly Field[]): string {
  return JSON.stringify(fields.map(({ value }) => foldName(value ?? '')));
}

function shortened(text: string): string {
  const points = [...text];
  return points.length > MAX_LENGTH ? `${points.slice(0, MAX_LENGTH - 1).join('')}…` : text;
}

/** How a personal text is shown in part: by its beginning, by its end, or as an e-mail address. */
export type Mask = 'email' | 'start' | 'end' | 'hidden';

/**
 * Personal texts in part, each enough to recognise and too little to use, and as much of all as tells those apart that
 * differ: of `anna@` and `andrea@`, `ann…@` and `and…@`. What would have to be shown whole stays hidden.
 */
export function masksOf(texts: readonly string[], mask: Mask): string[] {
  const different = new Set(texts.map(foldName)).size;
  const ways = waysOf(mask).map((show) => texts.map((text) => (text === '' ? '' : show(text))));
  const count = (masks: readonly string[]) => new Set(masks.map(foldName)).size;
  const best = ways.find((masks) => count(masks) === different);
  return best ?? ways.reduce((one, other) => (count(other) > count(one) ? other : one));
}

type Show = (text: string) => string;

/** From the least to the most that may be seen. */
function waysOf(mask: Mask): Show[] {
  switch (mask) {
    case 'hidden':
      return [() => '…'];
    case 'end':
      return [2, 3, 4].map((length) => (text) => `…${end(text, length)}`);
    case 'start':
      return waysOfName();
    case 'email':
      return [maskEmail, ...waysOfName().map((show) => (text: string) => maskedAt(text, show))];
  }
}

function waysOfName(): Show[] {
  const starts = [1, 2, 3, 4, 6, 8].map(
    (length): Show =>
      (text) =>
        `${start(text, length)}…`,
  );
  const withEnd: Show = (text) => `${start(text, 1)}…${[...text].length > 3 ? end(text, 1) : ''}`;
  const withLength: Show = (text) => `${start(text, 1)}… (${[...text].length} letters)`;
  return [starts[0]!, withEnd, ...starts.slice(1), withLength];
}

/** Only what stands before the @ is a person's. */
function maskedAt(email: string, show: Show): string {
  const at = email.lastIndexOf('@');
  return at < 1 ? show(email) : `${show(email.slice(0, at))}${email.slice(at)}`;
}

/** At most three quarters of a text: what is short is not shown whole. */
function start(text: string, length: number): string {
  const points = [...text];
  return points.slice(0, Math.min(length, Math.max(1, Math.floor(points.length * 0.75)))).join('');
}

function end(text: string, length: number): string {
  const points = [...text];
  return points.slice(-Math.min(length, Math.max(1, Math.floor(points.length / 2)))).join('');
}
