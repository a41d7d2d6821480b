import { printable } from '../domain/printable';
import { wrapped } from './wrap';

/** What is said of one thing, under a name; undefined is nothing to say. */
export type Row = readonly [name: string, value: string | undefined];

/** No wider than a narrow terminal. */
export const SCREEN = 79;

const NAME_COLUMNS = 20;

/** The rows that have something to say, whatever it says: sentences are wrapped, and no text of others begins a line. */
export function rowsInWords(rows: readonly Row[]): string {
  return rows
    .flatMap(([name, value]) => (value === undefined ? [] : rowLines(name, printable(value))))
    .join('\n');
}

function rowLines(name: string, value: string): string[] {
  const lines = isCopied(value) ? [value] : wrapped(value, SCREEN - NAME_COLUMNS);
  return (lines.length === 0 ? [''] : lines).map(
    (line, index) => (index === 0 ? name : '').padEnd(NAME_COLUMNS) + line,
  );
}

/** A number, an id or a command is left whole, however long it is: so it can be copied. */
function isCopied(value: string): boolean {
  return !value.includes(' ') || value.startsWith('wonce ');
}
