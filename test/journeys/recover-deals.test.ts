import type { RecoveryReport } from '../../client/recovery';
import { referenceOf } from '../../validation/reference';
import { DealsStack, SERIAL_FIELD } from '../support/deals-stack';
import { wonceWith, type CommandResult } from '../support/npm-start';
import { startTemporal, type TemporalForTests } from '../support/temporal';
import { until } from '../support/until';

/** Temporal's database is wiped while deals stand in every status; the person has the command only. */
let deals: DealsStack;
let before: TemporalForTests;
let after: TemporalForTests | undefined;

beforeAll(async () => {
  before = await startTemporal();
  deals = await DealsStack.start({}, { temporalAddress: before.address });
}, 150_000);
afterAll(async () => {
  await deals.stop();
  await Promise.all([before.stop(), after?.stop()]);
});

const wonce = (...args: string[]): Promise<CommandResult> => wonceWith(deals.stack.env(), ...args);
const ordersOf = (requestId: string) => deals.stack.portal.ordersWithPo(referenceOf({ requestId }));

async function told(products?: object[]): Promise<{ id: number; deal: string }> {
  const id = await deals.pipedriveDeal({}, products);
  await deals.tellOfPipedrive(id);
  return { id, deal: deals.key('pipedrive', id) };
}

async function halfFilledIn(): Promise<string> {
  const { deal } = await told([]);
  await deals.reaches(deal, 'incomplete');
  expect(await wonce('deals', 'fill', deal, 'extensions=30', '--by', 'Ann')).toMatchObject({ code: 3 });
  return deal;
}

/** Bought once, and won once more: a person is asked. */
async function wonAgain(): Promise<string> {
  const { id, deal } = await told();
  await deals.reaches(deal, 'requested');
  await deals.rests(deal);
  const won_time = '2026-12-24T10:00:00Z';
  const record = { status: 'won', won_time, update_time: won_time };
  await deals.crm.put('pipedrive', 'deals', id, {
    ...record,
    custom_fields: { [SERIAL_FIELD]: '3651E1292455' },
  });
  await deals.tellOfPipedrive(id);
  await deals.reaches(deal, 'waiting-for-decision');
  return deal;
}

async function dismissed(): Promise<string> {
  const { deal } = await told([]);
  await deals.reaches(deal, 'incomplete');
  expect(await wonce('deals', 'dismiss', deal, '--by', 'Ann')).toMatchObject({ code: 0 });
  await deals.rests(deal);
  return deal;
}

/** Its CRM does not answer. */
async function unread(): Promise<string> {
  const id = await deals.pipedriveDeal();
  await deals.crm.fault('pipedrive', { kind: 'server-error', times: null, path: `/deals/${id}` });
  await deals.tellOfPipedrive(id);
  const deal = deals.key('pipedrive', id);
  await deals.reaches(deal, 'reading');
  return deal;
}

/** Decided about, and its purchase waits for a vendor that is down. */
async function toBeBought(): Promise<string> {
  await deals.stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
  const { deal } = await told();
  await deals.reaches(deal, 'requested');
  await until('the purchase to begin', () => deals.stack.ledger.find(`${deal}:1`));
  return deal;
}

async function wipeTemporal(): Promise<void> {
  await Promise.all([deals.server.kill(), ...deals.stack.workers.map((worker) => worker.kill())]);
  await before.stop();
  after = await startTemporal();
  deals.stack.temporalAddress = after.address;
}

const reportOf = ({ stdout }: CommandResult) => JSON.parse(stdout) as RecoveryReport;

async function bought(requestId: string): Promise<void> {
  const isOrdered = async () => (await deals.stack.ledger.find(requestId))?.status === 'ordered';
  await until(`${requestId} to be ordered`, isOrdered, 90_000);
  expect(await ordersOf(requestId)).toHaveLength(1);
}

it('with Temporal wiped, each deal that waits comes back as people left it, and each win is bought once', async () => {
  const [incomplete, again, over] = [await halfFilledIn(), await wonAgain(), await dismissed()];
  const [reading, requested] = [await unread(), await toBeBought()];
  await wipeTemporal();

  const dry = await wonce('recover', '--dry-run', '--by', 'Ann');
  expect(dry).toMatchObject({ code: 0 });
  expect(dry.stdout).toBe(
    'purchases: 1 would be brought back, 0 go on, 1 have ended, 0 could not be brought back\n' +
      'deals: 4 would be brought back, 0 go on, 1 have ended, 0 could not be brought back\n',
  );
  const recovered = await wonce('recover', '--by', 'Ann', '--why', 'a disk failed', '--json');
  expect(recovered).toMatchObject({ code: 0 });
  const none = { failed: [] };
  expect(reportOf(recovered)).toMatchObject({
    purchases: { broughtBack: 1, goOn: 0, ended: 1, ...none },
    deals: { broughtBack: 4, goOn: 0, ended: 1, ...none },
  });
  expect(reportOf(await wonce('recover', '--by', 'Ann', '--json'))).toMatchObject({
    purchases: { broughtBack: 0, goOn: 1, ...none },
    deals: { broughtBack: 0, goOn: 4, ...none },
  });

  await deals.stack.portal.clearFaults();
  await deals.crm.clearFaults('pipedrive');
  await Promise.all([deals.startServer(), deals.stack.startWorker(deals.workerEnv)]);
  await Promise.all([`${reading}:1`, `${requested}:1`].map(bought));

  // What was filled in is not asked for again, and the other win is asked about again.
  await deals.shows(incomplete, ({ missing }) => missing?.map(({ field }) => field).join() === 'plan');
  const rest = ['plan=Ultimate', '--by', 'Ann'];
  expect(await wonce('deals', 'fill', incomplete, ...rest)).toMatchObject({ code: 0 });
  await bought(`${incomplete}:1`);
  expect((await deals.stack.ledger.find(`${incomplete}:1`))?.request).toMatchObject({ extensions: 30 });
  expect((await deals.status(again))?.status).toBe('waiting-for-decision');
  expect(await wonce('deals', 'buy', again, '--by', 'Ann')).toMatchObject({ code: 0 });
  await bought(`${again}:2`);
  expect(await ordersOf(`${again}:1`)).toHaveLength(1);

  expect((await deals.status(over))?.status).toBe('dismissed');
  const kinds = async (deal: string) =>
    (await deals.stack.ledger.deals.events(deal)).filter(({ kind }) => kind === 'recovered');
  expect(await kinds(over)).toEqual([]);
  for (const deal of [incomplete, again, reading, requested]) {
    expect(await kinds(deal)).toMatchObject([{ actor: 'Ann', data: { why: 'a disk failed' } }]);
  }
  expect(await deals.stack.ledger.verifyAll()).toMatchObject({ broken: [], chain: { broken: [] } });
}, 400_000);
