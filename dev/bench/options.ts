import { Argument, Command, InvalidArgumentError } from 'commander';
import type { Part } from './part';

/** What `npm run bench` was asked for. */
export interface BenchOptions {
  parts: Part[];
  cluster: boolean;
  /** How long a soak is to last. */
  minutes: number;
  /** Where the JSON goes. */
  json?: string;
  /** Nothing is measured: the parts are listed. */
  list?: boolean;
}

/**
 * Reads the arguments of `npm run bench -- …`; prints help, or what is wrong, and ends the process for those.
 *
 * @param all the parts there are
 */
export function readOptions(argv: string[], all: readonly Part[]): BenchOptions {
  const command = new Command('npm run bench --')
    .description('Measures Wonce, each figure beside a reference of the same run, at the fakes.')
    .addArgument(
      new Argument('[parts...]', 'what is measured; all that do not take long without').argParser(
        (name: string, before: Part[] | undefined) => [...(before ?? []), partNamed(name, all)],
      ),
    )
    .option('--cluster', "on Temporal's real server and Postgres, where a part can be measured there")
    .option('--json <file>', 'write the figures there as well')
    .option('--minutes <number>', 'how long the soak is to last', minutes, 30)
    .option('--list', 'list the parts')
    .parse(argv);
  const { cluster = false, ...options } = command.opts<Omit<BenchOptions, 'parts'>>();
  const [named = []] = command.processedArgs as [Part[]?];
  const elsewhere = named.find(({ isForCluster }) => cluster && !isForCluster);
  if (elsewhere !== undefined) {
    command.error(`error: ${elsewhere.name} is measured without --cluster: it stands on nothing of one.`);
  }
  const usual = all.filter(({ isLong, isForCluster }) => !isLong && (!cluster || isForCluster));
  return { parts: named.length > 0 ? named : usual, cluster, ...options };
}

function minutes(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number of at least 1.');
}

function partNamed(name: string, all: readonly Part[]): Part {
  const part = all.find((one) => one.name === name);
  if (part !== undefined) return part;
  throw new InvalidArgumentError(`There are ${all.map((one) => one.name).join(', ')}.`);
}

/** All the parts, for `--list`. */
export function partsInWords(all: readonly Part[]): string {
  const width = Math.max(...all.map(({ name }) => name.length));
  const marks = ({ isLong, isForCluster }: Part) =>
    [isLong && 'only when named', isForCluster && 'also with --cluster'].filter(Boolean).join(', ');
  return all
    .map(
      (part) => `${part.name.padEnd(width)}  ${part.about}${marks(part) === '' ? '' : ` (${marks(part)})`}`,
    )
    .join('\n');
}
