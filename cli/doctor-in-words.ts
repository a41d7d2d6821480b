import { printable } from '../domain/printable';
import type { Row, Subject, Verdict } from '../doctor/row';

const WIDTH = 80;
const WHAT_WIDTH = 40;
const INDENT = '      ';

const TITLES: Record<Subject, string> = {
  settings: 'Settings',
  portal: 'Partner Portal',
  temporal: 'Temporal',
  ledger: 'Ledger',
  crm: 'CRM accounts',
  webhooks: 'Webhooks',
};

/** The rows under their subjects, in 80 columns, and how many there are of each verdict. */
export function rowsAsTable(rows: readonly Row[]): string {
  const subjects = [...new Set(rows.map(({ subject }) => subject))];
  const parts = subjects.map((subject) => {
    const own = rows.filter((row) => row.subject === subject);
    const checked = own.filter(({ verdict }) => verdict !== 'not checked');
    const others = own.filter(({ verdict }) => verdict === 'not checked');
    return [TITLES[subject], ...checked.flatMap(rowInLines), ...othersInLines(others)].join('\n');
  });
  return [...parts, wrapped(countsInWords(rows), '').join('\n')].join('\n\n');
}

function rowInLines({ what, verdict, seen, next, page }: Row): string[] {
  const isAsExpected = verdict === 'as expected';
  return [
    ...headOf(what, verdict),
    ...wrapped(seen),
    ...nextInLines(next),
    ...(isAsExpected || page === undefined ? [] : wrapped(`Vendor page: ${page}`)),
  ];
}

function headOf(what: string, verdict: Verdict): string[] {
  const name = printable(what);
  if (name.length < WHAT_WIDTH) return [`  ${name.padEnd(WHAT_WIDTH)}${verdict}`];
  return [...wrapped(name, '  '), `  ${''.padEnd(WHAT_WIDTH)}${verdict}`];
}

/** What was not checked, together where it is for the same reason. */
function othersInLines(rows: readonly Row[]): string[] {
  const reasons = new Map(rows.map(({ seen, next }) => [`${seen} ${next}`, { seen, next }]));
  return [...reasons].flatMap(([key, { seen, next }]) => {
    const names = rows.filter((row) => `${row.seen} ${row.next}` === key).map(({ what }) => what);
    return [...wrapped(`not checked: ${seen}`, '  '), ...wrapped(names.join(', ')), ...nextInLines(next)];
  });
}

function nextInLines(next: string): string[] {
  return next === '' ? [] : wrapped(`Next: ${next}`);
}

/** In lines that fit. @param indent of each */
function wrapped(text: string, indent = INDENT): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text).split(' ').flatMap(inPieces)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].filter((one) => one !== '').map((one) => indent + one);
}

/** A word that is longer than a line. */
function inPieces(word: string): string[] {
  return word.match(new RegExp(`.{1,${WIDTH - INDENT.length}}`, 'gu')) ?? [];
}

const COUNTED: Record<Verdict, string> = {
  'as expected': 'as expected',
  'different, handled': 'different and handled',
  'different, not handled': 'different and not handled',
  'not checked': 'not checked',
};

function countsInWords(rows: readonly Row[]): string {
  const count = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict).length;
  const counts = (Object.keys(COUNTED) as Verdict[]).map(
    (verdict) => `${count(verdict)} ${COUNTED[verdict]}`,
  );
  return `${counts.join(', ')}.`;
}
