import { type Command, Option } from 'commander';
import { ClientError } from '../client/client-error';
import { loginName } from '../config/login-name';
import type { DealReport } from '../client/deals-client';
import type { DealsRules } from '../crm/deals-file/deals-file';
import { ruleInWords } from '../domain/approval-rules';
import type { Author } from '../domain/author';
import type { DealDecision, DealDraft, DealState } from '../domain/deal';
import { present } from '../domain/optional';
import { jsonText, printable } from '../domain/printable';
import { operationOf } from '../domain/request';
import { orderInWords } from '../domain/request-in-words';
import {
  count,
  type Deciding,
  type Output,
  print,
  progress,
  readInput,
  whose,
  withClient,
} from './command-line';
import type { DealCheck } from './deals-check';
import { dealInWords, dealsInWords } from './deals-in-words';
import { TYPED_FIELDS } from '../validation/typed-fields';
import { readFillArguments } from './fill-arguments';
import { EXIT } from './in-words';

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
    const { readDealsRules } = await import('../crm/deals-file/deals-file.js');
    const rules = readDealsRules(yaml, process.env);
    print(json ? rulesAsJson(rules) : rulesInWords(rules));
    return;
  }
  const { checkDeals } = await import('./deals-check.js');
  const result = checkDeals(yaml, await readInput(deal), { sourceName: source, env: process.env });
  print(json ? jsonText(result, 2) : dealCheckInWords(result));
  const isBought = 'request' in result && result.remarks.length === 0;
  process.exitCode = isBought ? EXIT.done : EXIT.waiting;
}

function rulesAsJson({ sources, approvals, unset }: DealsRules): string {
  const shown = sources.map(({ name, crm, account }) => ({ name, crm, account }));
  return jsonText({ sources: shown, approvals, unset }, 2);
}

function rulesInWords({ sources, approvals, unset }: DealsRules): string {
  const lines = sources.map(({ name, crm, account }) => `  ${name}: ${crm}, account ${account}`);
  const rules = approvals.map((rule) => printable(`  approval: ${ruleInWords(rule)}`));
  const secrets =
    unset.length === 0
      ? 'The file is right, and so is the form of its secrets.'
      : `The file is right. Secrets that are not set here, and were not checked: ${unset.join(', ')}.`;
  return [secrets, ...lines, ...rules].join('\n');
}

function dealCheckInWords(result: DealCheck): string {
  const found =
    'request' in result
      ? [
          `${result.deal} would become the request`,
          ...operationInWords(result.request),
          jsonText(result.request, 2),
        ]
      : [
          `${result.deal} would wait for what is missing:`,
          ...result.missing.map(({ field, problem }) => printable(`  ${field}: ${problem}`)),
          ...operationInWords(result.draft).map((line) => `As far as it is known: ${line}`),
        ];
  return [...found, ...result.remarks.map(printable)].join('\n');
}

/** What is ordered, where that is no purchase. */
function operationInWords(request: DealDraft = {}): string[] {
  return operationOf(request) === 'purchase' ? [] : [printable(orderInWords(request))];
}

const STATES = [
  'reading',
  'incomplete',
  'waiting-for-decision',
  'requested',
  'not-won',
  'dismissed',
] as const satisfies readonly DealState[];

/** `wonce deals list` and `show`, and what a person decides; `--by` and `--why` are kept in the ledger for good. */
export function addDealDecisions(deals: Command): void {
  const command = (usage: string, description: string) =>
    deals.command(usage).description(description).option('--json', 'the result as JSON on standard output');
  command('list', 'deals in the ledger, newest first')
    .addOption(new Option('--status <status>', 'only those in this status').choices(STATES))
    .option('--limit <n>', 'at most this many', count, 20)
    .option('--after <cursor>', 'the page after this one')
    .option('--wide', 'everything whole, however wide it is')
    .action(list);
  command('show <deal>', 'where a deal stands, what is missing, and what has happened to it').action(
    (deal: string, options: Output) =>
      withClient(async (client) => showDeal(await client.deals.show(deal), options)),
  );
  const decision = (usage: string, description: string) =>
    command(usage, description)
      .option('--by <name>', 'who decides', loginName())
      .option('--why <reason>', 'why');
  decision(
    'fill <deal> <field=value...>',
    `fill in what the CRM does not tell: ${TYPED_FIELDS.join(', ')}`,
  ).action((deal: string, given: string[], options: Deciding) =>
    decide(deal, { verb: 'fill', fill: readFillArguments(given) }, options),
  );
  decision('buy <deal>', 'buy it, although it was won before, or its purchase was refused').action(
    (deal: string, options: Deciding) => decide(deal, { verb: 'buy' }, options),
  );
  decision('dismiss <deal>', 'buy nothing for this win').action((deal: string, options: Deciding) =>
    decide(deal, { verb: 'dismiss' }, options),
  );
}

interface Listing extends Output {
  status?: DealState;
  limit: number;
  after?: string;
  wide?: boolean;
}

async function list({ json, ...asked }: Listing): Promise<void> {
  const { status, limit, after } = asked;
  await withClient(async (client) => {
    const page = await client.deals.page({ limit, ...present({ status, after }) });
    print(json ? jsonText(page, 2) : dealsInWords(page, asked));
  });
}

type Content<Decision = DealDecision> = Decision extends DealDecision ? Omit<Decision, keyof Author> : never;

async function decide(deal: string, what: Content, options: Deciding): Promise<void> {
  await withClient(async ({ deals }) => {
    await deals.decide(deal, { ...what, ...whose(options) });
    progress('Decided.');
    showDeal(await deals.show(deal), options);
  });
}

/** Shows a deal; the exit code says how it stands. */
export function showDeal(report: DealReport, { json }: Output): void {
  const { remarks, ...rest } = report;
  remarks.forEach(progress);
  print(json ? jsonText(rest, 2) : dealInWords(report));
  const { status, purchase } = report.status;
  if (!report.verification.ok) {
    process.exitCode = EXIT.failed;
    return;
  }
  const isRefused = status === 'requested' && purchase?.status === 'refused';
  const needsPerson = status === 'incomplete' || status === 'waiting-for-decision' || isRefused;
  process.exitCode = needsPerson ? EXIT.waiting : EXIT.done;
}
