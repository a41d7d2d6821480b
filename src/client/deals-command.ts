import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { readDealsRules, type SourceRules } from '../crm/deals-file/deals-file';
import { ClientError } from './client-error';
import { print } from './command-line';
import { checkDeals, type DealCheck } from './deals-check';
import { addDealDecisions } from './deals-decide-command';
import { EXIT } from './exit-codes';

/** `wonce deals …` */
export function addDealsCommands(program: Command): void {
  const deals = program.command('deals').description('won deals, and the rules by which they are bought');
  deals
    .command('check <file>')
    .description('check deals.yaml; with --deal, show the request that a deal would become')
    .option('--deal <file>', 'a deal as JSON (docs/deals.md)')
    .option('--source <name>', 'the source whose deal it is; needed when the file has several')
    .option('--json', 'the result as JSON on standard output')
    .action((file: string, options: CheckOptions) => check(file, options));
  addDealDecisions(deals);
}

interface CheckOptions {
  deal?: string;
  source?: string;
  json?: boolean;
}

async function check(file: string, { deal, source, json }: CheckOptions): Promise<void> {
  if (deal === undefined && source !== undefined) {
    throw new ClientError('WrongUse', '--source says whose deal --deal is: give both, or neither.');
  }
  const yaml = await read(file);
  if (deal === undefined) {
    const sources = readDealsRules(yaml);
    print(json ? sourcesAsJson(sources) : sourcesInWords(sources));
    return;
  }
  const result = checkDeals(yaml, await read(deal), source);
  print(json ? JSON.stringify(result, null, 2) : dealCheckInWords(result));
  const isBought = 'request' in result && result.remarks.length === 0;
  process.exitCode = isBought ? EXIT.done : EXIT.waiting;
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ClientError('WrongUse', `Cannot read "${file}": ${(error as Error).message}.`);
  }
}

function sourcesAsJson(sources: SourceRules[]): string {
  return JSON.stringify(
    { sources: sources.map(({ name, crm, account }) => ({ name, crm, account })) },
    null,
    2,
  );
}

function sourcesInWords(sources: SourceRules[]): string {
  const lines = sources.map(({ name, crm, account }) => `  ${name}: ${crm}, account ${account}`);
  return ['The file is right; that its secrets are set was not looked at.', ...lines].join('\n');
}

function dealCheckInWords(result: DealCheck): string {
  const found =
    'request' in result
      ? [`${result.deal} would become the request`, JSON.stringify(result.request, null, 2)]
      : [
          `${result.deal} would wait for what is missing:`,
          ...result.missing.map(({ field, problem }) => `  ${field}: ${problem}`),
        ];
  return [...found, ...result.remarks].join('\n');
}
