import { Command, InvalidArgumentError } from 'commander';

/** What `npm run chaos` was asked for. */
export interface ChaosOptions {
  purchases: number;
  seed: number;
  json: boolean;
  cluster: boolean;
}

/** Reads the arguments of `npm run chaos -- …`; prints help, or what is wrong, and ends the process for those. */
export function readOptions(argv: string[]): ChaosOptions {
  const options = new Command('npm run chaos --')
    .description(
      "Buys from the fake portal while everything is killed at random, and compares the vendor's orders with what Wonce says.",
    )
    .option('--purchases <number>', 'how many', wholeNumber, 500)
    .option('--seed <number>', 'what all that is random is drawn from; a new one without', wholeNumber)
    .option(
      '--cluster',
      "on Temporal's real server and Postgres, by two HTTP servers, each process of which is killed by itself",
    )
    .option('--json', 'the result as JSON')
    .parse(argv)
    .opts<{ purchases: number; seed?: number; json?: boolean; cluster?: boolean }>();
  return {
    purchases: options.purchases,
    seed: options.seed ?? Date.now() % 1_000_000,
    json: options.json ?? false,
    cluster: options.cluster ?? false,
  };
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number of at least 1.');
}
