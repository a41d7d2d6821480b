import { sql, type Kysely } from 'kysely';
import { canonicalJson } from '../domain/canonical-json';
import { keptColumns } from './columns';
import type { Run } from './errors';
import type { Broken } from './hash-chain';
import { inParts } from './in-parts';
import { linkOf, sealEvent, type Link } from './ledger-chain';
import type { LedgerChainTable, LedgerTables } from './schema';
import { sha256 } from './sha256';

/** How far the sweeps of a source have come. */
export interface Sweep {
  /** What was won before has been seen. */
  askedUntil: Date;
  at: Date;
  found: number;
  caughtUp: number;
}

/** The ledger's part about sweeps: how far each source's have come, and what one has found and not started yet. */
export class SweepLedger {
  /** @param run turns the database's failures into the ledger's own */
  constructor(
    private readonly db: Kysely<LedgerTables>,
    private readonly run: Run,
  ) {}

  async sweepOf(source: string): Promise<Sweep | undefined> {
    const query = this.db.selectFrom('sweeps').selectAll().where('source', '=', source);
    const row = await this.run(() => query.executeTakeFirst());
    return row && { askedUntil: row.asked_until, at: row.at, found: row.found, caughtUp: row.caught_up };
  }

  /** Keeps what a sweep has found, to be started page by page. */
  async keepSwept(source: string, askedAt: Date, deals: readonly string[]): Promise<void> {
    for (const some of inParts(deals)) {
      const rows = some.map((deal) => ({ source, asked_at: askedAt, deal }));
      const query = this.db.insertInto('swept_deals').values(rows);
      await this.run(() => query.onConflict((conflict) => conflict.doNothing()).execute());
    }
  }

  /** A page of what a sweep has found. @param after the last deal of the page before; '' for the first page */
  async sweptAfter(source: string, askedAt: Date, after: string, limit: number): Promise<string[]> {
    const query = this.db
      .selectFrom('swept_deals')
      .select('deal')
      .where('source', '=', source)
      .where('asked_at', '=', askedAt)
      .where('deal', '>', after)
      .orderBy('deal')
      .limit(limit);
    return (await this.run(() => query.execute())).map(({ deal }) => deal);
  }

  /** Writes down how far a sweep came: what it or an earlier one found is started. */
  async recordSweep(source: string, sweep: Sweep): Promise<void> {
    await this.run(async () => {
      await writeSweep(this.db, source, sweep);
      const started = this.db.deleteFrom('swept_deals').where('source', '=', source);
      await started.where('asked_at', '<=', sweep.askedUntil).execute();
    });
  }
}

/** Writes down how far a sweep came, and seals it in the chain of the ledger: a row that says otherwise is found. */
async function writeSweep(
  db: Kysely<LedgerTables>,
  source: string,
  { askedUntil, at, found, caughtUp }: Sweep,
): Promise<void> {
  const row = { source, asked_until: askedUntil, at, found, caught_up: caughtUp };
  await sql`
    with event as (
      insert into sweeps as s (source, asked_until, at, found, caught_up, seq)
        values (${source}, ${askedUntil}, ${at}, ${found}, ${caughtUp}, 1)
        on conflict (source) do update set asked_until = excluded.asked_until, at = excluded.at,
          found = excluded.found, caught_up = excluded.caught_up, seq = s.seq + 1
        returning source as id, seq, ${sweepHashOf(row)}::text as hash
    ), ${sealEvent('sweep')}`.execute(db);
}

/** Of each source, whether its row is what its last link has sealed, both as they stood at one moment. */
export async function verifySweeps(
  db: Kysely<LedgerTables>,
  sources: readonly string[],
): Promise<(readonly [source: string, found: Broken | undefined])[]> {
  const { rows } = await sql<{
    source: string;
    row: Record<string, unknown> | null;
    link: LedgerChainTable | null;
  }>`
    select k.source,
      (select to_jsonb(s) from sweeps s where s.source = k.source) as row,
      (select to_jsonb(c) from ledger_chain c where c.record = 'sweep' and c.id = k.source
        order by c.event_seq desc limit 1) as link
    from unnest(${sources}::text[]) as k(source)`.execute(db);
  return rows.map(({ source, row, link }) => [source, verifySweep(row, link && linkOf(link))]);
}

function verifySweep(row: Record<string, unknown> | null, link: Link | null): Broken | undefined {
  const seq = link?.eventSeq ?? 1;
  if (row === null) return { ok: false, seq, problem: 'the row of sweeps is gone' };
  const { seq: count, ...swept } = row;
  const isSealed = link !== null && link.eventSeq === count && link.eventHash === sweepHashOf(swept);
  if (isSealed) return undefined;
  const problem = 'the row of sweeps is not what the chain of the ledger has of its last sweep';
  return { ok: false, seq, problem };
}

function sweepHashOf(row: object): string {
  return sha256(canonicalJson(keptColumns(row)));
}
