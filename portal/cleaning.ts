const MAX_LENGTH = 300;

/** How much more is looked at than is kept, so that what is found at the end of it is whole. */
const MARGIN = 400;

/** Control and format characters, line separators and halves of surrogate pairs: they forge logs and break databases. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/**
 * What a secret or a person's address looks like, with what takes its place. Each begins where a word does: begun
 * anywhere in a long word, it would be tried again at each of its letters.
 */
const TRACES = [
  [/(?<!\w)Bearer[\s:="']+[^\s"']+/gi, 'Bearer …'],
  [/(?<![\w-])[\w-]{16,}\.[\w-]{16,}\.[\w-]{16,}/g, '…'],
  [/\beyJ[\w-]+(\.[\w-]+)*/g, '…'],
  [
    /(?<![\p{L}\p{M}\p{N}_.+-])[\p{L}\p{M}\p{N}_.+-]+(?:@|%40)[\p{L}\p{M}\p{N}_-]+(\.[\p{L}\p{M}\p{N}_-]+)+/gu,
    '…@…',
  ],
] as const;

/**
 * Makes a text of the vendor fit to be kept: without control characters, without anything that looks like a token or
 * an e-mail address, without the secrets it is told, and short. A vendor's error page may well echo the request.
 *
 * Its end is cut off before anything is looked for in it: the work does not grow with the text.
 */
export function cleaned(text: string, secrets: readonly string[]): string {
  const forms = spellings(secrets);
  const longest = forms[0]?.length ?? 0;
  const beginning = text.slice(0, 2 * MAX_LENGTH + MARGIN + longest);
  const clean = withoutTraces(beginning, forms);
  return shortened(beginning.length < text.length ? withoutEnd(clean, longest) : clean);
}

function withoutTraces(text: string, secrets: readonly string[]): string {
  const printable = text.replace(UNPRINTABLE, ' ');
  const unsecret = secrets.reduce((rest, secret) => rest.replaceAll(secret, '…'), printable);
  return TRACES.reduce((rest, [trace, instead]) => rest.replace(trace, instead), unsecret).trim();
}

/**
 * Of a text that was cut, without what touches the cut: the beginning of a secret, with its spaces, or of a word, by
 * which it cannot be recognised.
 */
function withoutEnd(text: string, longestSecret: number): string {
  const rest = text.slice(0, Math.max(0, text.length - longestSecret));
  return `${rest.slice(0, rest.lastIndexOf(' ') + 1).trimEnd()}…`;
}

/** A secret as it is and as it stands in a form or a URL. Longest first, so that none leaves the rest of another. */
function spellings(secrets: readonly string[]): string[] {
  const all = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
  ]);
  return [...new Set(all)].filter((secret) => secret !== '').sort((one, other) => other.length - one.length);
}

/** By code points: half a surrogate pair cannot be stored. */
function shortened(text: string): string {
  const points = [...text.slice(0, 2 * MAX_LENGTH + 2)];
  return points.length > MAX_LENGTH ? `${points.slice(0, MAX_LENGTH - 1).join('')}…` : text;
}
