import { appendFileSync } from 'node:fs';
import pg from 'pg';
import { keptFile } from './left-behind';

/** Keeps every row of every database of a server, as text: files of a database may have them compressed. */
export async function keepDatabases(url: string): Promise<void> {
  const names = await rows(url, 'select datname from pg_database where datallowconn and not datistemplate');
  for (const name of names) await keepDatabase(url, name);
}

async function keepDatabase(server: string, name: string): Promise<void> {
  const url = new URL(server);
  url.pathname = `/${name}`;
  const tables = await rows(
    url.href,
    "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
  );
  const kept = keptFile(`database-${name}`);
  if (kept === undefined) return;
  await onDatabase(url.href, async (client) => {
    for (const table of tables) {
      const { rows: all } = await client.query<[string]>({
        text: `select t::text from ${table} t`,
        rowMode: 'array',
      });
      appendFileSync(kept, `${table}\n${all.join('\n')}\n`);
    }
  });
}

function rows(url: string, query: string): Promise<string[]> {
  return onDatabase(url, async (client) => {
    const { rows: all } = await client.query<[string]>({ text: query, rowMode: 'array' });
    return all.map(([first]) => first);
  });
}

async function onDatabase<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
