import { printable } from '../domain/printable';
import type { Renewal } from '../domain/renewals';
import { csvLine, numberCell, textCell } from './csv';

const SCREEN = 79;
const GAP = '  ';

/** What is not known. */
const UNKNOWN = '-';

/** A table of 79 columns; an id that is too long for the last one loses its beginning. */
export function renewalsInWords(renewals: readonly Renewal[]): string {
  if (renewals.length === 0) return 'No renewals.';
  const rows = [
    ['PBX', 'PLAN', 'EXT', 'EXPIRES', 'TOLD BY', 'DAYS', 'AUTO', 'REQUEST'],
    ...renewals.map((renewal) => [
      startOf(printable(renewal.serialNumber), 16),
      startOf(printable(renewal.plan ?? UNKNOWN), 12),
      String(renewal.extensions ?? UNKNOWN),
      renewal.expiresOn ?? UNKNOWN,
      renewal.toldBy ?? UNKNOWN,
      String(renewal.daysLeft ?? UNKNOWN),
      onOrOff(renewal) ?? UNKNOWN,
      printable(renewal.requestId),
    ]),
  ];
  const last = rows[0]!.length - 1;
  const widths = rows[0]!
    .slice(0, last)
    .map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const room = SCREEN - widths.reduce((sum, width) => sum + width + GAP.length, 0);
  return rows
    .map((row) =>
      [...widths.map((width, column) => row[column]!.padEnd(width)), endOf(row[last]!, room)].join(GAP),
    )
    .join('\n');
}

/** CSV by RFC 4180, with a header; what is not known is empty. */
export function renewalsAsCsv(renewals: readonly Renewal[]): string {
  const header = [
    ...['serialNumber', 'plan', 'extensions', 'expiresOn', 'toldBy', 'daysLeft', 'autoRenewal'],
    ...['requestId', 'deal'],
  ];
  const rows = renewals.map((renewal) => [
    textCell(renewal.serialNumber),
    textCell(renewal.plan),
    numberCell(renewal.extensions),
    textCell(renewal.expiresOn),
    textCell(renewal.toldBy),
    numberCell(renewal.daysLeft),
    textCell(onOrOff(renewal)),
    textCell(renewal.requestId),
    textCell(renewal.deal),
  ]);
  return [header, ...rows].map(csvLine).join('');
}

function onOrOff({ autoRenewal }: Renewal): string | undefined {
  return autoRenewal === undefined ? undefined : autoRenewal ? 'on' : 'off';
}

function startOf(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

function endOf(text: string, width: number): string {
  return text.length > width ? `…${text.slice(text.length - width + 1)}` : text;
}
