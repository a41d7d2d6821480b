import { Option, type Command } from 'commander';
import { checkpointLine, readCheckpoints, type Checkpoint } from '../ledger/ledger-chain';
import type { LedgerVerification } from '../ledger/ledger';
import { ClientError } from '../client/client-error';
import { jsonText, printable } from '../domain/printable';
import { print, withClient, type Output, readInput } from './command-line';
import { EXIT } from './in-words';
import { timelineInWords } from './timeline';

interface Auditing extends Output {
  jsonl?: boolean;
  verify?: boolean;
  against?: string;
  checkpoint?: boolean;
}

/** `wonce audit`: what happened to a purchase, and whether the ledger is what was written. */
export function addAuditCommand(command: (usage: string, description: string) => Command): void {
  command('audit [id]', "a purchase's events, and whether it is what was written")
    .option(
      '--verify',
      'verify the whole ledger: every purchase, deal and sweep, and the chain over all of them',
    )
    .option(
      '--against <checkpoints>',
      'with --verify: that the ledger still has these; a file with a line each, - for standard input, or one such line',
    )
    .addOption(
      new Option(
        '--jsonl',
        'of a purchase, an event a line as JSON, and a last line that says whether it is what was written',
      ).conflicts('json'),
    )
    .option('--checkpoint', 'print where the chain of the ledger ends now, a line to keep elsewhere')
    .action((id: string | undefined, options: Auditing) => audit(id, options));
}

async function audit(id: string | undefined, options: Auditing): Promise<void> {
  const { verify, against, checkpoint } = options;
  const asked = [id, verify, checkpoint].filter((one) => one !== undefined);
  const isOfPurchase = options.jsonl === undefined || id !== undefined;
  if (asked.length !== 1 || !isOfPurchase || (against !== undefined && verify === undefined)) {
    throw new ClientError(
      'WrongUse',
      'Give one of: a request id, --verify (with --against, if you keep checkpoints), --checkpoint.',
    );
  }
  if (id !== undefined) return auditPurchase(id, options);
  return verify === true ? verifyLedger(options) : takeCheckpoint(options);
}

async function auditPurchase(id: string, { json, jsonl }: Auditing): Promise<void> {
  await withClient(async (client) => {
    const { events, verification } = await client.audit(id);
    if (json) print(jsonText({ events, verification }, 2));
    else if (jsonl) [...events, { verification }].forEach((line) => print(jsonText(line)));
    else print(timelineInWords(id, events, verification));
    if (!verification.ok) process.exitCode = EXIT.failed;
  });
}

async function verifyLedger({ json, against }: Auditing): Promise<void> {
  const checkpoints = against === undefined ? [] : await checkpointsOf(against);
  await withClient(async (client) => {
    const result = await client.verifyLedger(checkpoints);
    const broken = brokenInWords(result);
    print(json ? jsonText(result, 2) : [headline(result, broken.length), ...broken].join('\n'));
    if (broken.length > 0) process.exitCode = EXIT.failed;
  });
}

async function takeCheckpoint({ json }: Output): Promise<void> {
  await withClient(async (client) => {
    const checkpoint = await client.checkpoint();
    print(json ? jsonText(checkpoint, 2) : checkpointLine(checkpoint));
  });
}

/** @param given a line, or where lines are */
async function checkpointsOf(given: string): Promise<Checkpoint[]> {
  const line = readCheckpoints(given);
  if (typeof line !== 'string') return line;
  const checkpoints = readCheckpoints(await readInput(given));
  if (typeof checkpoints !== 'string') return checkpoints;
  throw new ClientError('WrongUse', `--against ${given}: ${checkpoints}.`);
}

function headline({ checked, deals, checkpoints }: LedgerVerification, broken: number): string {
  const compared = checkpoints.checked === 0 ? [] : [`${checkpoints.checked} checkpoints compared.`];
  return [`${checked} purchases and ${deals.checked} deals checked, ${broken} broken.`, ...compared].join(
    '\n',
  );
}

function brokenInWords({ broken, deals, sweeps, chain, checkpoints }: LedgerVerification): string[] {
  return [
    ...broken.map(({ requestId, ...where }) => ({ what: `${requestId}, event`, ...where })),
    ...deals.broken.map(({ deal, ...where }) => ({ what: `deal ${deal}, event`, ...where })),
    ...sweeps.broken.map(({ source, ...where }) => ({ what: `sweeps of ${source}, sweep`, ...where })),
    ...chain.broken.map((where) => ({ what: 'the chain of the ledger, link', ...where })),
    ...checkpoints.broken.map((where) => ({ what: 'a checkpoint, link', ...where })),
  ].map(({ what, seq, problem }) => printable(`${what} ${seq}: ${problem}`));
}
