import { randomUUID } from 'node:crypto';
import { Ledger } from '../../ledger/ledger';
import type { PurchaseRequest } from '../../domain/request';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { fingerprintOf } from '../../validation/fingerprint';
import { DATABASES, type DatabaseForTests } from './databases';

const actor = 'test';
const BODY = '{"serviceList":[]}';

describe.each(DATABASES)('orders of a PBX, on %s', (_name, freshDatabase) => {
  let database: DatabaseForTests;
  let ledger: Ledger;

  beforeAll(async () => {
    database = await freshDatabase();
    ledger = await Ledger.open(database.url);
  });
  afterAll(async () => {
    await ledger.close();
    await database.drop();
  });

  const newPbx = () => `3651E7${randomUUID().slice(0, 6).toUpperCase()}`;

  async function accepted(serialNumber: string, change: Partial<PurchaseRequest> = {}) {
    const requestId = `pbx-${randomUUID()}`;
    const request: PurchaseRequest = {
      ...{ requestId, operation: 'renew', license: { kind: 'existing', serialNumber }, plan: 'Ultimate' },
      ...{ extensions: 100, years: 1 },
      ...change,
    };
    const fingerprint = fingerprintOf(request);
    await ledger.accept({ request, fingerprint, workflowId: purchaseWorkflowIdOf(requestId), actor });
    return { requestId, fingerprint };
  }

  const open = (purchase: { requestId: string; fingerprint: string }) =>
    ledger.openAttempt({ ...purchase, body: BODY, actor });

  const created = (requestId: string) =>
    ledger.recordOutcome({
      ...{ requestId, attempt: 1, status: 'ordered', actor },
      outcome: {
        outcome: 'created',
        order: { orderNo: `ZC${randomUUID()}`, orderStatus: 'succeed' },
        evidence: {},
      },
    });

  it('of twenty at once one holds it, and says who does', async () => {
    const pbx = newPbx();
    const purchases = await Promise.all(Array.from({ length: 20 }, () => accepted(pbx)));
    const holds = await Promise.all(purchases.map(({ requestId }) => ledger.pbxs.hold(requestId, actor)));
    const holder = purchases[holds.findIndex(({ held }) => held)]!;
    expect(holds.filter(({ held }) => held)).toHaveLength(1);
    expect(holds.filter((hold) => !hold.held && hold.by === holder.requestId)).toHaveLength(19);
    // However often it is asked, and with one event.
    expect(await ledger.pbxs.hold(holder.requestId, actor)).toEqual({ held: true });
    const kinds = (await ledger.events(holder.requestId)).map(({ kind }) => kind);
    expect(kinds).toEqual(['accepted', 'pbx-held']);
  });

  it('no attempt is opened while another one holds it, even by a run that never asked', async () => {
    const pbx = newPbx();
    const [first, second] = [await accepted(pbx), await accepted(pbx)];
    await ledger.pbxs.hold(first.requestId, actor);
    await expect(open(second)).rejects.toMatchObject({ code: 'PbxBusy' });
    expect(await ledger.attempts(second.requestId)).toEqual([]);
    expect(await open(first)).toMatchObject({ opened: true });
    // Without having asked before, an attempt holds it all the same.
    const other = newPbx();
    const [third, fourth] = [await accepted(other), await accepted(other)];
    expect(await open(third)).toMatchObject({ opened: true });
    expect(await ledger.pbxs.hold(fourth.requestId, actor)).toEqual({ held: false, by: third.requestId });
  });

  it.each(['refused', 'cancelled', 'ordered'] as const)('one that ends as %s lets it go', async (status) => {
    const pbx = newPbx();
    const [first, second] = [await accepted(pbx), await accepted(pbx)];
    await ledger.pbxs.hold(first.requestId, actor);
    if (status === 'ordered') {
      await open(first);
      await created(first.requestId);
    } else await ledger.recordStatus({ requestId: first.requestId, status, kind: status, actor });
    expect(await ledger.pbxs.hold(second.requestId, actor)).toEqual({ held: true });
    expect(await ledger.verify(first.requestId)).toMatchObject({ ok: true });
  });

  it('one whose outcome is not known keeps it', async () => {
    const pbx = newPbx();
    const [first, second] = [await accepted(pbx), await accepted(pbx)];
    await open(first);
    await ledger.recordOutcome({
      ...{ requestId: first.requestId, attempt: 1, status: 'settling', actor },
      outcome: { outcome: 'unknown', code: 'Cut', message: 'cut', evidence: {} },
    });
    expect(await ledger.pbxs.hold(second.requestId, actor)).toEqual({ held: false, by: first.requestId });
  });

  it('while a person is asked, another one may have it', async () => {
    const pbx = newPbx();
    const [first, second] = [await accepted(pbx), await accepted(pbx)];
    await ledger.pbxs.hold(first.requestId, actor);
    await ledger.pbxs.release(first.requestId, actor);
    await ledger.pbxs.release(first.requestId, actor);
    expect(await ledger.pbxs.hold(second.requestId, actor)).toEqual({ held: true });
    const kinds = (await ledger.events(first.requestId)).map(({ kind }) => kind);
    expect(kinds).toEqual(['accepted', 'pbx-held', 'pbx-released']);
  });

  it('a purchase holds none: it and a renewal wait for each other', async () => {
    const pbx = newPbx();
    const purchase = await accepted(pbx, { operation: undefined });
    const renewal = await accepted(pbx);
    expect(await ledger.pbxs.hold(renewal.requestId, actor)).toEqual({ held: true });
    await expect(open(purchase)).rejects.toMatchObject({ code: 'PbxBusy' });
    await ledger.pbxs.release(renewal.requestId, actor);
    expect(await open(purchase)).toMatchObject({ opened: true });
    expect(await ledger.pbxs.hold(renewal.requestId, actor)).toEqual({ held: false, by: purchase.requestId });
    await created(purchase.requestId);
    expect(await ledger.pbxs.hold(renewal.requestId, actor)).toEqual({ held: true });
  });

  it('its orders that were made are told oldest first, with what the vendor showed afterwards', async () => {
    const pbx = newPbx();
    const [first, second, third] = [await accepted(pbx), await accepted(pbx), await accepted(pbx)];
    for (const { requestId, fingerprint } of [first, second]) {
      await open({ requestId, fingerprint });
      await created(requestId);
    }
    await ledger.recordStatus({
      ...{ requestId: second.requestId, kind: 'pbx-read', actor },
      pbx: { extensions: 100 },
    });
    await open(third);
    expect(await ledger.pbxs.orderUnderWay(pbx)).toBe(third.requestId);
    const orders = await ledger.pbxs.ordersOf(pbx);
    expect(orders.map(({ requestId }) => requestId)).toEqual([first.requestId, second.requestId]);
    expect(orders.map(({ shown }) => shown)).toEqual([undefined, { extensions: 100 }]);
    expect(orders[0]!.body).toBe(BODY);
    expect(await ledger.verifyAll()).toMatchObject({ broken: [], chain: { broken: [] } });
  });

  it('every PBX that something was ordered for is told with its orders; a new license by the number it got', async () => {
    const [one, other] = [newPbx(), newPbx()];
    const license = { kind: 'new' } as const;
    const purchases = [
      await accepted(one),
      await accepted(other, { operation: undefined, license }),
      await accepted(one),
    ];
    for (const purchase of purchases) {
      await open(purchase);
      await created(purchase.requestId);
    }
    await ledger.recordStatus({
      ...{ requestId: purchases[1]!.requestId, kind: 'order-status', actor },
      order: { productNo: other.toLowerCase() },
    });
    await accepted(newPbx());
    await open(await accepted(newPbx()));
    const all = await ledger.pbxs.ordered();
    const told = all.filter(({ serialNumber }) => [one, other].includes(serialNumber));
    expect(told.map(({ serialNumber }) => serialNumber)).toEqual([one, other].sort());
    const ordersOf = (pbx: string) => told.find(({ serialNumber }) => serialNumber === pbx)!.orders;
    expect(ordersOf(one)).toEqual(await ledger.pbxs.ordersOf(one));
    expect(ordersOf(one).map(({ requestId }) => requestId)).toEqual([
      purchases[0]!.requestId,
      purchases[2]!.requestId,
    ]);
    expect(ordersOf(other).map(({ requestId }) => requestId)).toEqual([purchases[1]!.requestId]);
    expect(all.filter(({ orders }) => orders.length === 0)).toEqual([]);
    expect(await ledger.pbxs.orderUnderWay(one)).toBeUndefined();
  });
});
