import { Command } from 'commander';
import { connectClient } from '../../client/connect';
import { EXIT } from '../../cli/in-words';
import { dataDir, environmentWith } from '../../cli/running-stack';
import { plainEnvironment } from '../../config/plain-environment';
import { plainTarget } from '../../config/temporal-connection';
import { errorInWords } from '../../domain/printable';
import { colours } from '../stack/colours';
import { narrator, say } from '../stack/console';
import { freePort } from '../stack/free-port';
import { winAndShow } from '../stack/purchase-show';
import { inDataFolder } from '../stack/session';
import { bringUp } from '../stack/stack';
import type { Supervisor } from '../stack/supervisor';
import { wonceAsTyped } from '../stack/typed';
import { bringUpCluster, type Cluster, type Keep } from './cluster';
import { postgresFolder } from './postgres-server';
import { findServerPrograms } from './server-programs';

/** Workers, and HTTP servers. */
const COPIES = 2;

/**
 * `npm run cluster`: Wonce as in production on this one machine, at the fakes: Temporal's services on Postgres, the ledger
 * on Postgres, two workers and two HTTP servers. Stays up until it is told to end; with --once, until one deal's license
 * is ordered.
 */
async function main(): Promise<void> {
  const { once = false } = readOptions();
  if (once) process.exitCode = EXIT.failed;
  const folder = dataDir(process.env);
  await inDataFolder(folder, (supervisor) => serve(folder, once, supervisor));
}

function readOptions(): { once?: boolean } {
  return new Command('npm run cluster --')
    .description(
      "Brings up Wonce at the fakes as in production, on this machine: Temporal's server on Postgres, two workers and two HTTP servers; wins a deal, buys its license and stays up.",
    )
    .option('--once', 'buy, show the result and end: exit 0 when the license is ordered, 1 otherwise')
    .parse()
    .opts();
}

async function serve(folder: string, once: boolean, supervisor: Supervisor): Promise<void> {
  // At the fakes alone, and on its own ledger.
  const { PORTAL_URL: _url, DATABASE_URL: _database, ...env } = process.env;
  const programs = await findServerPrograms(env, (line) => narrator.note(line));
  say(colours.bold('Starting Wonce on a cluster'));
  const cluster = await narrator.tell(
    "Postgres and Temporal's services",
    async () =>
      bringUpCluster(
        env.WONCE_POSTGRES_BIN ?? '',
        programs,
        { postgres: postgresFolder(folder), settings: folder },
        keepBy(supervisor),
        { temporal: await freePort(7233), postgres: await freePort(5432) },
      ),
    inWords,
  );
  const target = plainTarget(cluster.temporalAddress, cluster.namespace);
  const reached = { ...plainEnvironment(env, target), DATABASE_URL: cluster.databaseUrl };
  const stack = await bringUp(reached, folder, supervisor, narrator, COPIES);
  const client = await connectClient(environmentWith(stack, reached));
  try {
    const { crmUrl } = stack;
    if (crmUrl !== undefined) {
      const { status } = await winAndShow(client, { ...stack, crmUrl });
      if (status === 'ordered') process.exitCode = EXIT.done;
    }
  } finally {
    await client.close();
  }
  if (once) return;
  say();
  say(
    `Kill any of them: ${wonceAsTyped(process.env)} list tells of the purchases, ${folder}/logs of the processes.`,
  );
  say('Up until Ctrl-C.');
  await new Promise(() => undefined);
}

/** All are up a little after they have started: whoever needs them asks. */
function keepBy(supervisor: Supervisor): Keep {
  const ready = () => Promise.resolve();
  const env = { PATH: process.env.PATH };
  return async (part) => {
    await supervisor.start({ ...part, env, graceMs: 10_000, isUp: ready });
  };
}

function inWords({ postgres, temporal, temporalAddress }: Cluster): string {
  return `${temporalAddress}, ${temporal.processes.length} processes, on 127.0.0.1:${postgres.port}`;
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${errorInWords(error)}\n`);
    process.exit(EXIT.failed);
  },
);
