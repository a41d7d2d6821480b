import type { Command } from 'commander';
import { readDealsRules, type DealsRules } from '../crm/deals-file/deals-file';
import { jsonText, printable } from '../domain/printable';
import { ClientError } from '../client/client-error';
import { print } from './command-line';
import { checkDeals, type DealCheck } from './deals-check';
import { addDealDecisions } from './deals-decide-command';
import { EXIT } from './exit-codes';
import { readInput } from './input-file';

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
  const yaml = await readInput(file);
  if (deal === undefined) {
    const rules = readDealsRules(yaml, process.env);
    print(json ? rulesAsJson(rules) : rulesInWords(rules));
    return;
  }
  const result = checkDeals(yaml, await readInput(deal), { sourceName: source, env: process.env });
  print(json ? jsonText(result, 2) : dealCheckInWords(result));
  const isBought = 'request' in result && result.remarks.length === 0;
  process.exitCode = isBought ? EXIT.done : EXIT.waiting;
}

function rulesAsJson({ sources, unset }: DealsRules): string {
  const shown = sources.map(({ name, crm, account }) => ({ name, crm, account }));
  return jsonText({ sources: shown, unset }, 2);
}

function rulesInWords({ sources, unset }: DealsRules): string {
  const lines = sources.map(({ name, crm, account }) => `  ${name}: ${crm}, account ${account}`);
  const secrets =
    unset.length === 0
      ? 'The file is right, and so is the form of its secrets.'
      : `The file is right. Secrets that are not set here, and were not checked: ${unset.join(', ')}.`;
  return [secrets, ...lines].join('\n');
}

function dealCheckInWords(result: DealCheck): string {
  const found =
    'request' in result
      ? [`${result.deal} would become the request`, jsonText(result.request, 2)]
      : [
          `${result.deal} would wait for what is missing:`,
          ...result.missing.map(({ field, problem }) => printable(`  ${field}: ${problem}`)),
        ];
  return [...found, ...result.remarks.map(printable)].join('\n');
}
