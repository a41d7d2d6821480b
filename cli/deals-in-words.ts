import type { DealRecord, DealWin } from '../ledger/deal-record';
import { isUnbought, type DealPurchase, type DealStatus, type MissingFact } from '../domain/deal';
import { printable } from '../domain/printable';
import { operationOf } from '../domain/request';
import { orderInWords } from '../domain/request-in-words';
import type { DealReport } from '../client/deals-client';
import { waitsForPerson } from '../domain/status';
import { eventsInWords } from './in-words';
import { rowsInWords, type Row } from './rows';

/** Deals, one a line: when they were notified, how they stand, what came of them or is missing, their names. */
export function dealsInWords(deals: readonly DealRecord[]): string {
  if (deals.length === 0) return 'No deals.';
  return deals
    .map(({ createdAt, status }) =>
      [
        createdAt.toISOString(),
        status.status.padEnd(20),
        printable(inShort(status)).padEnd(40),
        printable(status.deal),
      ].join('  '),
    )
    .join('\n');
}

/** The operation where it is not the usual one, and how the deal stands. */
function inShort(status: DealStatus): string {
  const operation = operationOf(status.request ?? {});
  return [...(operation === 'purchase' ? [] : [operation]), stateInShort(status)].join(', ');
}

function stateInShort({ status, requestId, purchase, missing, reason }: DealStatus): string {
  if (status === 'incomplete') return `missing: ${fieldsOf(missing ?? []).join(', ')}`;
  if (status === 'requested') return [requestId ?? '-', ...whatHelps(purchase)].join(' ');
  return reason?.code ?? '-';
}

/** Of a purchase of which nothing came, or that waits for a person: how it stands. */
function whatHelps(purchase: DealPurchase | undefined): string[] {
  if (purchase === undefined) return [];
  const { status, reason } = purchase;
  const isOfInterest = isUnbought(purchase) || waitsForPerson(status);
  return isOfInterest ? [`${status}${reason ? `: ${reason.code}` : ''}`] : [];
}

/** A deal as a person reads it, and what they can type. */
export function dealInWords({ status, wins, events, verification }: DealReport): string {
  const { reason, missing = [], request, requestId, purchase } = status;
  const isBought = status.status === 'requested' && !isUnbought(purchase);
  const rows: Row[] = [
    ['deal', status.deal],
    ['source', status.source],
    ['status', status.status],
    ['won at', status.wonAt],
    ['purchase', requestId && [requestId, ...purchaseInWords(purchase)].join(', ')],
    [isBought ? 'buys' : 'would buy', request && orderInWords(request)],
    ...missing.map(({ field, problem }): Row => ['missing', `${field}: ${problem}`]),
    ['reason', reason && `${reason.code}: ${reason.message}`],
    ...winsInWords(wins),
    ['notified by', status.notifiedBy],
    ['as of', status.updatedAt],
    ['next', nextStep(status)],
  ];
  return [rowsInWords(rows), eventsInWords(events, verification)].join('\n\n');
}

function purchaseInWords(purchase: DealPurchase | undefined): string[] {
  if (purchase === undefined) return [];
  const { status, reason } = purchase;
  return [reason === undefined ? status : `${status} (${reason.code}: ${reason.message})`];
}

/** Each win with what was decided about it; another purchase of the same win is another attempt. */
function winsInWords(wins: readonly DealWin[]): Row[] {
  let number = 0;
  let attempt = 0;
  return wins.map((win, index) => {
    const isSame = index > 0 && wins[index - 1]!.wonAt === win.wonAt;
    if (!isSame) [number, attempt] = [number + 1, 0];
    if (win.requestId !== undefined) attempt += 1;
    const again = win.requestId !== undefined && attempt > 1 ? `, attempt ${attempt}` : '';
    return [`win ${number}${again}`, winInWords(win)];
  });
}

function winInWords({ wonAt, requestId }: DealWin): string {
  const what = requestId === undefined ? 'dismissed' : `purchase ${requestId}`;
  return wonAt === undefined ? what : `${what}, won at ${wonAt}`;
}

/** What to type about a deal that stands so. */
function nextStep({ deal, status, requestId, missing, purchase }: DealStatus): string | undefined {
  switch (status) {
    case 'incomplete':
      return whatToFill(deal, fieldsOf(missing ?? []));
    case 'waiting-for-decision':
      return `wonce deals buy ${deal}, or wonce deals dismiss ${deal}`;
    case 'dismissed':
      return `if it is to be bought: wonce deals buy ${deal}`;
    case 'requested':
      return requestId && (isUnbought(purchase) ? howToBuyAgain(deal, missing) : `wonce status ${requestId}`);
    case 'reading':
    case 'not-won':
      return undefined;
  }
}

/** Nothing came of its purchase: the deal is corrected, in the CRM or by hand, and bought again. */
function howToBuyAgain(deal: string, missing: readonly MissingFact[] = []): string {
  const fields = fieldsOf(missing);
  const fill = fields.length > 0 ? whatToFill(deal, fields) : `wonce deals fill ${deal} FIELD=VALUE …`;
  return `correct it (${fill}), then wonce deals buy ${deal}`;
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
