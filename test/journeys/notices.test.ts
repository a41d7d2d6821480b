import type { ScheduleHandle } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Question } from '../../domain/decision';
import { noticeWorkflowIdOf, purchaseWorkflowIdOf, TELL_WAITING_WORKFLOW } from '../../domain/workflow-ids';
import { fingerprintOf } from '../../validation/fingerprint';
import type { WaitingWorkflow } from '../../workflows/messages/notices';
import { NoticeReceiver, type ReceivedNotice } from '../support/notice-receiver';
import { spawnProcess, type RunningProcess } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const SIGNED = '/hooks/a-token-of-the-receiver';
const TEXT = '/services/a-token-of-the-chat';
const PUBLIC_URL = 'https://wonce.reseller.example';

let stack: TestStack;
let receiver: NoticeReceiver;
let worker: RunningProcess;
let database: pg.Client;

const workerEnv = () => ({
  WONCE_NOTICES: `${receiver.url}${SIGNED}, text+${receiver.url}${TEXT}`,
  WONCE_NOTICES_SECRET: SECRET,
  WONCE_PUBLIC_URL: `${PUBLIC_URL}/`,
});

beforeAll(async () => {
  [stack, receiver] = await Promise.all([TestStack.start(), NoticeReceiver.start(SECRET)]);
  database = new pg.Client({ connectionString: stack.databaseUrl });
  await database.connect();
  worker = await stack.startWorker(workerEnv());
});
afterAll(async () => {
  await database.end();
  await stack.stop();
  await receiver.stop();
});

const look = (...args: Parameters<WaitingWorkflow>) =>
  stack.temporal.workflow.execute<WaitingWorkflow>(TELL_WAITING_WORKFLOW, {
    workflowId: `notices-${randomUUID()}`,
    taskQueue: stack.taskQueue,
    args,
  });

const newId = (what: string) => `${what}-${randomUUID().slice(0, 8)}`;

/** A purchase that asks a person. */
async function waiting(requestId = newId('waits'), asked = 'Which of the two?'): Promise<string> {
  const request = tutorialRequest(requestId);
  const fingerprint = fingerprintOf(request);
  const workflowId = purchaseWorkflowIdOf(requestId);
  await stack.ledger.accept({ request, fingerprint, workflowId, actor: 'test' });
  await ask(requestId, asked);
  return requestId;
}

async function ask(requestId: string, asked: string, since = new Date().toISOString()): Promise<void> {
  const question: Question = { id: '0a1b2c3d', verb: 'choose', asked, candidates: [], since };
  const status = 'waiting-for-choice';
  await stack.ledger.recordStatus({ requestId, status, kind: 'asked', actor: 'test', question });
}

/** A deal of which a fact is missing. */
async function incomplete(problem = 'there is no extensions in the field Ext'): Promise<string> {
  const deal = `pipedrive:9001:${randomUUID().slice(0, 8)}`;
  await stack.ledger.deals.recordNotification({ deal, source: 'pipedrive', by: 'sweep' }, 'test');
  await missing(deal, problem);
  return deal;
}

async function missing(deal: string, problem: string): Promise<void> {
  const facts = [{ field: 'extensions', problem }];
  await stack.ledger.deals.record({
    ...{ deal, status: 'incomplete', kind: 'incomplete', actor: 'test' },
    missing: facts,
  });
}

const idOf = ({ headers }: ReceivedNotice) => headers['webhook-id'] as string;
const ids = (notices: ReceivedNotice[]) => [...new Set(notices.map(idOf))];

async function rowOf(id: string) {
  const { rows } = await database.query<Record<'told_at' | 'given_up_at' | 'problem', unknown>>(
    'select told_at, given_up_at, problem from notices where id = $1',
    [id],
  );
  return rows[0]!;
}

const isTold = (id: string) => until(`${id} to be told`, async () => (await rowOf(id)).told_at !== null);

describe('what waits for a person is told', () => {
  it('signed, with what is asked, since when and where to look; and to a chat tool as text', async () => {
    const requestId = newId('choose');
    await stack.client.start({
      ...tutorialRequest(requestId),
      license: { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } },
    });
    const { status } = await stack.client.wait(requestId);
    const { asked, since } = status.question!;
    await look();
    const [signed] = await receiver.got(SIGNED, requestId, 1);
    expect(receiver.verified(signed!)).toEqual({
      type: 'purchase.waiting',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      data: {
        ...{ requestId, status: 'waiting-for-choice', asked, since },
        link: `${PUBLIC_URL}/orders/${requestId}`,
      },
    });
    const [text] = await receiver.got(TEXT, requestId, 1);
    expect(Object.keys(JSON.parse(text!.body) as object)).toEqual(['text']);
    expect((JSON.parse(text!.body) as { text: string }).text).toMatch(
      new RegExp(
        `^The purchase ${requestId} waits \\(waiting-for-choice\\), since 2.* UTC: There are 2: .*\\n${PUBLIC_URL}/orders/${requestId}$`,
      ),
    );
    await isTold(idOf(signed!));
  });

  it('a deal too, with what is missing and no e-mail address', async () => {
    const deal = await incomplete('expected a partner, found ann.arbour@customer.example in the field Mail');
    await look();
    const [signed] = await receiver.got(SIGNED, deal, 1);
    expect(receiver.verified(signed!)).toMatchObject({
      type: 'deal.waiting',
      data: {
        ...{ deal, status: 'incomplete', link: `${PUBLIC_URL}/deals/${encodeURIComponent(deal)}` },
        asked: 'extensions: expected a partner, found a…@customer.example in the field Mail',
      },
    });
  });

  it('once per wait, in however many runs, and whatever is told of the deal meanwhile', async () => {
    const [requestId, deal] = [await waiting(), await incomplete()];
    await look();
    for (let run = 1; run < 10; run++) {
      await stack.ledger.deals.recordNotification({ deal, source: 'pipedrive', by: 'webhook' }, 'test');
      await missing(deal, `something else, the ${run}th time`);
      expect(await look()).toEqual({ begun: 0 });
    }
    await isTold(idOf((await receiver.got(SIGNED, requestId, 1))[0]!));
    for (const path of [SIGNED, TEXT]) {
      expect([receiver.at(path, requestId).length, receiver.at(path, deal).length]).toEqual([1, 1]);
    }
  });

  it('what is asked anew is told anew, under another id', async () => {
    const requestId = await waiting();
    await look();
    await receiver.got(SIGNED, requestId, 1);
    await ask(requestId, 'Which of the two?', new Date(Date.now() + 1_000).toISOString());
    await look();
    const notices = await receiver.got(SIGNED, requestId, 2);
    expect(ids(notices)).toHaveLength(2);
  });

  it('what waits too long is told once more', async () => {
    const requestId = await waiting();
    await look();
    await receiver.got(SIGNED, requestId, 1);
    expect(await look()).toEqual({ begun: 0 });
    await database.query(
      `update notices set found_at = found_at - interval '4 hours' where key like 'purchase:' || $1 || '%'`,
      [requestId],
    );
    for (let run = 0; run < 3; run++) await look();
    const notices = await receiver.got(SIGNED, requestId, 2);
    expect(notices.map((one) => receiver.verified(one).type)).toEqual([
      'purchase.waiting',
      'purchase.waits-too-long',
    ]);
  });

  it('a renewal that comes is told once per expiry, to whoever wants to know of renewals', async () => {
    const requestId = newId('expires');
    await stack.client.start(tutorialRequest(requestId));
    expect((await stack.client.wait(requestId)).status.status).toBe('ordered');
    const [renewal] = (await stack.client.renewals()).filter((one) => one.requestId === requestId);
    await look();
    await look(renewal!.daysLeft! - 1);
    expect(receiver.at(SIGNED, 'renewal.near')).toEqual([]);
    for (let run = 0; run < 3; run++) await look(renewal!.daysLeft);
    const [signed, ...more] = await receiver.got(SIGNED, 'renewal.near', 1);
    expect(more).toEqual([]);
    expect(receiver.verified(signed!)).toMatchObject({
      type: 'renewal.near',
      data: {
        requestId,
        serialNumber: '3651E1292455',
        expiresOn: renewal!.expiresOn,
        daysLeft: renewal!.daysLeft,
      },
    });
  });
});

describe('it arrives, whatever the receiver does', () => {
  it('500 twice, then 200: the same message under the same id', async () => {
    const requestId = await waiting();
    receiver.answer(SIGNED, requestId, { status: 500 }, { status: 500 });
    await look();
    const notices = await receiver.got(SIGNED, requestId, 3);
    expect(ids(notices)).toHaveLength(1);
    expect(new Set(notices.map(({ body }) => body)).size).toBe(1);
    notices.forEach((one) => receiver.verified(one));
    await isTold(idOf(notices[0]!));
    expect(receiver.at(SIGNED, requestId)).toHaveLength(3);
  });

  it('429 with Retry-After: not before', async () => {
    const requestId = await waiting();
    receiver.answer(SIGNED, requestId, { status: 429, headers: { 'retry-after': '4' } });
    await look();
    const [first, second] = await receiver.got(SIGNED, requestId, 2);
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(3_900);
  });

  it('one that hangs holds up no other notice, nor the next runs, and gets it when it is back', async () => {
    const requestId = await waiting();
    receiver.answer(SIGNED, requestId, 'hang');
    await look();
    await receiver.got(SIGNED, requestId, 1);
    await receiver.got(TEXT, requestId, 1);
    const later = await waiting();
    await look();
    await receiver.got(SIGNED, later, 1);
    expect(receiver.at(SIGNED, requestId)).toHaveLength(1);
    const notices = await receiver.got(SIGNED, requestId, 2);
    expect(ids(notices)).toHaveLength(1);
    await isTold(idOf(notices[0]!));
  });

  it.each([400, 404, 410])(
    '%d: tried again, but seldom, and said in the log by its host alone',
    async (code) => {
      const requestId = await waiting();
      receiver.answer(SIGNED, requestId, { status: code });
      await look();
      const [notice] = await receiver.got(SIGNED, requestId, 1);
      const handle = stack.temporal.workflow.getHandle(noticeWorkflowIdOf(idOf(notice!)));
      const pending = await until('the next attempt', async () => {
        const next = (await handle.describe()).raw.pendingActivities?.[0];
        return (next?.attempt ?? 0) > 1 && next;
      });
      const nextAt = Number(pending.scheduledTime!.seconds) * 1_000;
      expect(nextAt - Date.now()).toBeGreaterThan(40_000);
      expect(nextAt - Date.now()).toBeLessThan(61_000);
      await worker.saw(new RegExp(`127\\.0\\.0\\.1:\\d+ answered ${code} to a notice`));
      await handle.cancel();
    },
  );

  it('the worker is killed after it was sent and before that is written: sent again, under the same id', async () => {
    const requestId = await waiting();
    receiver.answer(SIGNED, requestId, 'hang');
    await look();
    await receiver.got(SIGNED, requestId, 1);
    await worker.kill();
    worker = await stack.startWorker(workerEnv());
    const notices = await receiver.got(SIGNED, requestId, 2);
    expect(ids(notices)).toHaveLength(1);
    await isTold(idOf(notices[0]!));
    expect(await look()).toEqual({ begun: 0 });
  });

  it('a run that was ended before it told is begun anew, once nothing was tried for two hours', async () => {
    const requestId = await waiting();
    receiver.answer(SIGNED, requestId, { status: 410 });
    await look();
    const [notice] = await receiver.got(SIGNED, requestId, 1);
    const id = idOf(notice!);
    await stack.temporal.workflow.getHandle(noticeWorkflowIdOf(id)).terminate();
    expect(await look()).toEqual({ begun: 0 });
    await database.query(`update notices set tried_at = tried_at - interval '2 hours' where id = $1`, [id]);
    expect(await look()).toEqual({ begun: 1 });
    expect(ids(await receiver.got(SIGNED, requestId, 2))).toEqual([id]);
  });

  it('what an operator cancels is given up, and not begun again', async () => {
    const requestId = await waiting();
    receiver.answer(SIGNED, requestId, { status: 410 });
    await look();
    const [notice] = await receiver.got(SIGNED, requestId, 1);
    const id = idOf(notice!);
    const handle = stack.temporal.workflow.getHandle(noticeWorkflowIdOf(id));
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    expect(await rowOf(id)).toMatchObject({
      told_at: null,
      given_up_at: expect.any(Date) as Date,
      problem: 'its run was cancelled',
    });
    await worker.saw(/notice given up/);
    await database.query(`update notices set tried_at = tried_at - interval '2 hours' where id = $1`, [id]);
    expect(await look()).toEqual({ begun: 0 });
  });
});

it('no secret and no path of an address is in a history, in the ledger or in the log', async () => {
  const histories: string[] = [];
  const runs = stack.temporal.workflow.list({ query: `TaskQueue = '${stack.taskQueue}'` });
  for await (const { workflowId, runId, type } of runs) {
    if (!type.startsWith('tell')) continue;
    const history = await stack.temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    const decoded = history.events!.flatMap((event) => textsIn(event));
    histories.push(decoded.join('\n'));
  }
  const { rows } = await database.query<{ row: string }>('select n::text as row from notices n');
  const all = [
    ...histories,
    ...rows.map(({ row }) => row),
    ...stack.workers.map(({ output }) => output),
  ].join('\n');
  expect(histories.length).toBeGreaterThan(10);
  expect(all).toContain('127.0.0.1');
  for (const hidden of ['a-token-of-the', SECRET.slice('whsec_'.length)]) expect(all).not.toContain(hidden);
});

/** Every text in an event, that of payloads among them. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString()];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

it.each(['sixty', 0])('a run that is started with %j fails, and says what was expected', async (days) => {
  await expect(look(days as number)).rejects.toMatchObject({
    cause: { type: 'InvalidNotices', message: expect.stringMatching(/a number of days/) as string },
  });
});

describe('the schedule', () => {
  let schedule: ScheduleHandle;
  const startServer = async (env: Record<string, string> = {}) => {
    const server = spawnProcess('server/main.js', { ...stack.env(), WONCE_PORT: '0', ...env });
    await server.saw(/schedules made/);
    return server;
  };

  beforeAll(() => {
    schedule = stack.temporal.schedule.getHandle('notices');
  });
  afterAll(() => schedule.delete());

  it('without addresses there is none', async () => {
    await (await startServer({ WONCE_NOTICES: '' })).stop();
    await expect(schedule.describe()).rejects.toThrow(/not found/i);
  });

  it('with one it looks every minute, one run at a time', async () => {
    const { WONCE_NOTICES } = workerEnv();
    await (await startServer({ WONCE_NOTICES })).stop();
    const { action, spec, policies } = await schedule.describe();
    expect(action).toMatchObject({ workflowType: TELL_WAITING_WORKFLOW });
    expect(spec.intervals).toMatchObject([{ every: 60_000 }]);
    expect(policies.overlap).toBe('SKIP');
    const requestId = await waiting();
    await schedule.trigger();
    await receiver.got(SIGNED, requestId, 1);
  });

  it('a server without the setting leaves it, and says how to delete it', async () => {
    const server = await startServer();
    await server.saw(/temporal schedule delete --schedule-id notices/);
    await server.stop();
    await schedule.describe();
  });
});
