import { printable } from './printable';

/** What a spreadsheet takes for the beginning of a formula, however wide it is written. */
const FORMULA = '=+\\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−';

/**
 * Where one could begin: at the start, after blanks, or after a semicolon, at which a spreadsheet of many countries cuts a
 * cell in two, quotes or not.
 */
const BEGINNINGS = new RegExp(`(^|;)(\\s*)(?=[${FORMULA}])`, 'gu');

/**
 * A text of whomever as one cell by RFC 4180: as it is written, on one line, and no formula. Where one would begin stands a
 * quote.
 */
export function textCell(text = ''): string {
  const harmless = printable(text).replace(BEGINNINGS, "$1$2'");
  return /[",;]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A number as one cell; what is not known is empty. */
export function numberCell(number: number | undefined): string {
  return String(number ?? '');
}

/** One line of cells. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}
