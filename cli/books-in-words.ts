import type { BooksReport } from '../client/books-client';
import { localTime, momentInWords } from '../config/local-time';
import { DIFFERENCE_KINDS, type DifferenceKind, type KeptDifference } from '../domain/books';
import { csvLine, textCell } from '../domain/csv';
import { printable } from '../domain/printable';
import { SCREEN } from './rows';
import { tableInWords, type Column } from './table';
import { wrapped } from './wrap';

const COLUMNS: readonly Column<KeptDifference>[] = [
  { head: 'WHAT', cell: ({ kind }) => kind },
  { head: 'ORDER', cell: ({ orderNo }) => orderNo },
  { head: 'AT VENDOR', cell: ({ orderStatus }) => orderStatus, most: 10 },
  { head: 'HERE', cell: ({ status }) => status, most: 10 },
  { head: 'REQUEST', cell: ({ requestId }) => requestId, least: 8, keeps: 'end' },
  { head: 'FOUND', cell: ({ foundAt }) => localTime(new Date(foundAt)).date },
];

/** What each kind means, and what to do next: none of it is done by the comparison. */
const MEANINGS: Record<DifferenceKind, string> = {
  unasked:
    'an order at the vendor that no request here asked for. Find out who made it in the Partner Portal; a customer who bought by hand may be billed by nobody.',
  second:
    'an order of a request that has another order: one license may be bought twice. Look at both in the Partner Portal, and cancel or refund the one that is too much there.',
  'given-up':
    'an order of a request that ended without one. See why: wonce audit REQUEST. Keep it and bill it, or cancel it in the Partner Portal.',
  ended:
    'an order of ours that the vendor has cancelled, refunded or failed since. Tell whoever bills the customer.',
  changed:
    'an order of ours that is not what was sent any more. Find out who changed it in the Partner Portal.',
  missing:
    'an order of ours that the vendor does not have any more. Look for it in the Partner Portal, then ask the vendor.',
};

/** A table of what differs, what each of it means and what to do, and what was not compared. */
export function booksInWords(report: BooksReport): string {
  const { all } = report;
  const kinds = DIFFERENCE_KINDS.filter((kind) => all.some((difference) => difference.kind === kind));
  const parts = [
    all.length === 0 ? 'Nothing differs.' : tableInWords(all, COLUMNS),
    all.flatMap(changesInWords).join('\n'),
    kinds.map((kind) => paragraph(`${kind}: ${MEANINGS[kind]}`)).join('\n'),
    remarks(report).map(paragraph).join('\n'),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function changesInWords({ orderNo, changes = [] }: KeptDifference): string[] {
  return changes.map(({ field, here, vendor }) =>
    printable(`${orderNo}: ${field}: here ${here}; at the vendor ${vendor}`),
  );
}

function paragraph(text: string): string {
  return wrapped(printable(text), SCREEN).join('\n');
}

function remarks(report: BooksReport): string[] {
  const { since, isComplete, ordersAtVendor, ordersHere, contentsCompared } = report;
  const { notRead, unclear, contested, unsettled } = report;
  return [
    `Compared: ${ordersAtVendor} orders at the vendor with ${ordersHere} here since ${momentInWords(since)}; of ${contentsCompared} also what is in them.`,
    ...(isComplete
      ? []
      : [
          "Not all of the vendor's orders could be seen: some may differ, and none is said to be missing. Compare again.",
        ]),
    ...(notRead > 0
      ? [`${notRead} orders could not be read, and nothing is said of them. Compare again.`]
      : []),
    ...(unclear > 0 ? [`${unclear} orders show no number or no time: whose they are, nobody can tell.`] : []),
    ...(contested > 0 ? [`${contested} orders may be those of requests that are not settled yet.`] : []),
    ...(unsettled.count > 0
      ? [
          `Not settled yet, and no difference: ${idsInWords(unsettled)}. See: wonce list --status waiting-for-decision`,
        ]
      : []),
  ];
}

function idsInWords({ count, requestIds }: BooksReport['unsettled']): string {
  const more = count - requestIds.length;
  return [...requestIds, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** CSV by RFC 4180, with a header; what is not known is empty. */
export function booksAsCsv(differences: readonly KeptDifference[]): string {
  const header = [
    ...['kind', 'orderNo', 'orderStatus', 'requestId', 'status', 'orderedAt', 'serialNumber'],
    ...['reference', 'by', 'changes', 'foundAt'],
  ];
  const rows = differences.map((difference) => [
    textCell(difference.kind),
    textCell(difference.orderNo),
    textCell(difference.orderStatus),
    textCell(difference.requestId),
    textCell(difference.status),
    textCell(difference.orderedAt),
    textCell(difference.serialNumber),
    textCell(difference.reference),
    textCell(difference.by),
    textCell(
      difference.changes?.map(({ field, here, vendor }) => `${field}: ${here} -> ${vendor}`).join(' | '),
    ),
    textCell(difference.foundAt),
  ]);
  return [header, ...rows].map(csvLine).join('');
}
