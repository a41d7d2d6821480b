import type { Renewal } from '../domain/renewals';
import { csvLine, numberCell, textCell } from '../domain/csv';
import { tableInWords, type Column } from './table';

const COLUMNS: readonly Column<Renewal>[] = [
  { head: 'PBX', cell: ({ serialNumber }) => serialNumber, most: 16 },
  { head: 'PLAN', cell: ({ plan }) => plan, most: 12 },
  { head: 'EXT', cell: ({ extensions }) => numberInWords(extensions) },
  { head: 'EXPIRES', cell: ({ expiresOn }) => expiresOn },
  { head: 'TOLD BY', cell: ({ toldBy }) => toldBy },
  { head: 'DAYS', cell: ({ daysLeft }) => numberInWords(daysLeft) },
  { head: 'AUTO', cell: onOrOff },
  { head: 'REQUEST', cell: ({ requestId }) => requestId, least: 1, keeps: 'end' },
];

/** A table of 79 columns; an id that is too long for the last one loses its beginning. */
export function renewalsInWords(renewals: readonly Renewal[]): string {
  return renewals.length === 0 ? 'No renewals.' : tableInWords(renewals, COLUMNS);
}

function numberInWords(number: number | undefined): string | undefined {
  return number === undefined ? undefined : String(number);
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
