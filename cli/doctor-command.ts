import { InvalidArgumentError, type Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import { ClientError } from '../client/client-error';
import { withSecretsOfFiles } from '../config/secret-files';
import { jsonText } from '../domain/printable';
import type { examine } from '../doctor/doctor';
import { isWell, SUBJECTS, type Subject } from '../doctor/row';
import { print, progress, type Output } from './command-line';
import { rowsAsTable } from './doctor-in-words';
import { EXIT } from './in-words';
import { dataDir, runningStack, withRunningStack } from './running-stack';

interface DoctorCommand extends Output {
  only?: Subject[];
  report?: string;
}

/** Looks at what Wonce stands on: see `examine`. */
export type Examine = typeof examine;

/**
 * `wonce doctor`
 *
 * @param look brings the clients of portal and CRMs along, which take longer to load than any other command takes
 */
export function addDoctorCommand(program: Command, look: Examine): void {
  program
    .command('doctor')
    .description('look at all that Wonce stands on, and at what the vendor answers; buys nothing')
    .option('--only <subjects>', `only some of ${SUBJECTS.join(', ')}, with commas between them`, subjects)
    .option('--report <file>', 'write a report without secrets, to be sent with a bug')
    .option('--json', 'the report as JSON on standard output')
    .action((options: DoctorCommand) => doctor(options, look));
}

async function doctor({ only, report: file, json }: DoctorCommand, look: Examine): Promise<void> {
  const env = environment();
  const rows = await look(env, { only, progress });
  const { reportOf } = await import('../doctor/report.js');
  const report = reportOf(rows, env);
  print(json ? jsonText(report, 2) : rowsAsTable(rows));
  if (file !== undefined) await write(file, `${jsonText(report, 2)}\n`);
  process.exitCode = isWell(rows) ? EXIT.done : EXIT.failed;
}

/** What the environment does not name is taken from the `npm start` that runs in this folder, but its credentials. */
function environment() {
  const env = withRunningStack(withSecretsOfFiles(process.env));
  const stack = runningStack(dataDir(process.env));
  if (stack === undefined) return env;
  const { hostname, port } = new URL(stack.serverUrl);
  return {
    ...env,
    PORTAL_URL: env.PORTAL_URL ?? stack.portalUrl,
    WONCE_HOST: env.WONCE_HOST ?? hostname,
    WONCE_PORT: env.WONCE_PORT ?? port,
  };
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { mode: 0o600 });
    progress(`Report written to ${file}.`);
  } catch (error) {
    throw new ClientError('WrongUse', `Cannot write "${file}": ${(error as Error).message}.`);
  }
}

function subjects(value: string): Subject[] {
  const words = value.split(',').map((word) => word.trim());
  const known = words.filter((word): word is Subject => SUBJECTS.some((subject) => subject === word));
  if (known.length === words.length) return known;
  throw new InvalidArgumentError(`Expected some of ${SUBJECTS.join(', ')}.`);
}
