import { Option, type Command } from 'commander';
import type { DealDecision, DealState } from '../domain/deal';
import { jsonText } from '../domain/printable';
import type { Author } from '../domain/author';
import { count, print, progress, whose, withClient, type Deciding, type Output } from './command-line';
import type { DealReport } from '../client/deals-client';
import { dealInWords, dealsInWords } from './deals-in-words';
import { EXIT } from './exit-codes';
import { readFillArguments } from './fill-arguments';
import { loginName } from './session';

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
    'fill in what the CRM does not tell: serialNumber, partner, plan, extensions, years, poNumber, billingContact, services',
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

async function list(options: Output & { status?: DealState; limit: number }): Promise<void> {
  const { status, limit, json } = options;
  await withClient(async (client) => {
    const deals = await client.deals.list({ limit, ...(status !== undefined && { status }) });
    print(json ? jsonText({ deals }, 2) : dealsInWords(deals));
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

function showDeal(report: DealReport, { json }: Output): void {
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
