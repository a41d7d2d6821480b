import type { DealPage, DealRecord, DealWin } from '../ledger/deal-record';
import { isUnbought, type DealPurchase, type DealStatus, type MissingFact } from '../domain/deal';
import { printable } from '../domain/printable';
import { orderInWords } from '../domain/request-in-words';
import { momentInWords } from '../config/local-time';
import type { DealReport } from '../client/deals-client';
import { columnOfAges, listInWords, planOf, whomFor, type Asked } from './list-in-words';
import { rowsInWords, type Row } from './rows';
import { timelineInWords } from './timeline';
import type { Column } from './table';

const COLUMNS: readonly Column<DealRecord>[] = [
  { head: 'STATUS', cell: ({ status }) => status.status },
  { head: 'FOR', cell: ({ status }) => whomFor(status.request ?? {}), least: 12, mayBeMissing: true },
  { head: 'PLAN', cell: ({ status }) => planOf(status.request ?? {}), least: 6, mayBeMissing: true },
  {
    ...{ head: 'PO', cell: ({ status }) => status.request?.poNumber },
    ...{ least: 4, keeps: 'end', mayBeMissing: true },
  },
  { head: 'STANDS', cell: ({ status }) => stateInShort(status), least: 10, worth: 2, mayBeMissing: true },
  { head: 'PURCHASE', cell: ({ status }) => status.requestId, isOnlyWide: true },
  columnOfAges(),
  { head: 'DEAL', cell: ({ status }) => status.deal, least: 8, worth: 2, keeps: 'end' },
];

/** A page of deals, newest first: how they stand, what came of them or is missing, their names. */
export function dealsInWords({ deals, next }: DealPage, asked: Asked, zone?: string): string {
  if (deals.length === 0) return 'No deals.';
  return listInWords({ things: deals, next }, COLUMNS, { command: 'wonce deals list', asked, zone });
}

/** What became of it, or keeps it. */
function stateInShort({ status, purchase, missing, reason }: DealStatus): string | undefined {
  if (status === 'incomplete') return `missing: ${fieldsOf(missing ?? []).join(', ')}`;
  if (status !== 'requested') return reason?.code;
  return purchase && [purchase.status, purchase.reason?.code ?? []].flat().join(': ');
}

/**
 * A deal as a person reads it, what they can type, and what happened to it.
 *
 * @param zone that of the machine without one
 */
export function dealInWords({ status, wins, events, verification }: DealReport, zone?: string): string {
  const { reason, missing = [], request, requestId, purchase } = status;
  const [next, ...commands] = nextStep(status);
  const isBought = status.status === 'requested' && !isUnbought(purchase);
  const rows: Row[] = [
    ['deal', status.deal],
    ['source', status.source],
    ['status', status.status],
    ['won at', status.wonAt && momentInWords(status.wonAt, zone)],
    ['purchase', requestId && [requestId, ...purchaseInWords(purchase)].join(', ')],
    [isBought ? 'buys' : 'would buy', request && orderInWords(request)],
    ...missing.map(({ field, problem }): Row => ['missing', `${field}: ${problem}`]),
    ['reason', reason && `${reason.code}: ${reason.message}`],
    ...winsInWords(wins, zone),
    ['notified by', status.notifiedBy],
    ['as of', momentInWords(status.updatedAt, zone)],
    ['next', next],
  ];
  const known = [rowsInWords(rows), ...commands.map((command) => `  ${printable(command)}`)].join('\n');
  return [known, timelineInWords(`Deal ${status.deal}`, events, verification, zone)].join('\n\n');
}

function purchaseInWords(purchase: DealPurchase | undefined): string[] {
  if (purchase === undefined) return [];
  const { status, reason } = purchase;
  return [reason === undefined ? status : `${status} (${reason.code}: ${reason.message})`];
}

/** Each win with what was decided about it; another purchase of the same win is another attempt. */
function winsInWords(wins: readonly DealWin[], zone: string | undefined): Row[] {
  let number = 0;
  let attempt = 0;
  return wins.map((win, index) => {
    const isSame = index > 0 && wins[index - 1]!.wonAt === win.wonAt;
    if (!isSame) [number, attempt] = [number + 1, 0];
    if (win.requestId !== undefined) attempt += 1;
    const again = win.requestId !== undefined && attempt > 1 ? `, attempt ${attempt}` : '';
    return [`win ${number}${again}`, winInWords(win, zone)];
  });
}

function winInWords({ wonAt, requestId }: DealWin, zone: string | undefined): string {
  const what = requestId === undefined ? 'dismissed' : `purchase ${requestId}`;
  return wonAt === undefined ? what : `${what}, won at ${momentInWords(wonAt, zone)}`;
}

/** What to do about a deal that stands so, and the commands as they are typed; one command alone is all there is to say. */
function nextStep({ deal, status, requestId, missing, purchase }: DealStatus): [string, ...string[]] | [] {
  const buy = `wonce deals buy ${deal}`;
  switch (status) {
    case 'incomplete':
      return [whatToFill(deal, fieldsOf(missing ?? []))];
    case 'waiting-for-decision':
      return ['Type one of:', buy, `wonce deals dismiss ${deal}`];
    case 'dismissed':
      return ['If it is to be bought:', buy];
    case 'requested':
      if (requestId === undefined) return [];
      if (!isUnbought(purchase)) return [`wonce status ${requestId}`];
      return ['Correct it, in the CRM or here, and buy it again:', howToCorrect(deal, missing), buy];
    case 'reading':
    case 'not-won':
      return [];
  }
}

function howToCorrect(deal: string, missing: readonly MissingFact[] = []): string {
  const fields = fieldsOf(missing);
  return fields.length > 0 ? whatToFill(deal, fields) : `wonce deals fill ${deal} FIELD=VALUE …`;
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
