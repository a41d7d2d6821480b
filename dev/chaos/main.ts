import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { carryOut } from './carry-out';
import { readOptions } from './options';
import { planRound } from './plan';
import { Processes } from './processes';
import { inWords, isGood } from './report';

/** `npm run chaos`. Ends with 0 when nothing was doubled, lost or wrong, 1 otherwise. */
async function main(): Promise<void> {
  const { purchases, seed, json, cluster } = readOptions(process.argv);
  const plan = planRound(seed, purchases, cluster);
  const folder = await mkdtemp(join(tmpdir(), 'wonce-chaos-'));
  // Apart: its owner may be another user, who cannot look into the round's.
  const clusterFolder = cluster ? await mkdtemp(join(tmpdir(), 'wonce-chaos-postgres-')) : undefined;
  const processes = new Processes(folder, process.env, clusterFolder);
  let isWell = false;
  say(`${purchases} purchases, seed ${seed}. Folder: ${folder}`);
  try {
    const report = await Promise.race([carryOut(plan, processes, folder, say), interrupted()]);
    process.stdout.write(`${json ? JSON.stringify(report, null, 2) : inWords(report)}\n`);
    isWell = isGood(report);
  } finally {
    await processes.stop();
    if (isWell) {
      await processes.dropDatabase();
      for (const each of [folder, clusterFolder]) {
        if (each !== undefined) await rm(each, { recursive: true, force: true });
      }
    } else say(`What there is to look into is kept: ${folder}`);
  }
  process.exitCode = isWell ? 0 : 1;
}

/** Progress; the result alone goes to standard output. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function interrupted(): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Error(`Interrupted (${signal}).`)));
    }
  });
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    say(`The round could not be carried out: ${(error as Error).message}`);
    process.exit(1);
  },
);
