import type { PurchaseRequest } from '../../domain/request';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.start();
  await stack.startWorker();
});
afterAll(() => stack.stop());

function request(requestId: string, change: Partial<PurchaseRequest> = {}): PurchaseRequest {
  return { ...tutorialRequest(requestId), poNumber: requestId, ...change };
}

async function buy(wanted: PurchaseRequest) {
  expect((await stack.client.start(wanted)).kind).toBe('started');
  return (await stack.client.wait(wanted.requestId)).status;
}

describe('a purchase that goes well', () => {
  it('buys the tutorial license: one order, every id digit for digit', async () => {
    const status = await buy(request('main-1'));
    expect(status).toMatchObject({
      requestId: 'main-1',
      workflowId: 'purchase:main-1',
      status: 'ordered',
      attempts: 1,
      order: { orderStatus: 'succeed', productNo: '3651E1292455' },
    });
    const [order, ...more] = await stack.portal.ordersWithPo('main-1');
    expect(more).toEqual([]);
    expect(order!.orderNo).toBe(status.order!.orderNo);
    expect(order!.body).toBe(
      '{"operationType":"purchase_plan","productId":12,"productNo":"3651E1292455","billingId":3197218168379846218,' +
        '"poNumber":"main-1","serviceList":[{"serviceType":"plan","serviceId":3049041101760282624,"quantity":100,' +
        '"purchaseType":"purchase","billingModel":"recurring","billingCycle":"annually","multiCycle":2},' +
        '{"connectionPlanId":3049041101760282624,"serviceType":"service","serviceId":3129372068699893760,' +
        '"purchaseType":"purchase","billingModel":"recurring","billingCycle":"annually","multiCycle":2}]}',
    );
  });

  // Five activities that wake the run at most five times: 3·5 + 3·5 + 5. On an idle machine it is 26 to 29.
  it('leaves a short history and a chain of events that holds', async () => {
    await buy(request('main-2'));
    const history = await stack.temporal.workflow.getHandle('purchase:main-2').fetchHistory();
    expect(history.events!.length).toBeLessThanOrEqual(35);
    const { events, verification } = await stack.client.audit('main-2');
    expect(events.map((event) => event.kind)).toEqual(['accepted', 'attempt-started', 'attempt-created']);
    expect(verification).toEqual({ ok: true, events: 3 });
  });

  it('says the same by query, by ledger and by the client', async () => {
    const status = await buy(request('main-3'));
    const query = await stack.temporal.workflow.getHandle('purchase:main-3').query('status');
    expect({ ...(query as object), updatedAt: '' }).toEqual({ ...status, updatedAt: '' });
    const [listed] = (await stack.client.list({ limit: 1 })).purchases;
    expect(listed).toMatchObject({ requestId: 'main-3', status: 'ordered', order: status.order });
  });

  it('a new license for a subordinate user gets its activation code', async () => {
    const partners = { kind: 'new', partner: { email: 'it@harbour-hotels.example' } } as const;
    const status = await buy(request('main-4', { license: partners }));
    expect(status).toMatchObject({ status: 'ordered', activationCode: expect.any(String) as string });
    const [order] = await stack.portal.ordersWithPo('main-4');
    expect(order!.body).toMatch(/"partnerId":\d{19},/);
    expect(order!.body).not.toContain('productNo');
  });

  it('a new license for oneself names neither partner nor serial number', async () => {
    const status = await buy(
      request('main-5', { license: { kind: 'new' }, services: [], plan: 'enterprise' }),
    );
    expect(status.status).toBe('ordered');
    const [order] = await stack.portal.ordersWithPo('main-5');
    expect(order!.body).not.toMatch(/partnerId|productNo/);
  });
});

describe('the same request again', () => {
  it('is answered with the purchase there is, and nothing is ordered', async () => {
    const status = await buy(request('again-1'));
    const again = await stack.client.start(
      request('again-1', { services: [{ service: 'disaster recovery', quantity: 1 }] }),
    );
    expect(again.kind).toBe('conflict');
    const same = await stack.client.start(request('again-1'));
    expect(same).toMatchObject({ kind: 'existing', status: { order: { orderNo: status.order!.orderNo } } });
    expect(await stack.portal.ordersWithPo('again-1')).toHaveLength(1);
  });

  it('with other content is refused with what differs, while it runs and after', async () => {
    await stack.portal.fault({
      endpoint: 'orders',
      kind: 'latency',
      ms: 1500,
      times: 1,
      match: { poNumber: 'again-2' },
    });
    await stack.client.start(request('again-2'));
    const during = await stack.client.start(request('again-2', { years: 3 }));
    expect(during).toMatchObject({ kind: 'conflict', differences: ['years (2 before, 3 now)'] });
    await stack.client.wait('again-2');
    const after = await stack.client.start(request('again-2', { years: 3 }));
    expect(after).toMatchObject({ kind: 'conflict', differences: ['years (2 before, 3 now)'] });
    expect(await stack.portal.ordersWithPo('again-2')).toHaveLength(1);
  });

  it('ten starts at the same moment make one order', async () => {
    const results = await Promise.all(
      Array.from({ length: 10 }, () => stack.client.start(request('again-3'))),
    );
    expect(results.filter((result) => result.kind === 'started')).toHaveLength(1);
    await stack.client.wait('again-3');
    expect(await stack.portal.ordersWithPo('again-3')).toHaveLength(1);
  });

  // Whoever starts a run without the reuse policy, or after Temporal has forgotten the first, gets a second run.
  it('a second run of other content is refused by the ledger, and nothing changes', async () => {
    const status = await buy(request('again-4'));
    const handle = await stack.temporal.workflow.start('purchaseLicense', {
      workflowId: purchaseWorkflowIdOf('again-4'),
      taskQueue: stack.taskQueue,
      args: [request('again-4', { years: 5 })],
    });
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'RequestConflict' } });
    const { status: now } = await stack.client.status('again-4');
    expect(now).toMatchObject({ status: 'ordered', order: { orderNo: status.order!.orderNo } });
  });

  it('a second run of the same content answers with the order there is', async () => {
    const status = await buy(request('again-5'));
    const handle = await stack.temporal.workflow.start('purchaseLicense', {
      workflowId: purchaseWorkflowIdOf('again-5'),
      taskQueue: stack.taskQueue,
      args: [request('again-5')],
    });
    expect(await handle.result()).toMatchObject({
      status: 'ordered',
      order: { orderNo: status.order!.orderNo },
    });
    expect(await stack.portal.ordersWithPo('again-5')).toHaveLength(1);
  });
});
