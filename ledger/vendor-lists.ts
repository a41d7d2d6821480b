import { sql, type Kysely } from 'kysely';
import type { VendorEntry, VendorList } from '../domain/vendor-list';
import type { Run } from './errors';
import { inParts } from './in-parts';
import type { LedgerTables } from './schema';

/**
 * The vendor's lists as they were last read, for whoever fills in a form: no part of the record, and nothing is ordered by
 * them. They hold names and e-mail addresses, and so stand here and in no history.
 */
export class VendorLists {
  /** @param run turns the database's failures into the ledger's own */
  constructor(
    private readonly db: Kysely<LedgerTables>,
    private readonly run: Run,
  ) {}

  /** Puts a list in the place of the one of before. */
  async replace(list: VendorList, entries: readonly VendorEntry[]): Promise<void> {
    const readAt = new Date();
    const rows = [...new Map(entries.map((entry) => [entry.name, entry])).values()].map(
      ({ name, label }) => ({
        ...{ list, name, label },
        read_at: readAt,
      }),
    );
    for (const some of inParts(rows)) {
      const query = this.db.insertInto('vendor_lists').values(some);
      const newer = { label: sql<string>`excluded.label`, read_at: readAt };
      await this.run(() =>
        query.onConflict((known) => known.columns(['list', 'name']).doUpdateSet(newer)).execute(),
      );
    }
    const gone = this.db.deleteFrom('vendor_lists').where('list', '=', list).where('read_at', '<', readAt);
    await this.run(() => gone.execute());
  }

  /** The entries of a list in which a text stands, by name. */
  async find(list: VendorList, text: string, limit: number): Promise<VendorEntry[]> {
    const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
    const query = this.db
      .selectFrom('vendor_lists')
      .select(['name', 'label'])
      .where('list', '=', list)
      .where((is) => is.or([is('name', 'ilike', pattern), is('label', 'ilike', pattern)]))
      .orderBy('name')
      .limit(limit);
    return this.run(() => query.execute());
  }

  /** When the lists were last read; undefined before the first time. */
  async readAt(): Promise<Date | undefined> {
    const query = this.db.selectFrom('vendor_lists').select('read_at').orderBy('read_at', 'desc').limit(1);
    return (await this.run(() => query.executeTakeFirst()))?.read_at;
  }
}
