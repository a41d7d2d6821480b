import { printable } from '../domain/printable';
import { SCREEN } from './rows';
import { widthOf } from './wrap';

const GAP = '  ';

/** What is not known. */
const UNKNOWN = '-';

/** A column of a table of such things. */
export interface Column<Thing> {
  head: string;
  cell: (thing: Thing) => string | undefined;
  /** It may be shortened to so many columns of the screen; without it, it is shown whole. */
  least?: number;
  /** Of worth 2 it is shortened when it is twice as wide as others. */
  worth?: number;
  /** It is shortened to so many anyhow. */
  most?: number;
  /** What is kept of a text that is shortened; of ids the end, which tells one from the other. */
  keeps?: 'start' | 'end';
  /** Left out where nothing is known of it. */
  mayBeMissing?: boolean;
  /** There is no room for it in 79 columns. */
  isOnlyWide?: boolean;
}

/**
 * A table with a header, of 79 columns: what does not fit is shortened, the widest first.
 *
 * @param isWide everything is whole, however wide it is
 */
export function tableInWords<Thing>(
  things: readonly Thing[],
  columns: readonly Column<Thing>[],
  { isWide = false }: { isWide?: boolean } = {},
): string {
  const cells = columns
    .filter(({ isOnlyWide }) => isWide || !isOnlyWide)
    .map((column) => ({ ...column, texts: things.map((thing) => printable(column.cell(thing) ?? UNKNOWN)) }))
    .filter(({ mayBeMissing, texts }) => !mayBeMissing || texts.some((text) => text !== UNKNOWN));
  const widest = cells.map(({ head, texts }) => Math.max(...[head, ...texts].map(widthOf)));
  const widths = isWide ? widest : narrowed(cells, widest);
  const lines = [
    cells.map(({ head }) => head),
    ...things.map((_, row) => cells.map(({ texts }) => texts[row]!)),
  ];
  return lines
    .map((line) =>
      line
        .map((text, column) =>
          padded(shortened(text, widths[column]!, cells[column]!.keeps), widths[column]!),
        )
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

function narrowed(columns: readonly Column<never>[], widest: readonly number[]): number[] {
  const widths = widest.map((width, column) => Math.min(width, columns[column]!.most ?? width));
  const spare = () =>
    SCREEN - GAP.length * (widths.length - 1) - widths.reduce((sum, width) => sum + width, 0);
  while (spare() < 0) {
    const yielding = widths.map((width, column) => {
      const { least = width, worth = 1 } = columns[column]!;
      return width > least ? width / worth : 0;
    });
    const column = yielding.indexOf(Math.max(...yielding));
    if (yielding[column] === 0) break;
    widths[column]! -= 1;
  }
  return widths;
}

function shortened(text: string, width: number, keeps: 'start' | 'end' = 'start'): string {
  if (widthOf(text) <= width) return text;
  const signs = [...text];
  while (widthOf(signs.join('')) > width - 1) {
    if (keeps === 'start') signs.pop();
    else signs.shift();
  }
  return keeps === 'start' ? `${signs.join('')}…` : `…${signs.join('')}`;
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}
