import { sql, type Transaction } from 'kysely';
import { isOfWonce } from '../domain/author';
import { WAITING_DEAL_STATES, type DealState } from '../domain/deal';
import { isOfPerson, replacePersonal } from '../domain/personal';
import { isTerminal, type PurchaseState } from '../domain/status';
import { erasureRefused, unknownDeal, unknownPurchase } from './errors';
import { inParts } from './in-parts';
import { commitmentsIn, ERASURE } from './personal-values';
import type { LedgerTables, RecordKind } from './schema';
import { REQUEST_WORDS } from './search';
import { recordsOf } from './verify-ledger';
import type { StoredRecord } from './verify-record';

/** Of what personal data is erased: of a purchase, of a deal with its purchases, of a person by their address or name. */
export type Erasing = { requestId: string } | { deal: string } | { person: string };

/** What is erased of one record, or would be. */
export interface ErasedRecord {
  record: RecordKind;
  /** The request id, the deal's key. */
  id: string;
  status: string;
  /** How many values of each field. */
  fields: Record<string, number>;
  /** How many stand in the record itself, from before commitments were kept: those stay. */
  inTheClear: number;
}

/** What is erased, or would be; never the values. */
export interface Erasure {
  records: ErasedRecord[];
  /** Entries of the vendor's lists. */
  vendorLists: number;
  /** Notices that tell what was asked. */
  notices: number;
}

/** A record that is touched, and the values of it that are erased. */
export interface Touched extends ErasedRecord {
  eventCount: number;
  headHash: string;
  commitments: string[];
  /** Addresses, for the vendor's lists. */
  addresses: string[];
}

/** The records that are touched, and what is erased of each. @throws LedgerError as `PersonalData.erase` */
export async function touchedBy(db: Transaction<LedgerTables>, what: Erasing): Promise<Touched[]> {
  const asked = await idsOf(db, what);
  const heads = await lockedHeads(db, asked);
  const open = [...heads.filter(({ hasEnded }) => !hasEnded), ...notBegun(asked, heads)];
  if (open.length > 0) throw erasureRefused(open);
  const touched: Touched[] = [];
  for (const kind of ['purchase', 'deal'] as const) {
    const ofKind = heads.filter(({ record }) => record === kind);
    for (const some of inParts(ofKind, AT_ONCE)) {
      const ids = some.map(({ id }) => id);
      const records = await recordsOf(db, kind, ids);
      touched.push(...some.map((head, index) => touchedIn(head, records[index]!, what)));
    }
  }
  return touched;
}

/** How many records are in memory at once. */
const AT_ONCE = 50;

/** `aboutToBegin`: purchases that the ledger may not have yet. */
type Ids = Record<RecordKind, string[]> & { aboutToBegin?: string[] };

/** A purchase that was decided on, and that no run has begun for so long, was refused before it was written down. */
const BEGINS_WITHIN_MS = 24 * 60 * 60_000;

async function idsOf(db: Transaction<LedgerTables>, what: Erasing): Promise<Ids> {
  if ('requestId' in what) {
    const { requestId } = what;
    const query = db.selectFrom('purchases').select('request_id').where('request_id', '=', requestId);
    if ((await query.executeTakeFirst()) === undefined) throw unknownPurchase(requestId);
    return { purchase: [requestId], deal: [] };
  }
  if ('person' in what) return idsOfPerson(db, what.person);
  const { deal } = what;
  const query = db.selectFrom('deals').select('deal').where('deal', '=', deal);
  if ((await query.executeTakeFirst()) === undefined) throw unknownDeal(deal);
  const wins = await db
    .selectFrom('deal_wins')
    .select(['request_id', 'at'])
    .where('deal', '=', deal)
    .execute();
  const begins = ({ at }: { at: Date }) => Date.now() - at.getTime() < BEGINS_WITHIN_MS;
  const ids = wins.flatMap(({ request_id }) => request_id ?? []);
  const aboutToBegin = wins.filter(begins).flatMap(({ request_id }) => request_id ?? []);
  return { purchase: ids, deal: [deal], aboutToBegin };
}

/** Everything is looked through: it is seldom asked, and nothing must be overlooked. An address is found in a text, too. */
async function idsOfPerson(db: Transaction<LedgerTables>, person: string): Promise<Ids> {
  const sought = person.toLowerCase();
  const isAddressed = sought.includes('@');
  const { rows } = await sql<{ record: RecordKind; id: string; value: string }>`
    select record, id, value from personal_values
    where lower(value) = ${sought} or (${isAddressed}::boolean and position(${sought} in lower(value)) > 0)`.execute(
    db,
  );
  const found = rows.filter(({ value }) => isOfPerson(value, person));
  // Written before commitments were kept.
  const word = `'${sought.replaceAll(/['\\]/g, ' ')}'`;
  const inTheClear = db.selectFrom('purchases').select('request_id as id');
  const older = isAddressed
    ? await inTheClear.where(sql<boolean>`${REQUEST_WORDS} @@ ${word}::tsquery`).execute()
    : [];
  const ids = (kind: RecordKind) => found.filter(({ record }) => record === kind).map(({ id }) => id);
  const purchases = [...ids('purchase'), ...older.map(({ id }) => id)];
  return { purchase: [...new Set(purchases)], deal: [...new Set(ids('deal'))] };
}

/** A record as it stands. */
type Head = Pick<Touched, 'record' | 'id' | 'status' | 'eventCount' | 'headHash'> & { hasEnded: boolean };

/**
 * All rows are locked before anything is written: whoever writes to one of them has the end of the chain last, and would wait
 * for us, and we for them.
 */
async function lockedHeads(db: Transaction<LedgerTables>, { purchase, deal }: Ids): Promise<Head[]> {
  const columns = ['status', 'event_count as eventCount', 'head_hash as headHash'] as const;
  const purchases = await db
    .selectFrom('purchases')
    .select(['request_id as id', ...columns])
    .where(isOneOf('request_id', purchase))
    .orderBy('request_id')
    .forUpdate()
    .execute();
  const deals = await db
    .selectFrom('deals')
    .select(['deal as id', ...columns])
    .where(isOneOf('deal', deal))
    .orderBy('deal')
    .forUpdate()
    .execute();
  return [
    ...purchases.map((row) => ({ ...row, record: 'purchase' as const, hasEnded: hasEnded(row.status) })),
    ...deals.map((row) => ({ ...row, record: 'deal' as const, hasEnded: !DEALS_UNDER_WAY.has(row.status) })),
  ];
}

/** Of a quote nothing goes on. */
function hasEnded(status: PurchaseState): boolean {
  return isTerminal(status) || status === 'quoted';
}

const DEALS_UNDER_WAY: ReadonlySet<DealState> = new Set(['reading', ...WAITING_DEAL_STATES]);

/** What was decided to be bought, and is about to begin. */
function notBegun({ aboutToBegin = [] }: Ids, heads: readonly Head[]) {
  const there = new Set(heads.filter(({ record }) => record === 'purchase').map(({ id }) => id));
  const missing = aboutToBegin.filter((id) => !there.has(id));
  return missing.map((id) => ({ record: 'purchase' as const, id, status: 'not begun' }));
}

/** @param what a column, or an expression */
export function isOneOf(what: string, values: readonly string[]) {
  return sql<boolean>`${sql.raw(what)} = any(${values}::text[])`;
}

function touchedIn({ hasEnded: _, ...head }: Head, stored: StoredRecord, what: Erasing): Touched {
  const isMeant = (value: string) => !('person' in what) || isOfPerson(value, what.person);
  const there = stored.personal.flatMap(({ value, ...row }) => (value === null ? [] : [{ ...row, value }]));
  const meant = there.filter(({ field, value }) =>
    'person' in what ? isMeant(value) : !field.startsWith(`${ERASURE}.`),
  );
  // With the address it goes, too: by it a guess could be tried.
  const isOfRequest = meant.some(({ field }) => field.startsWith('request.'));
  const fingerprints = there.filter(
    (row) => isOfRequest && row.field === 'fingerprint' && !meant.includes(row),
  );
  const erased = [...meant, ...fingerprints];
  return {
    ...head,
    fields: countsOf(erased.map(({ field }) => field)),
    inTheClear: inTheClear(stored).filter(isMeant).length,
    commitments: erased.map(({ commitment }) => commitment),
    addresses: meant.map(({ value }) => value.toLowerCase()).filter((value) => value.includes('@')),
  };
}

function countsOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Personal values that stand in the record itself. */
function inTheClear({ row, parts, events }: StoredRecord): string[] {
  const found = new Set<string>();
  const note = (value: string) => {
    if (commitmentsIn(value).length === 0) found.add(value);
    return value;
  };
  replacePersonal([row, parts, events.map(({ data }) => data)], { replace: note, isForeign: () => false });
  for (const { actor } of events) if (!isOfWonce(actor)) note(actor);
  return [...found];
}
