/** From here on stand the signs of which a terminal may show one in two columns. */
const MAY_BE_WIDE = 0x1100;

/** How many columns of a terminal a text takes at most: of a letter with marks, the marks take none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const sign of text) width += widthOfSign(sign);
  return width;
}

function widthOfSign(sign: string): number {
  if (sign < '\u0300') return 1;
  if (sign.codePointAt(0)! >= MAY_BE_WIDE) return 2;
  return /\p{M}/u.test(sign) ? 0 : 1;
}

/**
 * A text in lines of so many columns at most. Blanks part its words, one between two; a word that is longer than a line is
 * broken.
 */
export function wrapped(text: string, columns: number): string[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const lines: string[] = [];
  for (const word of words.flatMap((one) => piecesOf(one, columns))) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && widthOf(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function piecesOf(word: string, columns: number): string[] {
  const pieces = [''];
  let width = 0;
  for (const sign of word) {
    const more = widthOfSign(sign);
    if (width + more > columns) {
      pieces.push('');
      width = 0;
    }
    pieces[pieces.length - 1] += sign;
    width += more;
  }
  return pieces;
}
