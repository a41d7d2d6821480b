import type { DealRecord, DealWin } from '../ledger/deal-record';
import type { DealStatus, MissingFact } from '../orders/deal';
import type { DealReport } from './deals-client';
import { eventsInWords, rowsInWords } from './in-words';

type Row = readonly [name: string, value: string | undefined];

/** Deals, one a line: when they were heard of, how they stand, what came of them or is missing, their names. */
export function dealsInWords(deals: readonly DealRecord[]): string {
  if (deals.length === 0) return 'No deals.';
  return deals
    .map(({ createdAt, status }) =>
      [createdAt.toISOString(), status.status.padEnd(20), inShort(status).padEnd(40), status.deal].join('  '),
    )
    .join('\n');
}

function inShort({ status, requestId, missing, reason }: DealStatus): string {
  if (status === 'incomplete') return `missing: ${fieldsOf(missing ?? []).join(', ')}`;
  if (status === 'requested') return requestId ?? '-';
  return reason?.code ?? '-';
}

/** A deal as a person reads it, and what they can type. */
export function dealInWords({ status, wins, events, verification }: DealReport): string {
  const { reason, missing = [] } = status;
  const rows: Row[] = [
    ['deal', status.deal],
    ['source', status.source],
    ['status', status.status],
    ['won at', status.wonAt],
    ['purchase', status.requestId],
    ...missing.map(({ field, problem }): Row => ['missing', `${field}: ${problem}`]),
    ['reason', reason && `${reason.code}: ${reason.message}`],
    ...wins.map((win): Row => [`win ${win.episode}`, winInWords(win)]),
    ['heard by', status.heardBy],
    ['as of', status.updatedAt],
    ['next', nextStep(status)],
  ];
  return [rowsInWords(rows), eventsInWords(events, verification)].join('\n\n');
}

function winInWords({ wonAt, requestId }: DealWin): string {
  const what = requestId === undefined ? 'dismissed' : `purchase ${requestId}`;
  return wonAt === undefined ? what : `${what}, won at ${wonAt}`;
}

/** What to type about a deal that stands so. */
function nextStep({ deal, status, requestId, missing }: DealStatus): string | undefined {
  switch (status) {
    case 'incomplete':
      return whatToFill(deal, fieldsOf(missing ?? []));
    case 'waiting-for-decision':
      return `wonce deals buy ${deal}, or wonce deals dismiss ${deal}`;
    case 'dismissed':
      return `if it is to be bought: wonce deals buy ${deal}`;
    case 'requested':
      return requestId && `wonce status ${requestId}`;
    case 'reading':
    case 'not-won':
      return undefined;
  }
}

function whatToFill(deal: string, fields: string[]): string {
  if (fields.includes('deal')) return 'let its sender send it again';
  return `wonce deals fill ${deal} ${fields.map((field) => `${field}=…`).join(' ')}`;
}

/** What is missing, each once, by the names that `wonce deals fill` knows. */
function fieldsOf(missing: readonly MissingFact[]): string[] {
  return [...new Set(missing.map(({ field }) => typedName(field)))];
}

function typedName(field: string): string {
  const [top = '', part = 'serialNumber'] = field.split('.');
  return top === 'license' ? part : top.replace(/\[.*/, '');
}
