import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { ClientError } from '../client/client-error';
import { withSecretsOfFiles } from '../config/secret-files';
import { present } from '../domain/optional';
import { jsonText } from '../domain/printable';
import { REPLAY_PROBLEMS, type Replayed, type ReplayProblem, type RunHistory } from '../domain/replay';
import { count, print, progress, withClient, type Output } from './command-line';
import { EXIT } from './in-words';
import { withRunningStack } from './running-stack';
import { seldom } from './seldom';

interface ReplayCommand extends Output {
  fromCluster?: boolean;
  query?: string;
  limit?: number;
}

/** Replays histories with the workflow code of this build: see `replay` of the worker. */
export type Replay = (
  env: Readonly<Record<string, string | undefined>>,
  histories: AsyncIterable<RunHistory>,
) => AsyncIterable<Replayed>;

/**
 * `wonce replay`: before a build is deployed, whether the open runs go on with it.
 *
 * @param replay brings along Temporal's worker, which takes longer to load than any other command takes
 */
export function addReplayCommand(
  command: (usage: string, description: string) => Command,
  replay: Replay,
): void {
  command(
    'replay [files...]',
    'whether runs would go on with this build, by their histories; changes nothing',
  )
    .option('--from-cluster', 'the open runs of the task queue, as Temporal has them')
    .option('--query <query>', "with --from-cluster: the runs that this query of Temporal's finds, instead")
    .option('--limit <n>', 'with --from-cluster: at most this many', count)
    .action((files: string[], options: ReplayCommand) => replayThem(files, options, replay));
}

async function replayThem(files: string[], options: ReplayCommand, replay: Replay): Promise<void> {
  const { fromCluster = false, query, limit } = options;
  if (fromCluster === files.length > 0 || (!fromCluster && (query ?? limit) !== undefined)) {
    throw new ClientError(
      'WrongUse',
      'Say one of: --from-cluster, with --query and --limit if you like; or files with histories.',
    );
  }
  if (!fromCluster) return show(historiesIn(files), options, replay);
  await withClient((client) => show(client.runHistories(present({ query, limit })), options, replay));
}

async function show(
  histories: AsyncIterable<RunHistory>,
  { json }: ReplayCommand,
  replay: Replay,
): Promise<void> {
  const env = withRunningStack(withSecretsOfFiles(process.env));
  const tell = seldom(progress);
  const runs: Replayed[] = [];
  for await (const run of replay(env, histories)) {
    runs.push(run);
    tell(`Looked at ${runs.length}; ${failed(runs).length} would not go on.`);
  }
  print(json ? jsonText({ runs: runs.length, failed: failed(runs) }, 2) : inWords(runs));
  if (failed(runs).length > 0) process.exitCode = EXIT.failed;
}

function failed(runs: readonly Replayed[]): Replayed[] {
  return runs.filter(({ problem }) => problem !== undefined);
}

const IN_WORDS: Record<ReplayProblem, string> = {
  nondeterminism: 'this build decides otherwise than their histories say',
  failure: 'the code of this build fails, or cannot read what they hold',
  unreadable: 'there was no history to replay',
};

/** How many would go on; of those that would not, by kind, each one with its reason. */
function inWords(runs: readonly Replayed[]): string {
  const all = failed(runs);
  const goOn = `${runs.length} runs: ${runs.length - all.length} would go on with this build, ${all.length} would not.`;
  const lines = REPLAY_PROBLEMS.flatMap((kind) => {
    const ofKind = all.filter(({ problem }) => problem?.kind === kind);
    if (ofKind.length === 0) return [];
    const rows = ofKind.map((run) => `  ${nameOf(run)}: ${run.problem!.message}`);
    return ['', `${kind}, ${ofKind.length}: ${IN_WORDS[kind]}`, ...rows];
  });
  return [goOn, ...lines].join('\n');
}

function nameOf({ workflowType, workflowId, runId }: Replayed): string {
  return [workflowType, workflowId, runId].filter(Boolean).join(' ');
}

/** Histories as `temporal workflow show --output json` and the Temporal UI write them. */
async function* historiesIn(files: readonly string[]): AsyncGenerator<RunHistory, void, undefined> {
  for (const file of files) {
    try {
      yield { workflowId: file, history: JSON.parse(await readFile(file, 'utf8')) as unknown };
    } catch (error) {
      yield { workflowId: file, problem: (error as Error).message };
    }
  }
}
