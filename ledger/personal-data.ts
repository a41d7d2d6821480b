import { sql, type Kysely, type Transaction } from 'kysely';
import type { Author } from '../domain/author';
import { present } from '../domain/optional';
import { isOneOf, touchedBy, type ErasedRecord, type Erasing, type Erasure, type Touched } from './erasure';
import type { Run } from './errors';
import { EventStream } from './event-stream';
import { inParts } from './in-parts';
import { ERASURE } from './personal-values';
import type { LedgerTables } from './schema';
import type { ErasureData } from './verify-personal';

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
          .where(isOneOf('lower(name)', addresses))
          .returning('name')
          .execute();
        const notices = (await noticesOf(db, touched).select('id').execute()).map(({ id }) => id);
        if (notices.length > 0) {
          const untold = sql<string>`data - 'asked'`;
          await db.updateTable('notices').set({ data: untold }).where(isOneOf('id', notices)).execute();
        }
        return { records: touched.map(shown), vendorLists: gone.length, notices: notices.length };
      }),
    );
  }
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

function listed(db: Transaction<LedgerTables>, addresses: readonly string[]) {
  return db.selectFrom('vendor_lists').where(isOneOf('lower(name)', addresses));
}

/** Notices about these, with a text of what was asked. */
function noticesOf(db: Transaction<LedgerTables>, touched: readonly Touched[]) {
  const ids = touched.map(({ id }) => id);
  return db
    .selectFrom('notices')
    .where(sql`data ->> 'asked'`, 'is not', null)
    .where(isOneOf(`coalesce(data ->> 'requestId', data ->> 'deal')`, ids));
}

function shown({ record, id, status, fields, inTheClear: clear }: Touched): ErasedRecord {
  return { record, id, status, fields, inTheClear: clear };
}
