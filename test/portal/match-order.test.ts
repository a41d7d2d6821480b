import fc from 'fast-check';
import type { PurchaseFacts } from '../../domain/purchase-facts';
import { orderBody, sentOrder } from '../../portal/order-body';
import { isOwnReference, referenceOf } from '../../validation/reference';
import {
  compareOrder,
  decideBetween,
  isContested,
  type Compared,
  type SentOrder,
  type ShownOrder,
} from '../../portal/match-order';
import { tutorialRequest } from '../support/requests';

const facts: PurchaseFacts = {
  serialNumber: '3651E1292455',
  plan: { planId: '3049041101760282624', name: 'Ultimate' },
  services: [{ serviceId: '3129372068699893760', name: 'Disaster Recovery' }],
  billingContactId: '3197218168379846218',
};
const sent = sentOrder(orderBody(tutorialRequest('settle-1'), facts));
const shownWhole: ShownOrder = {
  orderNo: 'ZC1',
  poNumber: sent.poNumber,
  productNo: '3651E1292455',
  billingContactId: '3197218168379846218',
  lines: [
    { kind: 'plan', id: '3049041101760282624', quantity: 100, years: 2 },
    { kind: 'service', id: '3129372068699893760', years: 2 },
  ],
};
const without = (...fields: (keyof ShownOrder)[]): ShownOrder =>
  Object.fromEntries(
    Object.entries(shownWhole).filter(([key]) => !fields.includes(key as keyof ShownOrder)),
  ) as unknown as ShownOrder;

describe('the reference that goes with every order', () => {
  it("is the request's own purchase order number", () => {
    expect(referenceOf({ requestId: 'a', poNumber: 'PO-7781' })).toBe('PO-7781');
    expect(isOwnReference('a', 'PO-7781')).toBe(false);
  });

  it('or one made of the request id, short and plain, which no other request has', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (one, other) => {
        const reference = referenceOf({ requestId: one });
        expect(reference).toMatch(/^wonce-[0-9a-f]{16}$/);
        expect(isOwnReference(one, reference)).toBe(true);
        expect(isOwnReference(other, reference)).toBe(one === other);
      }),
    );
  });
});

it('what was sent is read back digit for digit, whatever its reference', () => {
  expect(sent).toEqual({
    poNumber: referenceOf(tutorialRequest('settle-1')),
    productNo: '3651E1292455',
    billingContactId: '3197218168379846218',
    planId: '3049041101760282624',
    lines: [
      { kind: 'plan', id: '3049041101760282624', quantity: 100, years: 2 },
      { kind: 'service', id: '3129372068699893760', years: 2 },
    ],
  });
});

describe('one order compared with what was sent', () => {
  it.each<[string, ShownOrder, Compared['likeness']]>([
    ['all of it', shownWhole, 'ours'],
    ['its reference alone', without('productNo', 'billingContactId', 'lines'), 'ours'],
    ['another reference, all else alike', { ...shownWhole, poNumber: 'PO-other' }, 'other'],
    ['its reference with another PBX', { ...shownWhole, productNo: '3651E0000000' }, 'doubtful'],
    ['no reference, all else', without('poNumber'), 'alike'],
    ['no reference, no billing contact, all else', without('poNumber', 'billingContactId'), 'alike'],
    ['no reference, another billing contact', { ...without('poNumber'), billingContactId: '1' }, 'other'],
    ['no reference, no serial number', without('poNumber', 'productNo'), 'doubtful'],
    ['no reference, no lines', without('poNumber', 'lines'), 'doubtful'],
    ['no reference, another PBX', { ...without('poNumber'), productNo: '3651E0000000' }, 'other'],
    [
      'no reference, lines without their terms',
      { ...without('poNumber'), lines: shownWhole.lines!.map(({ kind, id }) => ({ kind, id })) },
      'doubtful',
    ],
    [
      'no reference, another term',
      { ...without('poNumber'), lines: shownWhole.lines!.map((line) => ({ ...line, years: 3 })) },
      'other',
    ],
    [
      'no reference, another number of extensions',
      { ...without('poNumber'), lines: shownWhole.lines!.map((line) => ({ ...line, quantity: 50 })) },
      'other',
    ],
    [
      'no reference, a service less',
      { ...without('poNumber'), lines: shownWhole.lines!.slice(0, 1) },
      'other',
    ],
    ['nothing', { orderNo: 'ZC1' }, 'doubtful'],
  ])('shows %s', (_what, shown, likeness) => {
    expect(compareOrder(sent, shown)).toMatchObject({ orderNo: 'ZC1', likeness });
  });

  it('a new license of one’s own is never known without its reference: nothing says for whom it is', () => {
    const { productNo: _, ...own } = sent;
    expect(compareOrder(own, { ...shownWhole, productNo: '3651E2ABCDEF' }).likeness).toBe('ours');
    expect(compareOrder(own, { ...without('poNumber'), productNo: '3651E2ABCDEF' }).likeness).toBe(
      'doubtful',
    );
  });

  it('a new license for a partner is known by the partner, where the vendor shows that', () => {
    const { productNo: _, ...rest } = sent;
    const forPartner = { ...rest, partnerId: '77' };
    const shown = { ...without('poNumber'), productNo: '3651E2ABCDEF' };
    expect(compareOrder(forPartner, { ...shown, partnerId: '77' }).likeness).toBe('alike');
    expect(compareOrder(forPartner, { ...shown, partnerId: '78' }).likeness).toBe('other');
    expect(compareOrder(forPartner, shown).likeness).toBe('doubtful');
  });
});

describe('an order is contested by another request of unknown outcome', () => {
  const [plan, service] = sent.lines;
  it.each<[string, SentOrder, ShownOrder, boolean]>([
    ['that has the same content', { ...sent, poNumber: 'PO-other' }, without('poNumber'), true],
    [
      'that names its services in another order',
      { ...sent, lines: [service!, plan!] },
      without('poNumber'),
      true,
    ],
    [
      'for another billing contact, where the vendor shows none',
      { ...sent, billingContactId: '1' },
      without('poNumber', 'billingContactId'),
      true,
    ],
    [
      'for another PBX with the same reference, where the vendor shows no more',
      { ...sent, productNo: '1' },
      without('productNo'),
      true,
    ],
    ['but not of one for another PBX', { ...sent, productNo: '1' }, without('poNumber'), false],
    ['but not of one with another reference', { ...sent, poNumber: 'PO-other' }, shownWhole, false],
  ])('%s', (_what, rival, shown, is) => {
    expect(isContested(shown, [rival])).toBe(is);
  });
});

describe('deciding between orders: with money there is no guessing', () => {
  const order = (likeness: Compared['likeness'], orderNo = 'ZC1'): Compared => ({
    orderNo,
    likeness,
    agrees: [],
    differs: [],
    notShown: [],
  });
  const known = {
    contested: new Set<string>(),
    isUnique: true,
    isComplete: true,
    showsReferences: false,
  };
  const contested = new Set(['ZC1']);

  it.each<[string, Compared[], Partial<typeof known>, string]>([
    ['nothing', [], {}, 'none'],
    ['others only', [order('other')], {}, 'none'],
    ['ours among others', [order('other', 'ZC0'), order('ours')], {}, 'one'],
    [
      'ours, though the list is incomplete and alike ones are there',
      [order('ours'), order('alike', 'ZC2')],
      { isComplete: false },
      'one',
    ],
    ['two of ours', [order('ours'), order('ours', 'ZC2')], {}, 'undecided'],
    ['ours by a reference that others may use', [order('ours')], { isUnique: false }, 'one'],
    ['the same in an incomplete list', [order('ours')], { isUnique: false, isComplete: false }, 'undecided'],
    ['the same with a rival of that reference', [order('ours')], { isUnique: false, contested }, 'undecided'],
    ['one alike', [order('alike')], {}, 'one'],
    ['one alike, and a rival of that content', [order('alike')], { contested }, 'undecided'],
    ['one alike in an incomplete list', [order('alike')], { isComplete: false }, 'undecided'],
    ['one alike where the vendor shows references', [order('alike')], { showsReferences: true }, 'undecided'],
    ['two alike', [order('alike'), order('alike', 'ZC2')], {}, 'undecided'],
    ['one alike and a doubtful one', [order('alike'), order('doubtful', 'ZC2')], {}, 'undecided'],
    ['a doubtful one', [order('doubtful')], {}, 'undecided'],
  ])('%s', (_what, compared, change, found) => {
    expect(decideBetween(compared, { ...known, ...change })).toMatchObject({ found });
  });
});
