import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { mkdir } from 'node:fs/promises';
import { lockFolder } from './folder-lock';
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
  const server = new PGLiteSocketServer({
    db,
    host: '127.0.0.1',
    port: Number(process.env.LEDGER_PORT ?? '0'),
    maxConnections: 100,
  });
  await server.start();
  stopOnSignal(async () => {
    await server.stop();
    await db.close();
    await lock.release();
  });
  const port = /:(\d+)$/.exec(server.getServerConn())?.[1];
  process.stdout.write(`ledger listening on postgres://postgres@127.0.0.1:${port}/postgres\n`);
}

serve().catch((error: unknown) => {
  process.stderr.write(`The ledger cannot start: ${(error as Error).message}\n`);
  process.exitCode = 1;
});
