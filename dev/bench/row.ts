/** In what is measured: milliseconds, seconds, minutes, purchases a second, megabytes, bytes, events. */
export type Unit = 'ms' | 's' | 'min' | '/s' | 'MB' | 'bytes' | 'events' | '';

/** What is to be reached: by what was measured, by its ratio to the reference, or by how much it is more than that. */
export interface Target {
  of: 'measured' | 'ratio' | 'difference';
  is: 'at most' | 'at least';
  value: number;
}

/** One line of the table: a figure beside the reference of the same run. */
export interface Row {
  /** What was measured, in words. */
  what: string;
  measured: number;
  /** Of both figures. */
  unit: Unit;
  reference?: { what: string; value: number };
  /** Without one the row is there to be read. */
  target?: Target;
}

/** A row with what follows from it, as the JSON has it. */
export interface JudgedRow extends Row {
  part: string;
  /** What was measured, over the reference. */
  ratio?: number;
  isReached?: boolean;
}

export function judged(part: string, row: Row): JudgedRow {
  const { measured, reference, target } = row;
  return {
    part,
    ...row,
    ...(reference !== undefined && { ratio: measured / reference.value }),
    ...(target !== undefined && { isReached: isReached(row, target) }),
  };
}

/** Nothing that was not measured is reached: of NaN each comparison is false. */
function isReached({ measured, reference }: Row, { of, is, value }: Target): boolean {
  const against = reference?.value ?? Number.NaN;
  const figure = { measured, ratio: measured / against, difference: measured - against }[of];
  return is === 'at most' ? figure <= value : figure >= value;
}

/** `at most 0.48 of it`, `at least 50 /s`, `at most 35 ms more` */
export function targetInWords({ target, unit }: Row): string | undefined {
  if (target === undefined) return undefined;
  const { of, is, value } = target;
  if (of === 'ratio') return `${is} ${value} of it`;
  return `${is} ${inWords(value, unit)}${of === 'difference' ? ' more' : ''}`;
}

/** Three digits that count, or all that stand before the point. */
export function inWords(value: number, unit: Unit): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const text = value.toLocaleString('en', { maximumFractionDigits: digits });
  return unit === '' ? text : `${text} ${unit}`;
}
