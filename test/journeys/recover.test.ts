import { Client, Connection } from '@temporalio/client';
import { WonceClient } from '../../client/wonce-client';
import { plainTarget } from '../../config/temporal-connection';
import type { PurchaseRequest } from '../../domain/request';
import type { PurchaseState } from '../../domain/status';
import { withApprovals } from '../support/approval-rules';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { startTemporal, type TemporalForTests } from '../support/temporal';
import { until } from '../support/until';

/** Temporal's database is wiped while 50 purchases stand in every status; the ledger and the vendor's book are all that is left. */
const WORKER = {
  ...withApprovals(
    '{ name: large, extensions: { atLeast: 500 }, people: 2 }',
    '{ name: long, years: { atLeast: 5 } }',
  ),
  // An order that was pending for minutes would be read again only after minutes.
  WONCE_WATCH_LONGEST_GAP: '2s',
};
const AUTHOR = { by: 'Ann', via: 'test' };
const TWO_PARTNERS: Partial<PurchaseRequest> = {
  license: { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } },
};

let stack: TestStack;
let before: TemporalForTests;
let after: TemporalForTests | undefined;
let client: WonceClient;

beforeAll(async () => {
  before = await startTemporal();
  stack = await TestStack.start({ temporalAddress: before.address });
}, 120_000);
afterAll(async () => {
  await stack.stop();
  await client?.close().catch(() => undefined);
  await Promise.all([before.stop(), after?.stop()]);
});

const many = (kind: string, count: number) => Array.from({ length: count }, (_, n) => `recover-${kind}-${n}`);
const request = (requestId: string, change: Partial<PurchaseRequest> = {}): PurchaseRequest => ({
  ...tutorialRequest(requestId),
  poNumber: requestId,
  ...change,
});

async function bring(ids: string[], status: PurchaseState, change: Partial<PurchaseRequest> = {}) {
  await Promise.all(ids.map((id) => stack.client.start(request(id, change))));
  for (const id of ids) await stands(id, status);
}

function stands(id: string, status: PurchaseState): Promise<unknown> {
  return until(`${id} to be ${status}`, async () => (await stack.ledger.find(id))?.status === status, 60_000);
}

/** Each of its own content: of two orders that are alike, a person would have to say whose is whose. */
async function killedAt(point: string, id: string, extensions: number): Promise<void> {
  const worker = await stack.startWorker({ WONCE_FAIL_POINT: point });
  await stack.client.start(request(id, { extensions }));
  await until(`the worker to die ${point}`, () => Promise.resolve(worker.hasEnded), 30_000);
  expect(await stack.ledger.latestAttempt(id)).toMatchObject({ attempt: 1 });
}

const ordered = many('ordered', 11);
const refused = many('refused', 5);
const choosing = many('choosing', 4);
const halfChosen = many('half-chosen', 2);
const cancelled = many('cancelled', 4);
const approving = many('approving', 4);
const halfApproved = many('half-approved', 2);
const confirming = many('confirming', 4);
const deciding = many('deciding', 3);
const lookingUp = many('looking-up', 4);
const cancelling = many('cancelling', 2);
const taken = many('taken', 2);
const written = many('written', 1);
const quoted = many('quoted', 2);
const ENDED = [...ordered, ...refused, ...cancelled];
const OPEN = [
  ...choosing,
  ...halfChosen,
  ...approving,
  ...halfApproved,
  ...confirming,
  ...deciding,
  ...lookingUp,
  ...cancelling,
  ...taken,
  ...written,
];

async function fillLedger(): Promise<void> {
  let worker = await stack.startWorker(WORKER);
  await bring(ordered, 'ordered');
  await bring(refused, 'refused', { plan: 'Platinum', services: [] });
  await bring([...choosing, ...halfChosen, ...cancelled], 'waiting-for-choice', {
    ...TWO_PARTNERS,
    billingContact: undefined,
  });
  for (const id of cancelled) await stack.client.decide(id, { verb: 'cancel', by: 'Ann' });
  for (const id of cancelled) await stands(id, 'cancelled');
  for (const id of halfChosen) {
    const { question } = (await stack.client.status(id)).status;
    await stack.client.decide(id, { verb: 'choose', id: question!.candidates[1]!.id, by: 'Ann' });
    await until(`${id} to ask for the contact`, async () =>
      /billing contact/.test((await stack.ledger.find(id))?.question?.asked ?? ''),
    );
  }
  await bring(approving, 'waiting-for-approval', { years: 5 });
  await bring(halfApproved, 'waiting-for-approval', { extensions: 500 });
  for (const id of halfApproved) await stack.client.decide(id, { verb: 'approve', by: 'Ben' });
  for (const id of quoted) await stack.client.quote(request(id), 'test');
  await stack.portal.settings({ orderStatus: 'pending' });
  await bring(confirming, 'confirming');
  await stack.portal.settings({ orderStatus: 'succeed' });
  await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'before', times: deciding.length });
  await bring(deciding, 'waiting-for-decision', { years: 3 });
  await stack.portal.clearFaults();
  await worker.stop();

  for (const [n, id] of taken.entries()) await killedAt('after-order-taken', id, 110 + n);
  for (const [n, id] of written.entries()) await killedAt('after-attempt-written', id, 150 + n);

  worker = await stack.startWorker(WORKER);
  await stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
  await bring([...lookingUp, ...cancelling], 'looking-up');
  // Somebody has cancelled, and Temporal was lost before the run came to its end.
  for (const requestId of cancelling) {
    const data = { verb: 'cancel', via: 'test' };
    await stack.ledger.recordStatus({ requestId, kind: 'decision', actor: 'Ann', data });
  }
  await worker.kill();
}

const statuses = async (ids: string[]) =>
  Promise.all(ids.map(async (id) => (await stack.ledger.find(id))?.status));

it('wiped with 50 purchases in every status, each open one comes back, each ended one stays, none is ordered twice', async () => {
  await fillLedger();
  expect(ENDED.length + OPEN.length + quoted.length).toBe(50);
  const endedBefore = await Promise.all(ENDED.map((id) => stack.ledger.find(id)));
  await before.stop();

  after = await startTemporal();
  const connection = await Connection.connect(plainTarget(after.address, 'default').connection);
  const { taskQueue, ledger } = stack;
  client = new WonceClient({ taskQueue, temporal: new Client({ connection }), ledger, problems: [] });
  stack.temporalAddress = after.address;

  const dry = await client.recovery.recover({ author: AUTHOR, isDryRun: true });
  const ended = ENDED.length + quoted.length;
  const none = { goOn: 0, failed: [] };
  expect(dry.purchases).toEqual({ ended, broughtBack: OPEN.length, ...none });
  expect((await client.status(choosing[0]!)).goesOn).toBe(false);

  await stack.portal.clearFaults();
  const worker = await stack.startWorker(WORKER);
  const both = await Promise.all([
    client.recovery.recover({ author: AUTHOR }),
    client.recovery.recover({ author: AUTHOR }),
  ]);
  expect(both.flatMap(({ purchases }) => purchases.failed)).toEqual([]);
  await Promise.all(OPEN.map(comesBack));

  expect(await Promise.all(ENDED.map((id) => ledger.find(id)))).toEqual(endedBefore);
  expect(await statuses(quoted)).toEqual(quoted.map(() => 'quoted'));
  for (const id of OPEN) {
    const recovered = (await ledger.events(id)).filter(({ kind }) => kind === 'recovered');
    expect([id, recovered.length > 0]).toEqual([id, true]);
    expect(recovered[0]).toMatchObject({ actor: 'Ann', data: { via: 'test' } });
  }
  await goOnToTheirEnds();
  for (const id of [...ENDED, ...OPEN, ...quoted]) {
    const isBought = (await ledger.find(id))?.status === 'ordered';
    expect([id, (await stack.portal.ordersWithPo(id)).length]).toEqual([id, isBought ? 1 : 0]);
  }
  expect(await ledger.verifyAll()).toMatchObject({ broken: [], chain: { broken: [] } });
  await worker.stop();
}, 400_000);

/** Whatever its status, it is under way again, and stands where its evidence puts it. */
async function comesBack(id: string): Promise<void> {
  const wanted: Record<string, PurchaseState> = {
    choosing: 'waiting-for-choice',
    'half-chosen': 'waiting-for-choice',
    approving: 'waiting-for-approval',
    'half-approved': 'waiting-for-approval',
    confirming: 'confirming',
    deciding: 'waiting-for-decision',
    written: 'waiting-for-decision',
    'looking-up': 'ordered',
    taken: 'ordered',
    cancelling: 'cancelled',
  };
  const status = wanted[id.replace('recover-', '').replace(/-\d+$/, '')];
  const look = async () => {
    const report = await client.status(id);
    const goesOn = status === 'ordered' || status === 'cancelled' || report.goesOn === true;
    return report.status.status === status && goesOn;
  };
  await until(`${id} to be ${status} again`, look, 90_000);
}

async function goOnToTheirEnds(): Promise<void> {
  // Who has chosen or approved is not asked again.
  for (const id of halfChosen) {
    const { question } = (await client.status(id)).status;
    expect(question!.asked).toMatch(/billing contact/);
    await client.decide(id, { verb: 'choose', id: question!.candidates[0]!.id, by: 'Ann' });
    await stands(id, 'ordered');
  }
  for (const id of halfApproved) {
    expect((await client.status(id)).status.question?.approval?.given).toMatchObject([{ by: 'Ben' }]);
    await client.decide(id, { verb: 'approve', by: 'Cleo' });
    await stands(id, 'ordered');
  }
  for (const id of approving) await client.decide(id, { verb: 'approve', by: 'Ben' });
  for (const id of approving) await stands(id, 'ordered');
  for (const id of confirming) {
    const { order } = (await client.status(id)).status;
    await stack.portal.setOrderStatus(order!.orderNo, 'succeed');
    await stands(id, 'ordered');
  }
  // An attempt of unknown outcome was not sent again unasked.
  for (const id of [...deciding, ...written]) {
    expect(await stack.portal.ordersWithPo(id)).toEqual([]);
    // A worker that is not heard of any more may only be held up.
    const { underWayUntil = '' } = (await client.status(id)).status.evidence ?? {};
    await until('the end of its time', () => !(Date.now() < Date.parse(underWayUntil)));
    await client.decide(id, { verb: 'settle', notCreated: 'order-again', by: 'Ann' });
    await stands(id, 'ordered');
  }
}
