import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Replayed } from '../../domain/replay';
import { FIXED_PAYLOAD_KEY } from '../replay/fixed-payload-key';
import { cleanEnvironment, DIST, ROOT, RunningProcess } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

const RECORDED = join(ROOT, 'test/replay/histories/ordered.json');
const ENCRYPTED = join(ROOT, 'test/replay/encrypted-histories/chosen-partner.json');

let folder: string;
let stack: TestStack;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wonce-replay-'));
  stack = await TestStack.start();
  await stack.startWorker();
});
afterAll(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Report {
  runs: number;
  failed: Replayed[];
}

async function replay(
  args: string[],
  { env = {}, root = ROOT }: { env?: Record<string, string>; root?: string } = {},
): Promise<{ code: number; stdout: string; stderr: string; report: () => Report }> {
  const child = spawn(process.execPath, [join(root, 'bin/wonce.js'), 'replay', ...args], {
    env: { ...cleanEnvironment(), WONCE_DATA_DIR: join(folder, 'none'), ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const code = await new RunningProcess(child).ended();
  return { code: code!, stdout, stderr, report: () => JSON.parse(stdout) as Report };
}

/** The build, in which a run begins with another activity. */
function changedBuild(): string {
  const root = join(folder, 'changed');
  mkdirSync(root);
  cpSync(DIST, join(root, 'dist'), { recursive: true, filter: (path) => basename(path) !== 'dev' });
  cpSync(join(ROOT, 'bin'), join(root, 'bin'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(root, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const bundle = join(root, 'dist', 'workflow-bundle.js');
  writeFileSync(bundle, readFileSync(bundle, 'utf8').replace(/\bacceptAndLookUp\b/g, 'acceptAndFind'));
  return root;
}

/** Two open runs, and one that has ended: one waits for a person, one for the vendor who is down. */
async function openRuns(): Promise<string[]> {
  const [ambiguous, unanswered] = ['replay-choice', 'replay-outage'];
  const partner = { company: 'Blue Lagoon Ltd' };
  await stack.client.start({ ...tutorialRequest('replay-ended'), poNumber: 'replay-ended' });
  await stack.client.wait('replay-ended');
  await stack.client.start({ ...tutorialRequest(ambiguous), license: { kind: 'new', partner } });
  await stack.client.wait(ambiguous);
  await stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
  await stack.client.start(tutorialRequest(unanswered));
  await until('the failure in the status', async () => {
    const { remarks } = await stack.client.status(unanswered);
    return remarks.some((line) => line.includes('has failed'));
  });
  await until('both in the list of Temporal', async () => {
    const { count } = await stack.temporal.workflow.count(
      `TaskQueue = "${stack.taskQueue}" AND ExecutionStatus = "Running"`,
    );
    return count === 2;
  });
  return [ambiguous, unanswered].map((id) => `purchase:${id}`);
}

async function lengths(runs: readonly string[]): Promise<number[]> {
  return Promise.all(
    runs.map(async (run) => (await stack.temporal.workflow.getHandle(run).fetchHistory()).events!.length),
  );
}

it('open runs replay on the build that would be deployed; on one that decides otherwise, none passes', async () => {
  const runs = await openRuns();
  // Nothing more happens in them meanwhile but what a replay would do.
  await Promise.all(stack.workers.map((worker) => worker.stop()));
  const before = await lengths(runs);
  const env = stack.env();

  const passed = await replay(['--from-cluster', '--json'], { env });
  expect([passed.code, passed.report()]).toEqual([0, { runs: 2, failed: [] }]);
  expect((await replay(['--from-cluster'], { env })).stdout).toBe(
    '2 runs: 2 would go on with this build, 0 would not.\n',
  );

  const root = changedBuild();
  const refused = await replay(['--from-cluster', '--json'], { env, root });
  expect(refused.code).toBe(1);
  const { failed } = refused.report();
  expect(failed.map(({ workflowId }) => workflowId).sort()).toEqual([...runs].sort());
  for (const { workflowType, problem } of failed) {
    expect(workflowType).toBe('purchaseLicense');
    expect(problem).toEqual({
      kind: 'nondeterminism',
      message: expect.stringContaining('acceptAndLookUp') as string,
    });
  }
  const words = await replay(['--from-cluster', '--limit', '1'], { env, root });
  expect(words.code).toBe(1);
  expect(words.stdout).toMatch(
    /^1 runs: 0 would go on with this build, 1 would not\.\n\nnondeterminism, 1: /,
  );
  expect(words.stdout).toMatch(/^ {2}purchaseLicense purchase:replay-\w+ [0-9a-f-]{36}: .*acceptAndLookUp/m);

  const query = `TaskQueue = "${stack.taskQueue}" AND ExecutionStatus = "Completed"`;
  const ended = await replay(['--from-cluster', '--query', query, '--json'], { env });
  expect([ended.code, ended.report()]).toEqual([0, { runs: 1, failed: [] }]);

  expect(await lengths(runs)).toEqual(before);
});

it('without a server: files with histories, encrypted ones with their key', async () => {
  const keys = { WONCE_PAYLOAD_KEYS: FIXED_PAYLOAD_KEY };
  const passed = await replay([RECORDED, ENCRYPTED, '--json'], { env: keys });
  expect([passed.code, passed.report()]).toEqual([0, { runs: 2, failed: [] }]);

  const none = join(folder, 'none.json');
  const other = join(folder, 'other.json');
  writeFileSync(other, '{"events":[]}');
  const refused = await replay([RECORDED, ENCRYPTED, none, other, '--json']);
  expect(refused.code).toBe(1);
  const { runs, failed } = refused.report();
  expect(runs).toBe(4);
  expect(failed.map(({ workflowId, problem }) => [workflowId, problem!.kind])).toEqual([
    ['purchase:record-encrypted', 'failure'],
    [none, 'unreadable'],
    [other, 'unreadable'],
  ]);
  expect(failed[0]!.problem!.message).toMatch(/^A payload is encrypted with the key "recorded", and /);
  expect(refused.stderr).not.toContain('ERROR');
});

it.each([[[]], [[RECORDED, '--from-cluster']], [[RECORDED, '--limit', '1']]])(
  'says what goes together: %j',
  async (args) => {
    const { code, stdout, stderr } = await replay(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('WrongUse: Say one of: --from-cluster');
  },
);

it('no Temporal: says so, and that nothing was replayed', async () => {
  const { code, stdout, stderr } = await replay(['--from-cluster'], {
    env: { TEMPORAL_ADDRESS: '127.0.0.1:1', WONCE_TASK_QUEUE: stack.taskQueue },
  });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('TemporalUnreachable');
});
