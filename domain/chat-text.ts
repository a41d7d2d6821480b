import { printable } from './printable';

/** What some chat tool gives a meaning, and what looks like it and means nothing to any. */
const LOOK_ALIKE: Readonly<Record<string, string>> = {
  '<': '‹',
  '>': '›',
  '&': '＆',
  '*': '∗',
  '~': '∼',
  '`': '’',
  '@': '＠',
  '#': '＃',
  '[': '［',
  ']': '］',
  '|': '¦',
  '\\': '＼',
};

const MARKUP = /[<>&*~`@#[\]|\\]/g;

/** Within a word it means nothing. */
const UNDERSCORE = /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

/** As of an address without a scheme: evil.example. */
const DOT_OF_NAME = /(?<=[\p{L}\p{N}-])\.(?=\p{L}{2})/gu;

/**
 * A text of whomever in a message of a chat tool, where it mentions nobody, formats nothing and is no link. Each tool has
 * another way to escape, and shows that of the others as it is; so the signs are replaced by ones that only look alike.
 */
export function chatText(text: string): string {
  return printable(text)
    .replaceAll('://', '∶//')
    .replace(DOT_OF_NAME, '․')
    .replace(UNDERSCORE, '＿')
    .replace(MARKUP, (sign) => LOOK_ALIKE[sign] ?? sign);
}
