import pg from 'pg';
import { Ledger } from '../../ledger/ledger';
import type { OrderMade } from '../../ledger/orders-made';
import type { PurchaseRequest } from '../../domain/request';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { fingerprintOf } from '../../validation/fingerprint';
import { tutorialRequest } from '../support/requests';
import { DATABASES, type DatabaseForTests } from './databases';

const actor = 'wonce:workflow';

describe.each(DATABASES)('on %s', (_name, fresh) => {
  let database: DatabaseForTests;
  let ledger: Ledger;

  beforeEach(async () => {
    database = await fresh();
    ledger = await Ledger.open(database.url, { maxConnections: 1 });
  });
  afterEach(async () => {
    await ledger.close();
    await database.drop();
  });

  /** Opens an attempt that was begun at that time. */
  async function open(requestId: string, at: string, more: Partial<PurchaseRequest> = {}, via?: string) {
    const request = { ...tutorialRequest(requestId), ...more };
    const fingerprint = fingerprintOf(request);
    const workflowId = purchaseWorkflowIdOf(requestId);
    await ledger.accept({ request, fingerprint, workflowId, actor, ...(via !== undefined && { via }) });
    await ledger.openAttempt({ requestId, fingerprint, body: '{}', actor, countsFrom: new Date(at) });
  }

  async function order(requestId: string, at: string, more: Partial<PurchaseRequest> = {}, via?: string) {
    await open(requestId, at, more, via);
    const placed = {
      orderNo: `ZC-${requestId}`,
      orderStatus: 'succeed',
      productNo: '362',
      transactionNo: 'T1',
    };
    const outcome = { outcome: 'created', order: placed, evidence: {} } as const;
    await ledger.recordOutcome({ requestId, attempt: 1, outcome, status: 'ordered', actor });
  }

  async function between(from: string, to: string): Promise<OrderMade[]> {
    const orders = [];
    for await (const one of ledger.ordersBetween({ from: new Date(from), to: new Date(to) }))
      orders.push(one);
    return orders;
  }

  const NOVEMBER = ['2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'] as const;

  it('the orders of a time are those that were begun in it, oldest first, and no others', async () => {
    await order('last', '2026-11-30T23:59:59.999Z');
    await order('first', '2026-11-01T00:00:00Z');
    await order('before', '2026-10-31T23:59:59.999Z');
    await order('after', '2026-12-01T00:00:00Z');
    await open('doubtful', '2026-11-10T00:00:00Z', { license: { kind: 'new' } });
    expect((await between(...NOVEMBER)).map(({ requestId }) => requestId)).toEqual(['first', 'last']);
    const [from, to] = NOVEMBER.map((time) => new Date(time)) as [Date, Date];
    expect(await ledger.doubtfulBetween({ from, to })).toBe(1);
    expect(await ledger.doubtfulBetween({ from: to, to: new Date() })).toBe(0);
  });

  it('an order says what was ordered, who asked for it and who decided, and how it stands', async () => {
    await order('mine', '2026-11-02T00:00:00Z', {}, 'wonce command, ann@desk');
    const why = { reason: { code: 'X', message: 'x' } };
    await ledger.recordStatus({ requestId: 'mine', status: 'refused', kind: 'order-status', actor, ...why });
    for (const [by, verb] of [
      ['Ann', 'choose'],
      ['Bo', 'settle'],
      ['Ann', 'settle'],
      ['Late', 'cancel'],
    ] as const) {
      await ledger.recordStatus({ requestId: 'mine', kind: 'decision', actor: by, data: { verb } });
    }
    expect(await between(...NOVEMBER)).toEqual([
      {
        ...{ orderedAt: '2026-11-02T00:00:00.000Z', requestId: 'mine', operation: 'purchase' },
        ...{ askedBy: 'wonce command, ann@desk', decidedBy: ['Ann', 'Bo'], orderNo: 'ZC-mine' },
        ...{ transactionNo: 'T1', serialNumber: '3651E1292455', product: 'software', plan: 'Ultimate' },
        ...{ extensions: 100, years: 2, services: [{ service: 'Disaster Recovery' }], status: 'refused' },
      },
    ]);
  });

  it('an order of a deal names it, how it was told of, and who decided about that win of it', async () => {
    const deal = 'hubspot:9001234:1';
    const buy = async (number: number, by: 'webhook' | 'sweep', who: string) => {
      await ledger.deals.recordNotification({ deal, source: 'hubspot', by }, actor);
      await ledger.deals.record({ deal, kind: 'decision', actor: who, data: { verb: 'buy' } });
      const win = { deal, status: 'requested', kind: 'requested', actor } as const;
      await ledger.deals.addWin({ ...win, requestId: `${deal}:${number}`, after: number - 1 });
    };
    await buy(1, 'webhook', 'Ann');
    await buy(2, 'sweep', 'Bo');
    await order(`${deal}:1`, '2026-11-03T00:00:00Z', {}, 'temporal');
    await order(`${deal}:2`, '2026-11-04T00:00:00Z', { license: { kind: 'new' } }, 'temporal');
    expect(await between(...NOVEMBER)).toMatchObject([
      { requestId: `${deal}:1`, deal, askedBy: 'webhook', decidedBy: ['Ann'], serialNumber: '3651E1292455' },
      { requestId: `${deal}:2`, deal, askedBy: 'sweep', decidedBy: ['Bo'], serialNumber: '362' },
    ]);
  });
});

it('more orders than are in memory at once are told whole and once, also of one moment', async () => {
  const database = await DATABASES[0]![1]();
  const ledger = await Ledger.open(database.url);
  try {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(`
      insert into purchases (request_id, workflow_id, fingerprint, request, status, event_count, head_hash, created_at, updated_at)
        select 'r' || n, '', '', '{"requestId": "r", "license": {"kind": "new"}, "plan": "Ultimate"}', 'ordered', 0, '', now(), now()
        from generate_series(1, 1001) n;
      insert into order_attempts (request_id, attempt, body, started_at, outcome, order_no)
        select 'r' || n, 1, '', '2026-11-01Z', 'created', 'ZC' || n from generate_series(1, 1001) n`);
    await client.end();
    const found = new Set<string>();
    const range = { from: new Date('2026-11-01Z'), to: new Date('2026-11-02Z') };
    for await (const { requestId } of ledger.ordersBetween(range)) found.add(requestId);
    expect(found.size).toBe(1001);
  } finally {
    await ledger.close();
    await database.drop();
  }
});
