import { InvalidArgumentError, Option, type Command } from 'commander';
import { startOfDay } from '../config/local-time';
import { A_TIME, readTime } from '../domain/time';
import { jsonText } from '../domain/printable';
import { booksAsCsv, booksInWords } from './books-in-words';
import { print, progress, withClient, type Output } from './command-line';
import { EXIT } from './in-words';

interface Comparing extends Output {
  since?: Date;
  csv?: boolean;
}

/** `wonce reconcile` */
export function addBooksCommand(program: Command): void {
  program
    .command('reconcile')
    .description(
      "compare the vendor's orders with the ledger now, and show in what they differ; changes nothing",
    )
    .option(
      '--since <time>',
      'only orders since then: a day, such as 2026-11-01, or a time with its zone',
      time,
    )
    .option('--json', 'the result as JSON on standard output')
    .addOption(new Option('--csv', 'the differences as CSV on standard output').conflicts('json'))
    .action(compare);
}

/** Exit 0 when there is nothing to look at; 1 when something differs, or not all could be compared. */
async function compare({ since, json, csv }: Comparing): Promise<void> {
  await withClient(async (client) => {
    progress(
      "Reading the vendor's orders. With thousands of them this takes minutes; what fails is tried again.",
    );
    const report = await client.books.compare(since);
    const { all, ...compared } = report;
    // Its line ends are its own, and its texts are printable already.
    if (csv) process.stdout.write(booksAsCsv(all));
    else print(json ? jsonText({ ...compared, differences: all }, 2) : booksInWords(report));
    const isWhole = compared.isComplete && compared.notRead === 0;
    process.exitCode = isWhole && all.length === 0 ? EXIT.done : EXIT.failed;
  });
}

/** A day is that of this machine, as in all that the command shows. */
function time(value: string): Date {
  const ms = readTime(value);
  const at = ms === undefined ? startOfDay(value) : new Date(ms);
  if (at !== undefined) return at;
  throw new InvalidArgumentError(`Expected a day, such as 2026-11-01, or ${A_TIME}.`);
}
