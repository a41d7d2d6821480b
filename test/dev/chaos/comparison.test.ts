import { compare, type Comparison, type Found } from '../../../dev/chaos/comparison';
import { sumsAfter } from '../../../dev/chaos/operations';
import { planRound, type PlannedPurchase } from '../../../dev/chaos/plan';
import type { PlacedOrder } from '../../../dev/fake-portal/orders';
import { referenceOf } from '../../../validation/reference';
import type { PurchaseStatus } from '../../../domain/status';

/** A whole round that went well, for one thing to be planted in. */
const purchases = planRound(1, 200).starts.flat();
const withFault = (name: string) => purchases.find(({ fault }) => fault === name)!;

function ordered({ request }: PlannedPurchase, change: Partial<PlacedOrder> = {}): PlacedOrder {
  const orderNo = `ZC-${request.requestId}`;
  return {
    ...{ id: '', transactionNo: '', instanceId: '', productNo: '', body: '' },
    ...{ orderNo, orderStatus: 'succeed', poNumber: referenceOf(request), createTime: 1 },
    ...change,
  };
}

function told({ request }: PlannedPurchase, change: Partial<PurchaseStatus>): PurchaseStatus {
  const { requestId } = request;
  return {
    requestId,
    workflowId: `purchase:${requestId}`,
    status: 'ordered',
    attempts: 1,
    updatedAt: '',
    ...change,
  };
}

function found(purchase: PlannedPurchase, status: Partial<PurchaseStatus>, more: Partial<Found> = {}): Found {
  const both = told(purchase, status);
  const goesOn = status.status === 'waiting-for-decision';
  const sums = sumsOf(purchase, purchase.orders);
  return { purchase, told: both, recorded: both, goesOn, isRestless: false, chainHolds: true, sums, ...more };
}

/** What the vendor has of the PBX after so many orders. */
function sumsOf({ pbxBefore, request }: PlannedPurchase, orders: number) {
  return pbxBefore ? sumsAfter(pbxBefore, request, orders) : { yearsBought: 0, extensions: 0 };
}

function well(purchase: PlannedPurchase): { one: Found; orders: PlacedOrder[] } {
  const status = purchase.later?.status ?? 'succeed';
  const orders = purchase.orders === 1 ? [ordered(purchase, { orderStatus: status })] : [];
  const order = orders[0] && { orderNo: orders[0].orderNo, orderStatus: status };
  const ends = { ordered: 'ordered', refused: 'refused', waiting: 'waiting-for-decision' } as const;
  return { one: found(purchase, { status: ends[purchase.ends], ...(order && { order }) }), orders };
}

/** What the comparison says of one purchase when all others went well. */
function judged(
  { ...one }: Found,
  orders: PlacedOrder[],
  returnPoNumber = true,
  sums = sumsOf(one.purchase, orders.length),
): { verdict: string; why?: string } {
  one.sums = sums;
  const others = purchases.filter((purchase) => purchase !== one.purchase).map(well);
  const comparison = compare(
    [one, ...others.map((other) => other.one)],
    [...orders, ...others.flatMap((other) => other.orders)],
    { returnPoNumber },
  );
  expect(badOf(comparison).filter(({ requestId }) => requestId !== one.purchase.request.requestId)).toEqual(
    [],
  );
  return comparison.purchases[0]!;
}

const badOf = ({ purchases: all }: Comparison) =>
  all.filter(({ verdict }) => verdict !== 'right' && verdict !== 'waiting');

const none = withFault('none');
const order = { orderNo: ordered(none).orderNo, orderStatus: 'succeed' };
const waiting = { status: 'waiting-for-decision' } as const;

it('years and extensions that were added twice are doubled, whatever the orders say', () => {
  const renewal = purchases.find(({ request, ends }) => request.operation === 'renew' && ends === 'ordered')!;
  const { one, orders } = well(renewal);
  expect(judged(one, orders)).toMatchObject({ verdict: 'right' });
  expect(judged(one, orders, true, sumsOf(renewal, 2))).toMatchObject({
    verdict: 'doubled',
    why: expect.stringMatching(/^the PBX has \d+ years bought/) as string,
  });
});

it('a round that went well has nothing bad, and those wait who must', () => {
  const all = purchases.map(well);
  const comparison = compare(
    all.map(({ one }) => one),
    all.flatMap(({ orders }) => orders),
    { returnPoNumber: true },
  );
  expect(badOf(comparison)).toEqual([]);
  expect(comparison.strays).toEqual([]);
  const waited = comparison.purchases.filter(({ verdict }) => verdict === 'waiting');
  expect(waited).toHaveLength(purchases.filter(({ ends }) => ends === 'waiting').length);
});

describe('a planted purchase is found', () => {
  it.each<[string, Found, PlacedOrder[], string]>([
    ['two orders', found(none, { order }), [ordered(none), ordered(none, { orderNo: 'ZC-2' })], 'doubled'],
    [
      'two orders, and Wonce waits',
      found(none, waiting),
      [ordered(none), ordered(none, { orderNo: 'ZC-2' })],
      'doubled',
    ],
    ['not known', { ...found(none, {}), told: undefined!, recorded: undefined! }, [], 'lost'],
    ['not in the ledger', { ...found(none, { order }), recorded: undefined! }, [ordered(none)], 'lost'],
    ['still settling', found(none, { status: 'settling' }), [ordered(none)], 'lost'],
    ['still moving', found(none, { order }, { isRestless: true }), [ordered(none)], 'lost'],
    ['waiting without a run', found(withFault('cut before'), waiting, { goesOn: false }), [], 'lost'],
    ['ordered, and no order', found(none, { order }), [], 'wrong'],
    ['ordered without a number', found(none, {}), [ordered(none)], 'wrong'],
    [
      'ordered with the order of another',
      found(none, { order: { ...order, orderNo: 'ZC-other' } }),
      [ordered(none)],
      'wrong',
    ],
    [
      'ordered while it is pending',
      found(none, { order }),
      [ordered(none, { orderStatus: 'pending' })],
      'wrong',
    ],
    ['refused, and it was ordered', found(none, { status: 'refused' }), [ordered(none)], 'wrong'],
    ['refused, and nothing was to be refused', found(none, { status: 'refused' }), [], 'wrong'],
    ['cancelled, and nobody did', found(none, { status: 'cancelled' }), [], 'wrong'],
    ['waiting for a choice', found(none, { status: 'waiting-for-choice' }, { goesOn: true }), [], 'wrong'],
    ['waiting, and its order is there', found(none, waiting), [ordered(none)], 'wrong'],
    ['waiting for no reason', found(none, waiting), [], 'wrong'],
    ['ordered, and it was to be refused', ...orderedThough('refused inside a 200'), 'wrong'],
    ['ordered, and it was to be cut off before', ...orderedThough('cut before'), 'wrong'],
    ['failed by the vendor, with the order of another', ...failedLater({ orderNo: 'ZC-other' }), 'wrong'],
    ['failed by the vendor, who says otherwise', ...failedLater({}, 'succeed'), 'wrong'],
    ['a chain that is broken', found(none, { order }, { chainHolds: false }), [ordered(none)], 'wrong'],
    [
      'ledger and client of two minds',
      { ...found(none, { order }), recorded: told(none, waiting) },
      [ordered(none)],
      'wrong',
    ],
  ])('%s', (_what, one, orders, verdict) => {
    const result = judged(one, orders);
    expect(result).toMatchObject({ verdict });
    expect(result.why).toBeDefined();
  });

  function orderedThough(fault: string): [Found, PlacedOrder[]] {
    const purchase = withFault(fault);
    const orders = [ordered(purchase)];
    return [found(purchase, { order: { ...order, orderNo: orders[0]!.orderNo } }), orders];
  }

  function failedLater(change: { orderNo?: string }, orderStatus = 'failed'): [Found, PlacedOrder[]] {
    const { one, orders } = well(withFault('pending, fails later'));
    const told = { ...one.told!, order: { ...one.told!.order!, ...change } };
    return [{ ...one, told, recorded: told }, orders.map((each) => ({ ...each, orderStatus }))];
  }

  it('an order at the vendor that nobody asked for', () => {
    const { one, orders } = well(none);
    const stray = ordered(none, { orderNo: 'ZC-9', poNumber: 'of nobody' });
    expect(compare([one], [...orders, stray], { returnPoNumber: true }).strays).toEqual(['ZC-9']);
  });
});

describe('waiting for a person, and rightly so', () => {
  it('when the order was broken off from this side and nothing of it is at the vendor', () => {
    const broken = { ...waiting, evidence: { errorCode: 'TimeoutFailure' } };
    expect(judged(found(none, broken), [])).toMatchObject({ verdict: 'waiting' });
    expect(judged(found(none, broken), [ordered(none)])).toMatchObject({ verdict: 'wrong' });
  });

  it('when twins cannot be told apart, and only where the vendor shows no references', () => {
    const twin = withFault('twins: cut after / cut after');
    expect(judged(found(twin, waiting), [ordered(twin)], false)).toMatchObject({ verdict: 'waiting' });
    expect(judged(found(twin, waiting), [ordered(twin)], true)).toMatchObject({ verdict: 'wrong' });
    expect(judged(found(none, waiting), [ordered(none)], false)).toMatchObject({ verdict: 'wrong' });
  });

  it('a twin that took the order of the other is wrong all the same', () => {
    const [one, other] = purchases.filter(({ fault }) => fault === 'twins: cut after / cut after');
    const stolen = found(one!, { order: { orderNo: ordered(other!).orderNo, orderStatus: 'succeed' } });
    expect(judged(stolen, [ordered(one!)], false)).toMatchObject({ verdict: 'wrong' });
  });
});
