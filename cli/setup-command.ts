import type { Command } from 'commander';
import type { SearchAttributeReport } from '../client/search-attributes-client';
import { jsonText } from '../domain/printable';
import { print, progress, withClient, type Output } from './command-line';
import { EXIT } from './in-words';
import { tableInWords, type Column } from './table';

interface Setup extends Output {
  check?: boolean;
}

const COLUMNS: readonly Column<SearchAttributeReport>[] = [
  { head: 'SEARCH ATTRIBUTE', cell: ({ name }) => name },
  { head: 'TYPE', cell: ({ type }) => type },
  { head: 'STATE', cell: ({ state }) => state },
];

/** `wonce setup`: what operators filter by in the Temporal UI. */
export function addSetupCommand(program: Command): void {
  program
    .command('setup')
    .description('register the search attributes of Wonce in Temporal, by which purchases are found there')
    .option('--check', 'only show which are registered')
    .option('--json', 'the result as JSON on standard output')
    .action(setup);
}

/** Exit 0 when all of them are registered, else 1. */
async function setup({ check, json }: Setup): Promise<void> {
  await withClient(async ({ searchAttributes }) => {
    const report = await (check ? searchAttributes.look() : searchAttributes.register());
    print(json ? jsonText(report, 2) : tableInWords(report.searchAttributes, COLUMNS));
    const states = report.searchAttributes.map(({ state }) => state);
    if (states.includes('other-type')) {
      progress('One that is no Keyword is not used: remove or rename it, and run this again.');
    }
    if (states.some((state) => state !== 'registered')) process.exitCode = EXIT.failed;
  });
}
