import { PGlite } from '@electric-sql/pglite';

/** Makes an empty database in a folder (first argument), and closes it. */
async function makeDatabase(folder: string): Promise<void> {
  const db = await PGlite.create(folder);
  await db.close();
}

makeDatabase(process.argv[2] ?? '.').catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message.replaceAll('\n', ' ')}\n`);
  process.exitCode = 1;
});
