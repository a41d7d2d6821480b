import { sql, type Kysely, type Transaction } from 'kysely';
import { isOfWonce, type Author } from '../domain/author';
import { WAITING_DEAL_STATES, type DealState } from '../domain/deal';
import { present } from '../domain/optional';
import { isOfPerson, replacePersonal } from '../domain/personal';
import { isTerminal } from '../domain/status';
import { erasureRefused, unknownDeal, unknownPurchase, type Run } from './errors';
import { EventStream } from './event-stream';
import { inParts } from './in-parts';
import { REQUEST_WORDS } from './page';
import { commitmentsIn, ERASURE } from './personal-values';
import type { LedgerTables, RecordKind } from './schema';
import { recordsOf } from './verify-ledger';
import type { ErasureData } from './verify-personal';
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
interface Touched extends ErasedRecord {
  eventCount: number;
  headHash: string;
  commitments: string[];
  /** Addresses, for the vendor's lists. */
  addresses: string[];
}

/** The ledger's part about people: what it keeps of them beside the record, and how that is erased. */
export class PersonalData {
  /** @param run turns the database's failures into the ledger's own */
  constructor(
    private readonly db: Kysely<LedgerTables>,
    private readonly run: Run,
  ) {}

  /**
   * What `erase` would erase; nothing is changed.
   *
   * @throws LedgerError as `erase`
   */
  async find(what: Erasing): Promise<Erasure> {
    return this.run(() =>
      this.db.transaction().execute(async (db) => {
        const touched = await touchedBy(db, what);
        const addresses = addressesOf(what, touched);
        return {
          records: touched.map(shown),
          vendorLists: (await listed(db, addresses).select('name').execute()).length,
          notices: (await noticesOf(db, touched).select('id').execute()).length,
        };
      }),
    );
  }

  /**
   * Erases, in one transaction: the values with their keys, for good, and an event in the chain of each purchase and deal
   * says that it was done. Only of what has ended.
   *
   * @throws LedgerError LedgerErasureRefused when something of it has not ended, LedgerUnknownPurchase, LedgerUnknownDeal
   */
  async erase(what: Erasing, author: Author): Promise<Erasure> {
    return this.run(() =>
      this.db.transaction().execute(async (db) => {
        const touched = await touchedBy(db, what);
        for (const one of touched) if (one.commitments.length > 0) await eraseRecord(db, one, author);
        const addresses = addressesOf(what, touched);
        const gone = await db
          .deleteFrom('vendor_lists')
          .where(isAddress, 'in', orNone(addresses))
          .returning('name')
          .execute();
        const notices = (await noticesOf(db, touched).select('id').execute()).map(({ id }) => id);
        if (notices.length > 0) {
          const untold = sql<string>`data - 'asked'`;
          await db.updateTable('notices').set({ data: untold }).where('id', 'in', notices).execute();
        }
        return { records: touched.map(shown), vendorLists: gone.length, notices: notices.length };
      }),
    );
  }
}

/** The records that are touched, and what is erased of each. @throws LedgerError as `PersonalData.erase` */
async function touchedBy(db: Transaction<LedgerTables>, what: Erasing): Promise<Touched[]> {
  const asked = await idsOf(db, what);
  const heads = await lockedHeads(db, asked);
  const open = [...heads.filter(({ hasEnded }) => !hasEnded), ...notBegun(asked.purchase, heads)];
  if (open.length > 0) throw erasureRefused(open);
  const touched: Touched[] = [];
  for (const kind of ['purchase', 'deal'] as const) {
    for (const some of inParts(
      heads.filter(({ record }) => record === kind),
      AT_ONCE,
    )) {
      const records = await recordsOf(
        db,
        kind,
        some.map(({ id }) => id),
      );
      touched.push(...some.map((head, index) => touchedIn(head, records[index]!, what)));
    }
  }
  return touched;
}

/** How many records are in memory at once. */
const AT_ONCE = 50;

type Ids = Record<RecordKind, string[]>;

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
  const wins = await db.selectFrom('deal_wins').select('request_id').where('deal', '=', deal).execute();
  return { purchase: wins.flatMap(({ request_id }) => request_id ?? []), deal: [deal] };
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
  const columns = ['status', 'event_count', 'head_hash'] as const;
  const purchases = db.selectFrom('purchases').select(['request_id as id', ...columns]);
  const deals = db.selectFrom('deals').select(['deal as id', ...columns]);
  const found = [
    ...(
      await purchases.where('request_id', 'in', orNone(purchase)).orderBy('request_id').forUpdate().execute()
    ).map((row) => ({
      ...row,
      record: 'purchase' as const,
      hasEnded: isTerminal(row.status) || row.status === 'quoted',
    })),
    ...(await deals.where('deal', 'in', orNone(deal)).orderBy('deal').forUpdate().execute()).map((row) => ({
      ...row,
      record: 'deal' as const,
      hasEnded: !DEALS_UNDER_WAY.has(row.status),
    })),
  ];
  return found.map(({ event_count, head_hash, ...row }) => ({
    ...row,
    eventCount: event_count,
    headHash: head_hash,
  }));
}

const DEALS_UNDER_WAY: ReadonlySet<DealState> = new Set(['reading', ...WAITING_DEAL_STATES]);

/** What was decided to be bought, and is about to begin. */
function notBegun(asked: readonly string[], heads: readonly Head[]) {
  const there = new Set(heads.filter(({ record }) => record === 'purchase').map(({ id }) => id));
  const missing = asked.filter((id) => !there.has(id));
  return missing.map((id) => ({ record: 'purchase' as const, id, status: 'not begun' }));
}

/** No list of SQL's can be empty. */
function orNone(values: readonly string[]): readonly string[] {
  return values.length === 0 ? [''] : values;
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

async function eraseRecord(
  db: Transaction<LedgerTables>,
  { record, id, eventCount, headHash, commitments, fields }: Touched,
  { by, why, via }: Author,
): Promise<void> {
  const told: ErasureData = { commitments, fields };
  const event = { actor: by, kind: ERASURE, data: { ...told, ...present({ why, via }) } };
  if (!(await new EventStream(db, record).append({ id, eventCount, headHash }, event, {})))
    throw new Error(`The ${record} ${id} was written to while it was locked.`);
  for (const some of inParts(commitments)) {
    const nothing = { key: null, value: null, erased_at: new Date() };
    await db.updateTable('personal_values').set(nothing).where('commitment', 'in', some).execute();
  }
}

/** Whose entries of the vendor's lists go with it. */
function addressesOf(what: Erasing, touched: readonly Touched[]): string[] {
  const asked = 'person' in what ? [what.person.toLowerCase()] : [];
  return [...new Set([...asked, ...touched.flatMap(({ addresses }) => addresses)])];
}

const isAddress = sql<string>`lower(name)`;

function listed(db: Transaction<LedgerTables>, addresses: readonly string[]) {
  return db.selectFrom('vendor_lists').where(isAddress, 'in', orNone(addresses));
}

/** Notices about these, with a text of what was asked. */
function noticesOf(db: Transaction<LedgerTables>, touched: readonly Touched[]) {
  const ids = orNone(touched.map(({ id }) => id));
  return db
    .selectFrom('notices')
    .where(sql`data ->> 'asked'`, 'is not', null)
    .where(sql<string>`coalesce(data ->> 'requestId', data ->> 'deal')`, 'in', ids);
}

function shown({ record, id, status, fields, inTheClear: clear }: Touched): ErasedRecord {
  return { record, id, status, fields, inTheClear: clear };
}
