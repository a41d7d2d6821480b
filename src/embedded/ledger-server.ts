import { PGlite } from '@electric-sql/pglite';
import { mkdir } from 'node:fs/promises';
import { lockFolder } from './folder-lock';
import { servePGlite } from './serve-pglite';
import { stopOnSignal } from './stop-on-signal';

/**
 * The embedded ledger: PGlite in a folder (LEDGER_DIR), served as Postgres on a loopback port (LEDGER_PORT, a free one
 * by default). Worker, command and psql reach it alike. Two processes that open one folder destroy it: hence the lock.
 */
async function serve(): Promise<void> {
  const folder = process.env.LEDGER_DIR;
  if (folder === undefined)
    throw new Error('LEDGER_DIR is not set: expected the folder to keep the ledger in.');
  await mkdir(folder, { recursive: true });
  const lock = await lockFolder(folder);
  const db = await PGlite.create(`${folder}/data`);
  const served = await servePGlite(db, Number(process.env.LEDGER_PORT ?? '0'), (error) =>
    fail('The ledger stops, its database has failed', error),
  );
  stopOnSignal(async () => {
    await served.close();
    await db.close();
    await lock.release();
  });
  process.stdout.write(`ledger listening on postgres://postgres@127.0.0.1:${served.port}/postgres\n`);
}

/** Ends the process at once: PGlite alone would keep it alive. What was acknowledged is on disk. */
function fail(what: string, error: unknown): never {
  process.stderr.write(`${what}: ${(error as Error).message}\n`);
  process.exit(1);
}

serve().catch((error: unknown) => fail('The ledger cannot start', error));
