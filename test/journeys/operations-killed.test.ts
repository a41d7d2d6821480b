import type { GivenPbx, ShownPbx } from '../../dev/fake-portal/pbx-control';
import type { PurchaseRequest } from '../../domain/request';
import { referenceOf } from '../../validation/reference';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.start();
  // Whose trial it is, the order has to show: otherwise a person is asked.
  await stack.portal.settings({ showPartnerId: true });
});
afterAll(() => stack.stop());

const OPERATIONS = { WONCE_OPERATIONS: 'expand,add-service' };
const IN_A_MONTH = Date.now() + 30 * 24 * 60 * 60_000;
const ULTIMATE: Omit<GivenPbx, 'serialNumber'> = {
  ...({ product: 12, plan: 'Ultimate', extensions: 100, years: 1, expiresAt: IN_A_MONTH } as const),
  services: ['Disaster Recovery'],
};
const ENTERPRISE = { ...ULTIMATE, plan: 'Enterprise', services: [] };
const CONTACT = { billingContactId: '3197218168379846218' };

/** Each operation, on a PBX of its own, and what the PBX has when it was ordered once. */
const ONCE: [Partial<PurchaseRequest>, typeof ULTIMATE | undefined, Partial<ShownPbx>][] = [
  [
    { operation: 'renew', extensions: 100, services: ['Disaster Recovery'], years: 2 },
    ULTIMATE,
    { yearsBought: 3, extensions: 100 },
  ],
  [{ operation: 'switch-plan', years: 1 }, ENTERPRISE, { plan: 'Ultimate', yearsBought: 1 }],
  [{ operation: 'expand', addExtensions: 20, years: 1 }, ULTIMATE, { extensions: 120 }],
  [
    { operation: 'add-service', services: [{ service: 'Outbound Call Center', quantity: 5 }], years: 1 },
    ULTIMATE,
    { extensions: 100 },
  ],
  [{ operation: 'trial', license: { kind: 'new', partner: { company: 'Harbour Hotels' } } }, undefined, {}],
];

function requestOf(wanted: Partial<PurchaseRequest>, serialNumber: string): PurchaseRequest {
  return {
    requestId: `killed-${wanted.operation}`,
    license: { kind: 'existing', serialNumber },
    plan: 'Ultimate',
    ...(wanted.operation !== 'trial' && { billingContact: CONTACT }),
    ...wanted,
  };
}

/** Orders it with a worker that is killed as soon as the vendor has taken the order. */
async function orderAndBeKilled(request: PurchaseRequest): Promise<void> {
  const worker = await stack.startWorker({ ...OPERATIONS, WONCE_FAIL_POINT: 'after-order-taken' });
  await stack.client.start(request);
  const asked = await until('the question, or the kill', async () => {
    const { status } = await stack.client.status(request.requestId);
    return worker.hasEnded || (status.status === 'waiting-for-choice' && 'asked');
  });
  if (asked === 'asked') {
    await stack.client.decide(request.requestId, { verb: 'choose', id: 'order', by: 'Ann' });
  }
  await until('the kill', () => worker.hasEnded);
}

it('a worker that is killed -9 when the vendor has taken the order leaves one order, and nothing is added twice', async () => {
  const requests: PurchaseRequest[] = [];
  for (const [index, [wanted, pbx]] of ONCE.entries()) {
    const serialNumber = `3651E60000${index}0`;
    if (pbx !== undefined) await stack.portal.setPbx({ serialNumber, ...pbx });
    const request = requestOf(wanted, serialNumber);
    requests.push(request);
    await orderAndBeKilled(request);
  }
  await stack.startWorker(OPERATIONS);
  for (const [index, request] of requests.entries()) {
    const { status } = await stack.client.wait(request.requestId, { timeoutMs: 150_000 });
    const [placed, ...more] = await stack.portal.ordersWithPo(referenceOf(request));
    expect({
      operation: request.operation,
      status: status.status,
      orderNo: status.order?.orderNo,
      more,
    }).toEqual({
      ...{ operation: request.operation, status: 'ordered', orderNo: placed!.orderNo, more: [] },
    });
    expect(status.evidence?.settledBy ?? 'content').toBe('content');
    if (request.license.kind !== 'existing') continue;
    expect(await stack.portal.pbx(request.license.serialNumber)).toMatchObject(ONCE[index]![2]);
  }
}, 400_000);

it('an order again of what adds up wants a person, whatever the settings say, and shows what the PBX had and has', async () => {
  const serialNumber = '3651E6000099';
  await stack.portal.setPbx({ serialNumber, ...ULTIMATE });
  await Promise.all(stack.workers.map((worker) => worker.kill()));
  await stack.startWorker({ ...OPERATIONS, WONCE_REORDER_AFTER_ABSENCE: '1s' });
  await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'before' });
  const request = requestOf({ ...ONCE[0]![0] }, serialNumber);
  const wanted = { ...request, requestId: 'absent-renewal' };
  await stack.client.start(wanted);
  const { status } = await stack.client.wait(wanted.requestId, { timeoutMs: 60_000 });
  expect(status.status).toBe('waiting-for-decision');
  expect(status.question?.compared).toContainEqual({
    fact: 'extensions',
    told: { before: '100', now: '100' },
  });
  expect(await stack.portal.ordersWithPo(referenceOf(wanted))).toEqual([]);
  await stack.client.decide(wanted.requestId, {
    ...{ verb: 'settle', notCreated: 'order-again', by: 'Ann', why: 'it still expires next month' },
  });
  expect((await stack.client.wait(wanted.requestId, { timeoutMs: 60_000 })).status.status).toBe('ordered');
  expect(await stack.portal.pbx(serialNumber)).toMatchObject({ yearsBought: 3 });
}, 180_000);
