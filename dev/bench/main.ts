import { writeFile } from 'node:fs/promises';
import { cpus, arch, platform } from 'node:os';
import { errorInWords } from '../../domain/printable';
import { took } from '../stack/console';
import { untilInterrupted } from '../stack/until-interrupted';
import { Ground } from './ground';
import { partsInWords, readOptions, type BenchOptions } from './options';
import { PARTS } from './parts';
import { reportInWords, rowInWords, type Report } from './report';
import { judged } from './row';

/**
 * `npm run bench`: ends with 0 when all that was asked for was measured, whether or not it reaches what it is to reach, and
 * with 1 when some of it could not be measured.
 */
async function main(): Promise<void> {
  const options = readOptions(process.argv, PARTS);
  if (options.list === true) return print(partsInWords(PARTS));
  // Until all is measured.
  process.exitCode = 1;
  const interrupted = untilInterrupted();
  const ground = await Ground.make(process.env, options, say);
  try {
    await Promise.race([measureAll(ground, options), interrupted]);
  } finally {
    await ground.stop();
  }
}

async function measureAll(ground: Ground, { parts, cluster, json }: BenchOptions): Promise<void> {
  const report: Report = {
    at: new Date().toISOString(),
    cores: cpus().length,
    machine: `${platform()} ${arch()}, ${cpus()[0]?.model ?? 'unknown'}`,
    node: process.versions.node,
    ground: cluster ? 'cluster' : 'embedded',
    rows: [],
    failed: [],
  };
  for (const { name, about, measure } of parts) {
    say(`${name}: ${about}`);
    const begun = performance.now();
    try {
      for await (const row of measure(ground)) {
        const one = judged(name, row);
        report.rows.push(one);
        say(`  ${rowInWords(one)}`);
      }
    } catch (error) {
      const problem = errorInWords(error);
      report.failed.push({ part: name, problem });
      say(`  could not be measured: ${problem}`);
    }
    say(`  ${took(performance.now() - begun)}`);
  }
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  print(`\n${reportInWords(report)}`);
  if (report.failed.length === 0) process.exitCode = 0;
}

/** Progress; the table alone goes to standard output. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    say(errorInWords(error));
    process.exit(1);
  },
);
