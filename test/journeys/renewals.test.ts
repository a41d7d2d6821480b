import type { ScheduleHandle } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import type { GivenPbx } from '../../dev/fake-portal/pbx-control';
import type { PurchaseRequest } from '../../domain/request';
import { TELL_RENEWALS_WORKFLOW } from '../../domain/workflow-ids';
import type { RenewalsWorkflow, ToldRenewals } from '../../workflows/messages/renewals';
import { wonceWith } from '../support/npm-start';
import { spawnProcess, type RunningProcess } from '../support/processes';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

const DAY_MS = 24 * 60 * 60_000;
const CONTACT = '3197218168379846218';

let stack: TestStack;
let worker: RunningProcess;

beforeAll(async () => {
  stack = await TestStack.start();
  worker = await stack.startWorker();
});
afterEach(() => stack.portal.clearFaults());
afterAll(() => stack.stop());

const inDays = (days: number) => Math.floor(Date.now() / DAY_MS + days) * DAY_MS;
const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const aYearAfter = (date: string) => `${Number(date.slice(0, 4)) + 1}${date.slice(4)}`;

const ULTIMATE: Partial<GivenPbx> = { plan: 'Ultimate', extensions: 100, services: ['Disaster Recovery'] };

async function pbx(has: Partial<GivenPbx> = {}): Promise<string> {
  const serialNumber = `3651E4${randomUUID().slice(0, 6).toUpperCase()}`;
  await stack.portal.setPbx({ serialNumber, product: 12, ...has });
  return serialNumber;
}

/** Orders it, confirms it when a person is asked, and waits for what the PBX has afterwards. */
async function order(serialNumber: string, change: Partial<PurchaseRequest> = {}): Promise<string> {
  const requestId = `ahead-${randomUUID().slice(0, 8)}`;
  const { client, ledger } = stack;
  await client.start({
    ...{
      requestId,
      license: { kind: 'existing', serialNumber },
      plan: 'Ultimate',
      extensions: 100,
      years: 1,
    },
    ...{ services: ['Disaster Recovery'], billingContact: { billingContactId: CONTACT } },
    ...change,
  });
  const { status } = await client.wait(requestId, { timeoutMs: 30_000 });
  if (status.status === 'waiting-for-choice') {
    await client.decide(requestId, { verb: 'choose', id: 'order', by: 'Ann' });
  }
  await until('the order', async () => (await ledger.find(requestId))?.status === 'ordered');
  if (change.operation === 'renew') await until('its PBX', async () => (await ledger.find(requestId))?.pbx);
  return requestId;
}

const tell = (withinDays: number): Promise<ToldRenewals> =>
  stack.temporal.workflow.execute<RenewalsWorkflow>(TELL_RENEWALS_WORKFLOW, {
    workflowId: `renewals-${randomUUID()}`,
    taskQueue: stack.taskQueue,
    args: [withinDays],
  });

const posts = async () =>
  (await stack.portal.requests()).filter(({ method, endpoint }) => method !== 'GET' && endpoint !== 'token');

const readings = async (requestId: string) =>
  (await stack.ledger.events(requestId)).filter(({ kind }) => kind === 'pbx-read').length;

describe('what expires is told, and nothing is ordered', () => {
  let [byVendor, byLedger, renewsItself] = ['', '', ''];
  let [renewed, purchased, confirmed] = ['', '', ''];

  beforeAll(async () => {
    byVendor = await pbx({ ...ULTIMATE, expiresAt: inDays(20) });
    renewed = await order(byVendor, { operation: 'renew' });
    renewsItself = await pbx({ ...ULTIMATE, expiresAt: inDays(30), autoRenew: true });
    confirmed = await order(renewsItself, { operation: 'renew' });
    await stack.portal.settings({ pbxDetails: 'silent' });
    byLedger = await pbx();
    purchased = await order(byLedger);
  });

  it('by the vendor, by our ledger alone, and with auto-renewal; to the log and as the result', async () => {
    const before = (await posts()).length;
    const { renewals, more, notRead } = await tell(400);
    const boughtOn = day(Date.now());
    const has = { plan: 'Ultimate', extensions: 100 };
    expect(renewals).toEqual([
      {
        ...{ serialNumber: byLedger, ...has, autoRenewal: false, requestId: purchased },
        ...{ expiresOn: aYearAfter(boughtOn), toldBy: 'our ledger', daysLeft: expect.any(Number) as number },
      },
      {
        ...{ serialNumber: byVendor, ...has, autoRenewal: false, requestId: renewed },
        ...{
          expiresOn: aYearAfter(day(inDays(20))),
          toldBy: 'vendor',
          daysLeft: expect.any(Number) as number,
        },
      },
      {
        ...{ serialNumber: renewsItself, ...has, autoRenewal: true, requestId: confirmed },
        ...{
          expiresOn: aYearAfter(day(inDays(30))),
          toldBy: 'vendor',
          daysLeft: expect.any(Number) as number,
        },
      },
    ]);
    expect({ more, notRead }).toEqual({ more: 0, notRead: 0 });
    for (const { serialNumber, daysLeft } of renewals) {
      const line = await worker.saw(
        new RegExp(`^.*"serialNumber":"${serialNumber}".*"renewal ahead".*$`, 'm'),
      );
      expect(JSON.parse(line[0])).toMatchObject({ serialNumber, daysLeft });
    }
    expect((await posts()).length).toBe(before);
    expect(await stack.client.renewals({ withinDays: 400 })).toEqual(renewals);
  });

  it('the command lists the same, as a table, as CSV and as JSON', async () => {
    const command = (...more: string[]) => wonceWith(stack.env(), 'renewals', '--within', '400d', ...more);
    const [table, csv, json] = await Promise.all([command(), command('--csv'), command('--json')]);
    const told = await stack.client.renewals({ withinDays: 400 });
    expect([table.code, csv.code, json.code]).toEqual([0, 0, 0]);
    expect(JSON.parse(json.stdout)).toEqual({ renewals: told });
    expect(table.stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
      ...['PBX', byLedger, byVendor, renewsItself, ''],
    ]);
    expect(csv.stdout).toContain(
      `\r\n${byVendor},Ultimate,100,${told[1]!.expiresOn},vendor,${told[1]!.daysLeft},off,${renewed},\r\n`,
    );
    const wrong = await wonceWith(stack.env(), 'renewals', '--within', '60');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('a duration such as 60d')]);
  });

  it('within fewer days there are fewer', async () => {
    const { renewals } = await tell(366 + 25);
    expect(renewals.map(({ serialNumber }) => serialNumber)).toEqual([byLedger, byVendor]);
  });

  it('what has not changed is written once; what has, is kept', async () => {
    const before = await readings(purchased);
    await tell(1);
    expect(await readings(purchased)).toBe(before);
    await stack.portal.setPbx({
      ...{ serialNumber: byLedger, product: 12, ...ULTIMATE, expiresAt: inDays(9), autoRenew: true },
    });
    await stack.portal.settings({ pbxDetails: 'full' });
    expect((await tell(10)).renewals).toMatchObject([
      { serialNumber: byLedger, expiresOn: day(inDays(9)), toldBy: 'vendor', daysLeft: 9, autoRenewal: true },
    ]);
    await stack.portal.settings({ pbxDetails: 'silent' });
    expect(await readings(purchased)).toBe(before + 1);
    expect((await stack.ledger.verify(purchased)).ok).toBe(true);
  });

  it('what cannot be read is told as it is known, and says so', async () => {
    await stack.portal.fault({ endpoint: 'auto-renewal', kind: 'server-error', times: null });
    const { renewals } = await tell(400);
    expect(renewals.map(({ serialNumber, notRead }) => [serialNumber, notRead])).toEqual([
      [byLedger, 'PortalUnreachable'],
      [byVendor, 'PortalUnreachable'],
      [renewsItself, 'PortalUnreachable'],
    ]);
    expect(renewals[0]).toMatchObject({ toldBy: 'vendor', daysLeft: 9 });
  });

  it('while an order of the PBX is under way its reading is not kept: it may show that order already', async () => {
    const { serialNumber, requestId } = (await stack.client.renewals())[0]!;
    const before = await readings(requestId);
    await stack.portal.settings({ pbxDetails: 'full' });
    await stack.portal.fault({ endpoint: 'orders', kind: 'hang', when: 'after' });
    const taken = (await posts()).length + 1;
    void order(serialNumber, { operation: 'renew' }).catch(() => undefined);
    await until('the order at the vendor', async () => (await posts()).length === taken);
    const told = (await tell(400)).renewals.find((renewal) => renewal.serialNumber === serialNumber);
    expect(told).toMatchObject({ notRead: 'PbxBusy', requestId });
    expect(await readings(requestId)).toBe(before);
  });
});

it.each(['sixty', 0, undefined])(
  'a run that is started with %j fails, and says what was expected',
  async (days) => {
    await expect(tell(days as number)).rejects.toMatchObject({
      cause: { type: 'InvalidRenewals', message: expect.stringMatching(/a number of days/) as string },
    });
  },
);

describe('the schedule', () => {
  let schedule: ScheduleHandle;
  const startServer = async (env: Record<string, string> = {}) => {
    const server = spawnProcess('server/main.js', { ...stack.env(), WONCE_PORT: '0', ...env });
    await server.saw(/schedules made/);
    return server;
  };

  beforeAll(() => {
    schedule = stack.temporal.schedule.getHandle('renewals');
  });
  afterAll(() => schedule.delete());

  it('without the setting there is none', async () => {
    const server = await startServer({ WONCE_RENEWALS_WITHIN: '' });
    await expect(schedule.describe()).rejects.toThrow(/not found/i);
    await server.stop();
  });

  it('with it the server makes one; a paused one stays paused, and takes the new setting', async () => {
    await (await startServer({ WONCE_RENEWALS_WITHIN: '60d' })).stop();
    const { action, spec } = await schedule.describe();
    expect(action).toMatchObject({ workflowType: TELL_RENEWALS_WORKFLOW, args: [60] });
    expect(spec.intervals).toMatchObject([{ every: DAY_MS }]);
    await schedule.pause('holidays');
    await (await startServer({ WONCE_RENEWALS_WITHIN: '36h' })).stop();
    expect(await schedule.describe()).toMatchObject({
      action: { args: [1.5] },
      state: { paused: true, note: 'holidays' },
    });
  });

  it('a server without the setting leaves it, and says how to delete it', async () => {
    const server = await startServer();
    await server.saw(/temporal schedule delete --schedule-id renewals/);
    await server.stop();
    await schedule.describe();
  });

  it('what it starts tells, and orders nothing', async () => {
    const before = (await posts()).length;
    await schedule.trigger();
    const run = await until('a run', async () => (await schedule.describe()).info.recentActions[0]?.action);
    const { workflowId } = run.workflow;
    const told = (await stack.temporal.workflow.getHandle(workflowId).result()) as ToldRenewals;
    expect(told).toMatchObject({ renewals: expect.any(Array) as [], more: 0 });
    expect((await posts()).length).toBe(before);
  });
});
