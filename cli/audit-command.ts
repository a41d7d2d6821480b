import { Option, type Command } from 'commander';
import { ClientError } from '../client/client-error';
import { jsonText } from '../domain/printable';
import { makeKey, takeCheckpoint } from './audit-checkpoint';
import { exportOrders } from './audit-export';
import { verifyLedger } from './audit-verify';
import { print, withLedger, type Output } from './command-line';
import { EXIT } from './in-words';
import { timelineInWords } from './timeline';

interface Auditing extends Output {
  jsonl?: boolean;
  verify?: boolean;
  against?: string;
  publicKey?: string;
  checkpoint?: boolean;
  key?: string;
  newKey?: string;
  export?: string;
  csv?: boolean;
  bom?: boolean;
}

/** `wonce audit`: what happened to a purchase, whether the ledger is what was written, and what was ordered. */
export function addAuditCommand(command: (usage: string, description: string) => Command): void {
  command('audit [id]', 'what happened to a purchase, and whether it is what was written')
    .addOption(
      new Option('--jsonl', 'as JSON, an event a line, and a last line with the verification').conflicts(
        'json',
      ),
    )
    .option(
      '--verify',
      'verify the whole ledger: every purchase, deal and sweep, and the chain over all of them',
    )
    .option(
      '--against <checkpoints>',
      'with --verify: that the ledger still has these; a file with a line each, - for standard input, or one such line',
    )
    .option('--public-key <file>', 'with --against: that they are signed with this key, or one of these')
    .option('--checkpoint', 'print where the chain of the ledger ends now, a line to keep elsewhere')
    .option('--key <file>', 'with --checkpoint: sign it with this private key')
    .option(
      '--new-key <file>',
      'make a pair of keys: the private one in this file, the public one in <file>.pub',
    )
    .option(
      '--export <from..to>',
      'the orders of these days, such as 2026-11-01..2026-11-30, or between two times, as CSV',
    )
    .addOption(new Option('--csv', 'with --export: as CSV, as without it').conflicts('json'))
    .addOption(
      new Option(
        '--bom',
        'with --export: with a byte order mark, for Excel, which opens UTF-8 wrongly without',
      ).conflicts('json'),
    )
    .action((id: string | undefined, options: Auditing) => audit(id, options));
}

/** What can be asked for, and the options that go with it, beside --json. */
const WITH = {
  id: ['jsonl'],
  verify: ['against', 'publicKey'],
  checkpoint: ['key'],
  newKey: [],
  export: ['csv', 'bom'],
} as const satisfies Record<string, readonly (keyof Auditing)[]>;

async function audit(id: string | undefined, options: Auditing): Promise<void> {
  refuseWrongUse({ id, ...options });
  if (id !== undefined) return auditPurchase(id, options);
  if (options.verify) return verifyLedger(options);
  if (options.checkpoint) return takeCheckpoint(options);
  if (options.newKey !== undefined) return makeKey(options.newKey, options);
  return exportOrders(options.export!, options);
}

/** @throws ClientError WrongUse unless one thing is asked for, with no option of another */
function refuseWrongUse(given: Auditing & { id: string | undefined }): void {
  const asked = (Object.keys(WITH) as (keyof typeof WITH)[]).filter((name) => given[name] !== undefined);
  const [one] = asked;
  if (one === undefined || asked.length > 1) {
    throw new ClientError(
      'WrongUse',
      'Give one of: a request id, --verify, --checkpoint, --new-key, --export.',
    );
  }
  for (const [other, options] of Object.entries(WITH)) {
    const wrong = options.find((option) => given[option] !== undefined);
    if (other === one || wrong === undefined) continue;
    throw new ClientError(
      'WrongUse',
      `${flagOf(wrong)} goes with ${other === 'id' ? 'a request id' : flagOf(other)}.`,
    );
  }
  if (given.publicKey !== undefined && given.against === undefined) {
    throw new ClientError(
      'WrongUse',
      '--public-key goes with --against: it is for the signatures of checkpoints.',
    );
  }
}

/** publicKey is --public-key. */
function flagOf(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

async function auditPurchase(id: string, { json, jsonl }: Auditing): Promise<void> {
  await withLedger(async (client) => {
    const { events, verification } = await client.audit(id);
    if (json) print(jsonText({ events, verification }, 2));
    else if (jsonl) [...events, { verification }].forEach((line) => print(jsonText(line)));
    else print(timelineInWords(`Purchase ${id}`, events, verification));
    if (!verification.ok) process.exitCode = EXIT.failed;
  });
}
