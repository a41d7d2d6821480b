import { createHash } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import { canonicalJson } from '../domain/canonical-json';
import type { Broken } from './hash-chain';
import { keptColumns } from './kept-columns';
import { sealEvent } from './ledger-chain';
import type { LedgerTables } from './schema';
import type { StoredSweep } from './stored-records';

/** How far the sweeps of a source have come. */
export interface Sweep {
  /** What was won before has been seen. */
  askedUntil: Date;
  at: Date;
  found: number;
  caughtUp: number;
}

/** Writes down how far a sweep came, and seals it in the chain of the ledger: a row that says otherwise is found. */
export async function writeSweep(
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

/** Whether a sweep's row is what its last link has sealed. */
export function verifySweep({ row, link }: StoredSweep): Broken | undefined {
  const seq = link?.eventSeq ?? 1;
  if (row === null) return { ok: false, seq, problem: 'the row of sweeps is gone' };
  const { seq: count, ...swept } = row;
  const isSealed = link !== null && link.eventSeq === count && link.eventHash === sweepHashOf(swept);
  if (isSealed) return undefined;
  const problem = 'the row of sweeps is not what the chain of the ledger has of its last sweep';
  return { ok: false, seq, problem };
}

function sweepHashOf(row: object): string {
  return createHash('sha256')
    .update(canonicalJson(keptColumns(row)))
    .digest('hex');
}
