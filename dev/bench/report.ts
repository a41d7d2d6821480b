import { tableInWords, type Column } from '../../cli/table';
import { inWords, targetInWords, type JudgedRow } from './row';

/** On what a bench was run, for whoever compares. */
export interface Circumstances {
  at: string;
  cores: number;
  node: string;
  /** Of the system's and its processors' names. */
  machine: string;
  ground: 'embedded' | 'cluster';
}

/** All that was measured, as the JSON has it. */
export interface Report extends Circumstances {
  rows: JudgedRow[];
  /** Parts that could not be measured, and why. */
  failed: { part: string; problem: string }[];
}

const COLUMNS: readonly Column<JudgedRow>[] = [
  { head: 'part', cell: ({ part }) => part },
  { head: 'what', cell: ({ what }) => what },
  { head: 'measured', cell: ({ measured, unit }) => inWords(measured, unit) },
  {
    head: 'reference',
    cell: ({ reference, unit }) => reference && `${inWords(reference.value, unit)} ${reference.what}`,
  },
  { head: 'ratio', cell: ({ ratio }) => (ratio === undefined ? undefined : inWords(ratio, '')) },
  { head: 'to reach', cell: targetInWords },
  {
    head: 'reached',
    cell: ({ isReached }) => (isReached === undefined ? undefined : isReached ? 'yes' : 'no'),
  },
];

/** The table, however wide, and below it what could not be measured. */
export function reportInWords({ cores, node, machine, ground, at, rows, failed }: Report): string {
  const head = `${cores} cores (${machine}), Node ${node}, ${ground}, ${at}`;
  const table = rows.length === 0 ? [] : ['', tableInWords(rows, COLUMNS, { isWide: true })];
  const problems = failed.map(({ part, problem }) => `${part} could not be measured: ${problem}`);
  return [head, ...table, ...(problems.length === 0 ? [] : ['', ...problems])].join('\n');
}

/** One row in a line, for whoever watches. */
export function rowInWords(row: JudgedRow): string {
  const { what, measured, unit, reference, isReached } = row;
  const beside = reference && `, beside ${inWords(reference.value, unit)} ${reference.what}`;
  const ratio = row.ratio === undefined ? '' : ` (${inWords(row.ratio, '')})`;
  const target =
    isReached === undefined ? '' : `: ${targetInWords(row)}, ${isReached ? 'reached' : 'not reached'}`;
  return `${what}: ${inWords(measured, unit)}${beside ?? ''}${ratio}${target}`;
}
