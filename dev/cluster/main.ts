import { Command } from 'commander';
import { connectClient } from '../../client/connect';
import { EXIT } from '../../cli/in-words';
import { dataDir } from '../../cli/running-stack';
import { errorInWords } from '../../domain/printable';
import { colours } from '../stack/colours';
import { narrator, say } from '../stack/console';
import { winAndShow } from '../stack/purchase-show';
import { inDataFolder } from '../stack/session';
import type { Supervisor } from '../stack/supervisor';
import { wonceAsTyped } from '../stack/typed';
import { bringUpOnCluster } from './wonce-on-cluster';

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
  say(colours.bold('Starting Wonce on a cluster'));
  const { stack, env: reached } = await bringUpOnCluster(env, folder, supervisor, narrator);
  const client = await connectClient(reached);
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

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${errorInWords(error)}\n`);
    process.exit(EXIT.failed);
  },
);
