import { randomUUID } from 'node:crypto';
import type { GivenPbx } from '../../dev/fake-portal/pbx-control';
import type { DecisionContent } from '../../domain/decision';
import type { PurchaseRequest } from '../../domain/request';
import { isTerminal, waitsForPerson } from '../../domain/status';
import { referenceOf } from '../../validation/reference';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

const ULTIMATE = '3049041101760282624';
const ENTERPRISE = '3048918321840570369';
const DISASTER_RECOVERY = '3129372068699893760';
const EXTENSION_EXPANSION = '3048561733905268737';
const CALL_CENTER = '3048560606464323585';
const CONTACT = '3197218168379846218';

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.start();
  await stack.startWorker({ WONCE_OPERATIONS: 'expand,add-service' });
});
afterEach(async () => {
  await stack.portal.clearFaults();
  await stack.portal.settings({ pbxDetails: 'full' });
});
afterAll(() => stack.stop());

const IN_A_MONTH = Date.now() + 30 * 24 * 60 * 60_000;

/** A PBX of its own: Ultimate, 100 extensions, Disaster Recovery, for a year that ends soon. */
async function pbx(change: Partial<GivenPbx> = {}): Promise<string> {
  const serialNumber = `3651E4${randomUUID().slice(0, 6).toUpperCase()}`;
  const ultimate = { plan: 'Ultimate', extensions: 100, services: ['Disaster Recovery'], years: 1 };
  const expiresAt = IN_A_MONTH;
  await stack.portal.setPbx({ serialNumber, product: 12, ...ultimate, expiresAt, ...change });
  return serialNumber;
}

type Wanted = Partial<PurchaseRequest>;

function request(serialNumber: string, wanted: Wanted): PurchaseRequest {
  return {
    requestId: `life-${randomUUID().slice(0, 8)}`,
    license: { kind: 'existing', serialNumber },
    plan: 'Ultimate',
    billingContact: { billingContactId: CONTACT },
    ...wanted,
  };
}

const RENEWAL: Wanted = { operation: 'renew', extensions: 100, services: ['Disaster Recovery'], years: 2 };
const renewal = (serialNumber: string, change: Wanted = {}) =>
  request(serialNumber, { ...RENEWAL, ...change });

async function order(wanted: PurchaseRequest) {
  await stack.client.start(wanted);
  return endOf(wanted);
}

/** How it ends, or what it asks. */
async function endOf({ requestId }: PurchaseRequest) {
  const { status, remarks } = await stack.client.wait(requestId, { timeoutMs: 90_000 });
  if (waitsForPerson(status.status)) return status;
  if (isTerminal(status.status)) {
    // It reads the PBX once more when it has ordered. Of a refusal its run fails.
    await stack.temporal.workflow
      .getHandle(`purchase:${requestId}`)
      .result()
      .catch(() => undefined);
    return status;
  }
  throw new Error(`${JSON.stringify(status)} ${remarks.join(' ')}`);
}

const decide = ({ requestId }: PurchaseRequest, what: DecisionContent, about?: string) =>
  stack.client.decide(requestId, { ...what, by: 'Ann', ...(about !== undefined && { about }) });

/** Orders it, and confirms it when a person is asked. */
async function confirmed(wanted: PurchaseRequest) {
  const status = await order(wanted);
  expect(status.status).toBe('waiting-for-choice');
  await decide(wanted, { verb: 'choose', id: 'order' });
  return endOf(wanted);
}

const bodies = async (serialNumber: string) =>
  (await stack.portal.orders(({ body }) => body.includes(`"productNo":"${serialNumber}"`))).map(
    ({ body }) => body,
  );

const events = async ({ requestId }: PurchaseRequest) =>
  (await stack.ledger.events(requestId)).map(({ kind }) => kind);

/** A body of the vendor's reference, with our reference beside it. */
const bodyOf = (wanted: PurchaseRequest, head: string, lines: string[]) =>
  `{${head},"poNumber":"${referenceOf(wanted)}","serviceList":[${lines.join(',')}]}`;

const years = (n: number) => `"billingModel":"recurring","billingCycle":"annually","multiCycle":${n}`;

describe('each operation, from its request to the order, digit for digit', () => {
  it('a renewal takes the plan and its services together, with the present number of extensions', async () => {
    const serialNumber = await pbx();
    const wanted = renewal(serialNumber);
    expect(await order(wanted)).toMatchObject({ status: 'ordered', attempts: 1 });
    expect(await bodies(serialNumber)).toEqual([
      bodyOf(
        wanted,
        `"operationType":"renew_plan","productId":12,"productNo":"${serialNumber}","billingId":${CONTACT}`,
        [
          `{"serviceType":"plan","serviceId":${ULTIMATE},"quantity":100,"purchaseType":"renew",${years(2)}}`,
          `{"connectionPlanId":${ULTIMATE},"serviceType":"service","serviceId":${DISASTER_RECOVERY},"purchaseType":"renew",${years(2)}}`,
        ],
      ),
    ]);
    expect(await stack.portal.pbx(serialNumber)).toMatchObject({ extensions: 100, yearsBought: 3 });
    expect(await events(wanted)).toEqual([
      ...['accepted', 'pbx-held', 'pbx-checked', 'attempt-started', 'attempt-created', 'pbx-read'],
    ]);
    expect((await stack.ledger.verify(wanted.requestId)).ok).toBe(true);
  });

  it('a switch to a higher plan keeps the running term, and a person confirms it', async () => {
    const serialNumber = await pbx({ plan: 'Enterprise', services: [] });
    const wanted = request(serialNumber, { operation: 'switch-plan', years: 1 });
    const asked = await order(wanted);
    expect(asked).toMatchObject({ status: 'waiting-for-choice', question: { verb: 'choose' } });
    expect(asked.question!.asked).toMatch(/^The switch to Ultimate takes effect at once/);
    expect(asked.question!.candidates.map(({ id }) => id)).toEqual(['order', 'stop']);
    await decide(wanted, { verb: 'choose', id: 'order' });
    expect((await endOf(wanted)).status).toBe('ordered');
    expect(await bodies(serialNumber)).toEqual([
      bodyOf(
        wanted,
        `"operationType":"switch_plan","productId":12,"productNo":"${serialNumber}","billingId":${CONTACT}`,
        [`{"serviceType":"plan","serviceId":${ULTIMATE},"purchaseType":"switch",${years(1)}}`],
      ),
    ]);
    expect(await stack.portal.pbx(serialNumber)).toMatchObject({ plan: 'Ultimate', extensions: 100 });
  });

  it('a switch to a lower plan says before that services may end', async () => {
    const serialNumber = await pbx();
    const wanted = request(serialNumber, { operation: 'switch-plan', plan: 'Enterprise', years: 3 });
    const asked = await order(wanted);
    expect(asked.question!.asked).toMatch(/takes effect when the running plan expires.*may end/);
    expect(asked.question!.compared).toContainEqual({ fact: 'plan', told: { vendor: 'Ultimate' } });
    await decide(wanted, { verb: 'choose', id: 'order' });
    expect((await endOf(wanted)).status).toBe('ordered');
    expect(await stack.portal.pbx(serialNumber)).toMatchObject({
      plan: 'Ultimate',
      pendingPlan: 'Enterprise',
    });
  });

  it('an expansion names the present plan and the number that comes on top', async () => {
    const serialNumber = await pbx();
    const wanted = request(serialNumber, { operation: 'expand', addExtensions: 20, years: 1 });
    expect(await confirmed(wanted)).toMatchObject({ status: 'ordered', attempts: 1 });
    expect(await bodies(serialNumber)).toEqual([
      bodyOf(
        wanted,
        `"operationType":"purchase_service","productId":12,"productNo":"${serialNumber}","billingId":${CONTACT}`,
        [
          `{"connectionPlanId":${ULTIMATE},"serviceType":"service","serviceId":${EXTENSION_EXPANSION},"quantity":20,"purchaseType":"purchase",${years(1)}}`,
        ],
      ),
    ]);
    expect(await stack.portal.pbx(serialNumber)).toMatchObject({ extensions: 120 });
  });

  it('a service is added once a person has confirmed it', async () => {
    const serialNumber = await pbx();
    const services = [{ service: 'Outbound Call Center', quantity: 5 }];
    const wanted = request(serialNumber, { operation: 'add-service', services, years: 1 });
    expect(await confirmed(wanted)).toMatchObject({ status: 'ordered', attempts: 1 });
    expect((await bodies(serialNumber))[0]).toContain(
      `{"connectionPlanId":${ULTIMATE},"serviceType":"service","serviceId":${CALL_CENTER},"quantity":5,"purchaseType":"purchase",${years(1)}}`,
    );
  });

  it('a trial has no billing contact, no term and no money, and a mail may go to somebody else too', async () => {
    const wanted: PurchaseRequest = {
      requestId: `life-${randomUUID().slice(0, 8)}`,
      operation: 'trial',
      license: { kind: 'new', partner: { company: 'Harbour Hotels' } },
      plan: 'Enterprise',
      activationMailTo: { email: 'telephony@northern-clinics.example' },
    };
    const status = await order(wanted);
    expect(status).toMatchObject({ status: 'ordered', activationCode: expect.any(String) as string });
    const [placed] = await stack.portal.ordersWithPo(referenceOf(wanted));
    expect(placed!.body).toBe(
      bodyOf(
        wanted,
        '"operationType":"trial_plan","productId":12,"partnerId":3076915454489739265,"assignId":3076915454489739271',
        [`{"serviceType":"plan","serviceId":${ENTERPRISE},"purchaseType":"trial","multiCycle":0}`],
      ),
    );
  });

  it.each([
    ['purchase', {}, 'Enterprise', { years: 2 }, 'ordered'],
    [
      'renew',
      { plan: 'Standard', cycle: 'monthly', years: 0 },
      'Standard',
      { billingCycle: 'monthly' },
      'ordered',
    ],
    ['renew', { plan: 'Enterprise', years: 1 }, 'Enterprise', { years: 3 }, 'ordered'],
    ['switch-plan', { plan: 'Standard', years: 1 }, 'Ultimate', { years: 2 }, 'waiting-for-choice'],
  ] as const)('the Appliance Edition: %s %j', async (operation, has, plan, term, first) => {
    const serialNumber = await applianceWith(has);
    const wanted = request(serialNumber, { operation, product: 'appliance', plan, ...term });
    expect(await order(wanted)).toMatchObject({ status: first });
    if (first === 'waiting-for-choice') await decide(wanted, { verb: 'choose', id: 'order' });
    expect((await endOf(wanted)).status).toBe('ordered');
    const [body] = await bodies(serialNumber);
    expect(body).toContain('"productId":11,');
    expect(body).not.toMatch(/quantity|connectionPlanId/);
    expect(body).toContain(
      'billingCycle' in term ? '"billingCycle":"monthly","multiCycle":0' : years(term.years),
    );
  });
});

async function applianceWith(has: Partial<GivenPbx>): Promise<string> {
  const serialNumber = `3670A4${randomUUID().slice(0, 6).toUpperCase()}`;
  const state = Object.keys(has).length === 0 ? {} : { expiresAt: IN_A_MONTH, ...has };
  await stack.portal.setPbx({ serialNumber, product: 11, ...state });
  return serialNumber;
}

describe('what the vendor shows of the PBX and the request contradicts is refused before anything is sent', () => {
  it.each<[string, Partial<GivenPbx>, Wanted, RegExp]>([
    [
      'another quantity',
      {},
      { ...RENEWAL, extensions: 90 },
      /extensions: expected the present number of extensions, 100; came 90/,
    ],
    ['a service left out', {}, { ...RENEWAL, services: [] }, /services: expected Disaster Recovery too/],
    [
      'a service that is not there',
      { services: [] },
      RENEWAL,
      /services: expected only services that are active; .*none; came Disaster Recovery/,
    ],
    ['another plan', {}, { ...RENEWAL, plan: 'Enterprise', services: [] }, /plan/],
    [
      'the present plan',
      {},
      { operation: 'switch-plan', years: 1 },
      /plan: expected another plan than the present one|There is no plan/,
    ],
    [
      'another term at an upgrade',
      { plan: 'Enterprise', services: [], years: 3 },
      { operation: 'switch-plan', years: 1 },
      /years: expected the running term, 3/,
    ],
    [
      'a service that is there',
      {},
      { operation: 'add-service', services: ['Disaster Recovery'], years: 1 },
      /services: expected services that are not there yet; came Disaster Recovery/,
    ],
    [
      'an expansion of another plan',
      {},
      { operation: 'expand', plan: 'Enterprise', addExtensions: 5, years: 1 },
      /plan: expected the present plan, Ultimate; came Enterprise|There is no plan/,
    ],
  ])('%s', async (_what, has, wanted, message) => {
    const serialNumber = await pbx(has);
    const { status, reason } = await order(request(serialNumber, wanted));
    expect({ status, message: reason?.message }).toEqual({
      status: 'refused',
      message: expect.stringMatching(message) as string,
    });
    expect(await bodies(serialNumber)).toEqual([]);
  });

  it('a serial number of another product', async () => {
    const serialNumber = await applianceWith({ plan: 'Enterprise' });
    const { status, reason } = await order(renewal(serialNumber));
    expect({ status, code: reason?.code }).toEqual({ status: 'refused', code: 'SerialNumberNotFound' });
    expect(await bodies(serialNumber)).toEqual([]);
  });

  it.each<[string, Partial<GivenPbx>]>([
    ['a PBX without a plan', {}],
    ['a PBX in trial', { plan: 'Ultimate', isTrial: true }],
  ])('%s', async (_what, has) => {
    const serialNumber = `3651E4${randomUUID().slice(0, 6).toUpperCase()}`;
    await stack.portal.setPbx({ serialNumber, product: 12, ...has });
    const { status } = await order(renewal(serialNumber));
    expect(status).toBe('refused');
    expect(await bodies(serialNumber)).toEqual([]);
  });
});

describe('where the vendor shows nothing of the PBX, a person is asked before, and the vendor refuses what is wrong', () => {
  it.each<[string, Partial<GivenPbx>, Wanted]>([
    ['another quantity', {}, { ...RENEWAL, extensions: 90 }],
    ['a service left out', {}, { ...RENEWAL, services: [] }],
    ['a service that is not there', { services: [] }, RENEWAL],
    ['the present plan', {}, { operation: 'switch-plan', years: 1 }],
    [
      'another term at an upgrade',
      { plan: 'Enterprise', services: [], years: 3 },
      { operation: 'switch-plan', years: 1 },
    ],
    ['a service that is there', {}, { operation: 'add-service', services: ['Disaster Recovery'], years: 1 }],
  ])('%s', async (_what, has, wanted) => {
    await stack.portal.settings({ pbxDetails: 'silent' });
    const serialNumber = await pbx(has);
    const before = await stack.portal.pbx(serialNumber);
    const given = request(serialNumber, wanted);
    const first = await order(given);
    // What is not offered for this PBX is refused at once; all else waits for a person.
    expect(await bodies(serialNumber)).toEqual([]);
    if (first.status === 'waiting-for-choice') {
      await decide(given, { verb: 'choose', id: 'order' });
      expect((await endOf(given)).status).toBe('refused');
    } else expect(first.status).toBe('refused');
    expect(await bodies(serialNumber)).toEqual([]);
    expect(await stack.portal.pbx(serialNumber)).toEqual(before);
  });
});

it("the last order of a PBX that the vendor shows tells what it has, and a difference is a person's to decide", async () => {
  await stack.portal.settings({ pbxDetails: 'silent' });
  const serialNumber = await pbx();
  const byHand = renewal(serialNumber, { years: 1 });
  const { poNumber: _, ...rest } = byHand;
  await stack.portal.orderByHand(
    bodyOf(
      { ...rest, requestId: 'by-hand' },
      `"operationType":"renew_plan","productId":12,"productNo":"${serialNumber}","billingId":${CONTACT}`,
      [
        `{"serviceType":"plan","serviceId":${ULTIMATE},"quantity":100,"purchaseType":"renew",${years(1)}}`,
        `{"connectionPlanId":${ULTIMATE},"serviceType":"service","serviceId":${DISASTER_RECOVERY},"purchaseType":"renew",${years(1)}}`,
      ],
    ),
  );
  const differs = await order(renewal(serialNumber, { extensions: 120 }));
  expect(differs.question?.asked).toMatch(/^The sources differ, or cannot be compared: extensions\./);
  expect(differs.question?.compared).toContainEqual({
    fact: 'extensions',
    told: { 'its last order': '100', 'the request': '120' },
  });
  expect(await order(renewal(serialNumber))).toMatchObject({ status: 'ordered' });
});

describe('what nobody but the request tells is confirmed by a person', () => {
  it('the first renewal asks; the next one is known by the ledger', async () => {
    await stack.portal.settings({ pbxDetails: 'silent' });
    const serialNumber = await pbx();
    const first = renewal(serialNumber, { years: 1 });
    const asked = await order(first);
    expect(asked.question?.asked).toMatch(/Only the request says what the PBX has: plan/);
    expect(asked.question?.compared).toContainEqual({ fact: 'extensions', told: { 'the request': '100' } });
    await decide(first, { verb: 'choose', id: 'order' });
    expect((await endOf(first)).status).toBe('ordered');

    const again = await order(renewal(serialNumber, { years: 1 }));
    // What the PBX has is known by now; that it was renewed in this term is the one doubt that is left.
    expect(again.question?.asked).toMatch(
      /^The PBX was renewed already in this term: [^.]*\. Is it to be ordered/,
    );
    expect(await bodies(serialNumber)).toHaveLength(1);
  });

  it('a decision to stop orders nothing', async () => {
    await stack.portal.settings({ pbxDetails: 'silent' });
    const serialNumber = await pbx();
    const wanted = renewal(serialNumber);
    await order(wanted);
    await decide(wanted, { verb: 'choose', id: 'stop' });
    const { status, reason } = await endOf(wanted);
    expect({ status, code: reason?.code }).toEqual({ status: 'refused', code: 'StoppedByDecision' });
    expect(await bodies(serialNumber)).toEqual([]);
  });
});

describe('each of these asks before anything is sent', () => {
  it.each<[string, Partial<GivenPbx>, RegExp]>([
    ['auto-renewal', { autoRenew: true }, /renews itself/],
    ['a pending switch', { pendingPlan: 'Enterprise' }, /A plan switch of the PBX is pending: from Ultimate/],
  ])('%s', async (_what, has, asked) => {
    const serialNumber = await pbx(has);
    const status = await order(renewal(serialNumber));
    expect(status).toMatchObject({
      status: 'waiting-for-choice',
      question: { asked: expect.stringMatching(asked) as string },
    });
    expect(await bodies(serialNumber)).toEqual([]);
  });

  it('a pending order of the PBX, that was made in the portal by hand', async () => {
    const serialNumber = await pbx();
    const byHand = renewal(serialNumber);
    await order(byHand);
    const [placed] = await stack.portal.orders(({ body }) => body.includes(serialNumber));
    await stack.portal.setOrderStatus(placed!.orderNo, 'pending');
    const status = await order(renewal(serialNumber));
    expect(status.question?.asked).toContain(
      `The vendor has an order of this PBX that has not ended: ${placed!.orderNo}.`,
    );
  });
});

it('ten renewals of one PBX at once are one order, and nine that ask', async () => {
  const serialNumber = await pbx();
  const ten = Array.from({ length: 10 }, () => renewal(serialNumber, { years: 1 }));
  await Promise.all(ten.map((wanted) => stack.client.start(wanted)));
  const ends = await Promise.all(ten.map(endOf));
  expect(ends.map(({ status }) => status).sort()).toEqual([
    'ordered',
    ...Array<string>(9).fill('waiting-for-choice'),
  ]);
  expect(await bodies(serialNumber)).toHaveLength(1);
  expect(await stack.portal.pbx(serialNumber)).toMatchObject({ yearsBought: 2 });
}, 120_000);

it('what a person has confirmed is looked at afresh: when it has changed meanwhile, they are asked again', async () => {
  const serialNumber = await pbx({ autoRenew: true });
  const wanted = renewal(serialNumber);
  const { question } = await order(wanted);
  await stack.portal.setPbx({
    ...{ serialNumber, product: 12, plan: 'Ultimate', extensions: 100, services: ['Disaster Recovery'] },
    ...{ years: 1, expiresAt: IN_A_MONTH, autoRenew: true, pendingPlan: 'Enterprise' },
  });
  await decide(wanted, { verb: 'choose', id: 'order' });
  const again = await until('another question', async () => {
    const { status } = await stack.client.status(wanted.requestId);
    return status.question !== undefined && status.question.id !== question!.id ? status : undefined;
  });
  expect(again.question!.asked).toMatch(/A plan switch of the PBX is pending/);
  expect(await bodies(serialNumber)).toEqual([]);
});

it('a choice of another kind is asked once, and other orders of the PBX go first meanwhile', async () => {
  await stack.portal.settings({ pbxDetails: 'silent' });
  const serialNumber = await pbx();
  const wanted = renewal(serialNumber, { billingContact: undefined });
  const contacts = await order(wanted);
  expect(contacts.question?.asked).toMatch(/billing contact/);
  const other = renewal(serialNumber, { years: 1 });
  expect(await confirmed(other)).toMatchObject({ status: 'ordered' });

  await decide(wanted, { verb: 'choose', id: CONTACT });
  const asked = await until('the question about the PBX', async () => {
    const { status } = await stack.client.status(wanted.requestId);
    return status.question?.asked.includes('renewed already') === true && status;
  });
  await decide(wanted, { verb: 'choose', id: 'order' }, asked.question!.id);
  expect((await endOf(wanted)).status).toBe('ordered');
  const chosen = (await events(wanted)).filter((kind) => kind === 'choice-asked');
  expect(chosen).toHaveLength(2);
});

it('a first purchase waits while another order of its PBX is under way', async () => {
  const serialNumber = await pbx();
  await stack.portal.fault({
    endpoint: 'orders',
    kind: 'latency',
    ms: 10_000,
    match: { productNo: serialNumber },
  });
  const first = renewal(serialNumber);
  await stack.client.start(first);
  await until('the attempt', () => stack.ledger.latestAttempt(first.requestId));
  const purchase = request(serialNumber, { extensions: 100, years: 1 });
  await stack.client.start(purchase);
  await until('it to wait', async () => {
    const { status } = await stack.client.status(purchase.requestId);
    return status.reason?.code === 'PbxBusy';
  });
  expect((await bodies(serialNumber)).filter((body) => body.includes('purchase_plan'))).toEqual([]);
  expect((await endOf(first)).status).toBe('ordered');
  expect((await endOf(purchase)).status).toBe('ordered');
});

it('an operation that the house has not switched on is refused by name', async () => {
  const other = await TestStack.start();
  await other.startWorker();
  const wanted = request('3651E1292455', { operation: 'expand', addExtensions: 5, years: 1 });
  await other.client.start(wanted);
  const { status, reason } = (await other.client.wait(wanted.requestId)).status;
  expect({ status, code: reason?.code }).toEqual({ status: 'refused', code: 'OperationSwitchedOff' });
  expect(reason?.message).toContain('WONCE_OPERATIONS=expand');
  await other.stop();
});
