import type { Kysely } from 'kysely';
import type { PurchaseState } from '../domain/status';
import { purchaseRecord, type PurchaseRecord } from './purchase-record';
import type { LedgerTables } from './schema';

/** A page of purchases; `next` asks for the one after it. */
export interface PurchasePage {
  purchases: PurchaseRecord[];
  next?: string;
}

/** Purchases newest first, by time of acceptance and, within the same millisecond, by request id. */
export async function pageOf(
  db: Kysely<LedgerTables>,
  options: { status?: PurchaseState; limit?: number; after?: string },
): Promise<PurchasePage> {
  const limit = options.limit ?? 20;
  let query = db
    .selectFrom('purchases')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('request_id', 'desc')
    .limit(limit + 1);
  if (options.status !== undefined) query = query.where('status', '=', options.status);
  if (options.after !== undefined) {
    const { at, requestId } = readCursor(options.after);
    query = query.where((is) =>
      is.or([
        is('created_at', '<', at),
        is.and([is('created_at', '=', at), is('request_id', '<', requestId)]),
      ]),
    );
  }
  const rows = (await query.execute()).map(purchaseRecord);
  const purchases = rows.slice(0, limit);
  const last = purchases.at(-1);
  return { purchases, ...(rows.length > limit && last !== undefined && { next: cursorAfter(last) }) };
}

/** Whether a text can be the `next` of a page. */
export function isCursor(text: string): boolean {
  return /^\d{1,14}~[A-Za-z0-9._:-]{1,128}$/.test(text);
}

function cursorAfter({ createdAt, requestId }: PurchaseRecord): string {
  return `${createdAt.getTime()}~${requestId}`;
}

function readCursor(cursor: string): { at: Date; requestId: string } {
  const [time = '', ...requestId] = cursor.split('~');
  return { at: new Date(Number(time)), requestId: requestId.join('~') };
}
