import { InvalidArgumentError, Option, type Command } from 'commander';
import { readDuration } from '../config/duration';
import { present } from '../domain/optional';
import { jsonText } from '../domain/printable';
import { print, withLedger, type Output } from './command-line';
import { renewalsAsCsv, renewalsInWords } from './renewals-in-words';

const DAY_MS = 24 * 60 * 60_000;

interface RenewalsOptions extends Output {
  within?: number;
  csv?: boolean;
}

/** `wonce renewals` */
export function addRenewalsCommand(program: Command): void {
  program
    .command('renewals')
    .description('PBXs that something was ordered for here, by their expiry')
    .option(
      '--within <duration>',
      'only those that expire within so long, such as 60d, or have expired',
      days,
    )
    .option('--json', 'the result as JSON on standard output')
    .addOption(new Option('--csv', 'the result as CSV on standard output').conflicts('json'))
    .action(renewals);
}

async function renewals({ within, json, csv }: RenewalsOptions): Promise<void> {
  await withLedger(async (client) => {
    const found = await client.renewals(present({ withinDays: within }));
    // Its line ends are its own, and its texts are printable already.
    if (csv) process.stdout.write(renewalsAsCsv(found));
    else print(json ? jsonText({ renewals: found }, 2) : renewalsInWords(found));
  });
}

function days(value: string): number {
  const ms = readDuration(value);
  if (ms !== undefined) return ms / DAY_MS;
  throw new InvalidArgumentError('Expected a duration such as 60d.');
}
