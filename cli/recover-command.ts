import type { Command } from 'commander';
import type { RecoveredCounts, RecoveryReport } from '../client/recovery';
import { loginName } from '../config/login-name';
import { jsonText } from '../domain/printable';
import { checkedAuthor, print, progress, withClient, type Output } from './command-line';
import { EXIT } from './in-words';
import { seldom } from './seldom';

interface Recover extends Output {
  by: string;
  why?: string;
  dryRun?: boolean;
  afterRestore?: boolean;
  terminated?: boolean;
}

/** `wonce recover`: after Temporal's database is lost, what is open in the ledger is started again. */
export function addRecoverCommand(command: (usage: string, description: string) => Command): void {
  command('recover', 'start again what is open in the ledger and Temporal has lost; nothing is ordered again')
    .option('--dry-run', 'only say what would be brought back')
    .option(
      '--after-restore',
      'the ledger was restored to an older state, and all workers run with WONCE_LEDGER_RESTORED_FROM',
    )
    .option('--terminated', 'purchases, too, whose run somebody terminated in Temporal')
    .option('--by <name>', 'who recovers', loginName())
    .option('--why <reason>', 'why')
    .action((options: Recover) => recover(options));
}

async function recover(options: Recover): Promise<void> {
  const { dryRun: isDryRun = false, afterRestore: isAfterRestore = false, json } = options;
  const isTerminatedToo = options.terminated ?? false;
  const author = checkedAuthor(options);
  const onProgress = seldom(([done, of]: [number, number]) => progress(`Looked at ${done} of ${of}.`));
  await withClient(async (client) => {
    const report = await client.recovery.recover({
      ...{ author, isDryRun, isAfterRestore, isTerminatedToo },
      onProgress: (done, of) => onProgress([done, of]),
    });
    print(json ? jsonText({ dryRun: isDryRun, ...report }, 2) : reportInWords(report, isDryRun).join('\n'));
    const { purchases, deals } = report;
    if (purchases.failed.length + deals.failed.length > 0) process.exitCode = EXIT.failed;
  });
}

function reportInWords({ purchases, deals }: RecoveryReport, isDryRun: boolean): string[] {
  return [
    countsInWords('purchases', purchases, isDryRun),
    countsInWords('deals', deals, isDryRun),
    ...purchases.failed.map((failed) => failedInWords('purchase', failed)),
    ...deals.failed.map((failed) => failedInWords('deal', failed)),
  ];
}

function failedInWords(what: string, { id, code, problem }: RecoveredCounts['failed'][number]): string {
  return `${what} ${id}: not brought back. ${code === undefined ? '' : `${code}: `}${problem}`;
}

function countsInWords(
  what: string,
  { ended, goOn, broughtBack, failed }: RecoveredCounts,
  isDryRun: boolean,
): string {
  const back = isDryRun ? 'would be brought back' : 'brought back';
  return `${what}: ${broughtBack} ${back}, ${goOn} go on, ${ended} have ended, ${failed.length} could not be brought back`;
}
