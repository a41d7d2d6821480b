import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'lossless-json';
import { startFakePortal } from '../../../dev/fake-portal/server';
import { Caller } from './caller';
import {
  addedService,
  downgrade,
  expansion,
  moreServices,
  renewal,
  renewedPlan,
  SOFTWARE,
  trial,
  YEARLY_APPLIANCE,
} from './life-orders';
import { tutorialOrder, TUTORIAL_TEXT } from './orders';

let stateDir: string;
let callers: Caller[];
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'fake-portal-'));
  callers = [];
});
afterEach(async () => {
  await Promise.all(callers.map(({ portal }) => portal.close()));
  rmSync(stateDir, { recursive: true });
});

async function start(): Promise<Caller> {
  const caller = await Caller.start({ stateDir });
  callers.push(caller);
  return caller;
}

async function startAgain(): Promise<Caller> {
  await callers.pop()!.portal.close();
  return start();
}

const file = () => join(stateDir, 'orders.jsonl');

it('orders, their statuses and PBXs, new and added, are there after a restart', async () => {
  let caller = await start();
  const { productNo, orderNo } = (await caller.order(tutorialOrder({ productNo: undefined }))).result;
  await caller.order(TUTORIAL_TEXT);
  await caller.switched(`orders/${String(orderNo)}/status`, { status: 'refunded' });
  await caller.switched('products', { serialNumbers: ['BENCH0000001'] });
  const before = await caller.orders();

  caller = await startAgain();
  expect(await caller.orders()).toEqual(before);
  expect(before[0]).toMatchObject({ orderNo, orderStatus: 'refunded' });
  for (const known of [productNo, 'BENCH0000001']) {
    expect(await caller.order(tutorialOrder({ productNo: known }))).toMatchObject({ code: 'success' });
  }
  expect(new Set((await caller.orders()).map((order) => order.orderNo)).size).toBe(4);
});

it('what was ordered by hand, when and for whom, is there after a restart, in the same place of the list', async () => {
  const settings = { orderListOrder: 'shuffled', showPartnerId: true };
  let caller = await start();
  await caller.switched('settings', settings);
  const byHand = { productNo: undefined, partnerId: '3076915454489739265' };
  const orderNo = await caller.plant(stringify(tutorialOrder(byHand))!, 1_739_717_926_000);
  for (let count = 1; count <= 8; count += 1) await caller.order(TUTORIAL_TEXT);
  const read = async () => [
    (await caller.get('/order/openapi/order/v1/page')).result,
    (await caller.get(`/order/openapi/order/v1/get/${orderNo}`)).result,
  ];
  const before = await read();
  expect(before[1]).toMatchObject({
    basicInformation: { partnerId: '3076915454489739265' },
    orderInformation: { createTime: 1_739_717_926_000 },
  });

  caller = await startAgain();
  await caller.switched('settings', settings);
  expect(await read()).toEqual(before);
});

it('what every PBX has is the same after a restart: of the beginning, ordered, expanded, set, in trial, pending', async () => {
  let caller = await start();
  await caller.switched('pbxs', SOFTWARE);
  await caller.order(moreServices([expansion()]));
  await caller.switched('pbxs', { ...YEARLY_APPLIANCE, autoRenew: true });
  await caller.order(trial());
  await caller.order(TUTORIAL_TEXT);
  await caller.order(renewal({ serviceList: [renewedPlan()] }));
  await caller.order(downgrade());
  await caller.switched('settings', { orderStatus: 'failed' });
  await caller.order(moreServices([expansion()]));
  const before = await caller.control('GET', 'pbxs');
  expect(before.pbxs).toContainEqual(
    expect.objectContaining({
      serialNumber: SOFTWARE.serialNumber,
      extensions: 120,
      pendingPlan: 'Enterprise',
    }),
  );

  caller = await startAgain();
  expect(await caller.control('GET', 'pbxs')).toEqual(before);
});

it('of orders at once for one service of a PBX, one is taken: each finds what the one before has made', async () => {
  const caller = await start();
  await caller.switched('pbxs', SOFTWARE);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => caller.order(moreServices([addedService()]))),
  );
  expect(answers.filter(({ code }) => code === 'success')).toHaveLength(1);
});

it('when it began is read from its file, and a file that was edited is an error', async () => {
  writeFileSync(join(stateDir, 'began.txt'), '1900000000000\n');
  const caller = await start();
  const { pbxs } = (await caller.control('GET', 'pbxs')) as {
    pbxs: { serialNumber: string; expiresAt?: number }[];
  };
  const first = pbxs.find(({ serialNumber }) => serialNumber === '3651E1291210')!;
  expect(first.expiresAt).toBe(1_900_000_000_000 + 20 * 24 * 60 * 60 * 1000);
  writeFileSync(join(stateDir, 'began.txt'), 'yesterday\n');
  await expect(startFakePortal({ port: 0, stateDir })).rejects.toThrow(/began\.txt: expected milliseconds/);
});

it('an order is in the file before it is answered for', async () => {
  const caller = await start();
  const { orderNo } = (await caller.order(TUTORIAL_TEXT)).result;
  expect(readFileSync(file(), 'utf8')).toContain(String(orderNo));
});

it('orders that come at once are all in the file, each on a line of its own', async () => {
  const caller = await start();
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => caller.order(tutorialOrder({ productNo: undefined }))),
  );
  const lines = readFileSync(file(), 'utf8').trimEnd().split('\n');
  const written = lines.map((line) => (JSON.parse(line) as { order: { orderNo: string } }).order.orderNo);
  expect(written.sort()).toEqual(answers.map(({ result }) => result.orderNo).sort());
  expect(new Set(answers.map(({ result }) => result.productNo)).size).toBe(50);
});

it('a last line torn by a kill is dropped, and the next order stands on a line of its own', async () => {
  await (await start()).order(TUTORIAL_TEXT);
  appendFileSync(file(), Buffer.from('{"order":{"orderNo":"ZC1","body":"é').subarray(0, -1));
  let caller = await startAgain();
  expect(await caller.orders()).toHaveLength(1);
  await caller.order(TUTORIAL_TEXT);
  caller = await startAgain();
  expect(await caller.orders()).toHaveLength(2);
});

it('a broken line before the last is an error that names it', async () => {
  writeFileSync(file(), 'not JSON\n{"products":["A"],"createTime":1}\n');
  await expect(startFakePortal({ port: 0, stateDir })).rejects.toThrow(
    /^Line 1 of the file of orders is not JSON/,
  );
});

it('a file of orders that cannot be read is not begun anew', async () => {
  mkdirSync(file());
  await expect(startFakePortal({ port: 0, stateDir })).rejects.toThrow(/cannot be read/);
});

it('without a folder the orders live in memory', async () => {
  const caller = await Caller.start();
  await caller.order(TUTORIAL_TEXT);
  await caller.portal.close();
  const next = await Caller.start();
  expect(await next.orders()).toEqual([]);
  await next.portal.close();
});
