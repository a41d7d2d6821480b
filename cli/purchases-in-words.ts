import type { PurchasePage } from '../ledger/page';
import type { PurchaseRecord } from '../ledger/purchase-record';
import { columnOfAges, listInWords, planOf, whomFor, type Asked } from './list-in-words';
import type { Column } from './table';

const COLUMNS: readonly Column<PurchaseRecord>[] = [
  { head: 'STATUS', cell: ({ status }) => status },
  { head: 'FOR', cell: ({ request }) => whomFor(request), least: 12 },
  { head: 'PLAN', cell: ({ request }) => planOf(request), least: 6 },
  { head: 'PO', cell: ({ request }) => request.poNumber, least: 5, keeps: 'end', mayBeMissing: true },
  { head: 'ORDER', cell: ({ order }) => order?.orderNo, least: 6, keeps: 'end', mayBeMissing: true },
  columnOfAges(),
  { head: 'ID', cell: ({ requestId }) => requestId, least: 8, worth: 2, keeps: 'end' },
];

/** A page of purchases, newest first. */
export function purchasesInWords({ purchases, next }: PurchasePage, asked: Asked, zone?: string): string {
  if (purchases.length === 0) return 'No purchases.';
  return listInWords({ things: purchases, next }, COLUMNS, { command: 'wonce list', asked, zone });
}
