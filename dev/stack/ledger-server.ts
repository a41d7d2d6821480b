import { PGlite } from '@electric-sql/pglite';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Ledger } from '../../ledger/ledger';
import { becomeApplication, makeApplicationRole } from './application-session';
import { lockFolder } from './folder-lock';
import { APPLICATION, ledgerUrl, OWNER, socketFolder, socketPath, USUAL_PORT } from './ledger-address';
import { newDatabase } from './new-database';
import { closeToOthers, privateFolder } from './private-folder';
import { servePGlite } from './serve-pglite';
import { stopOnSignal } from '../../config/process-life';

/** For the making of the tables, before anybody is served. */
const OWNERS_PORT = 1;

/**
 * The embedded ledger: PGlite in a folder (LEDGER_DIR), served as Postgres behind a Unix socket that this user alone can
 * open. Worker, server, command and psql reach it alike, as a role that owns nothing. Two processes that open one folder
 * destroy it: hence the lock.
 */
async function serve(): Promise<void> {
  const folder = process.env.LEDGER_DIR;
  if (folder === undefined)
    throw new Error('LEDGER_DIR is not set: expected the folder to keep the ledger in.');
  await privateFolder(folder);
  const sockets = await socketFolder(folder, process.env);
  const lock = await lockFolder(folder);
  const data = join(folder, 'data');
  await newDatabase(data, process.env);
  const db = await open(data);
  // PGlite unpacks its first files for everybody to write.
  await closeToOthers(folder);
  await makeTables(db, sockets);
  await becomeApplication(db);
  const served = await servePGlite(db, socketPath(sockets, USUAL_PORT), failed);
  stopOnSignal(async () => {
    await served.close();
    await db.close();
    await lock.release();
  });
  process.stdout.write(`ledger listening on ${ledgerUrl(sockets, APPLICATION, USUAL_PORT)}\n`);
}

/** Postgres' own 128 MB of buffers would all be memory in use from the start; the files of a ledger are small. */
const BUFFERS = ['-c', 'shared_buffers=16MB'];

/**
 * V8 first compiles WebAssembly simply, then what runs often once more and better. For Postgres the second time costs more than it
 * brings here: seconds of the processor after each start, 100 MB, and statements are no faster for it.
 */
function open(data: string): Promise<PGlite> {
  setFlagsFromString('--liftoff-only');
  return PGlite.create(data, { startParams: [...PGlite.defaultStartParams, ...BUFFERS] });
}

/** Makes the tables or brings them up to date, as their owner, and lets the application use them. */
async function makeTables(db: PGlite, sockets: string): Promise<void> {
  await makeApplicationRole(db);
  const served = await servePGlite(db, socketPath(sockets, OWNERS_PORT), failed);
  const ledger = await Ledger.open(ledgerUrl(sockets, OWNER, OWNERS_PORT), { maxConnections: 1 });
  await ledger.grantTo(APPLICATION);
  await ledger.close();
  await served.close();
}

const failed = (error: unknown) => fail('The ledger stops, its database has failed', error);

/** Ends the process at once: PGlite alone would keep it alive. What was acknowledged is on disk. */
function fail(what: string, error: unknown): never {
  process.stderr.write(`${what}: ${(error as Error).message}\n`);
  process.exit(1);
}

serve().catch((error: unknown) => fail('The ledger cannot start', error));
