import { foldName, maskEmail } from '../domain/names';

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
