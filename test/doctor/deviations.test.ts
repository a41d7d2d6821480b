import { DEFAULT_SETTINGS } from '../../dev/fake-portal/settings';
import type { Row, Verdict } from '../../doctor/row';
import { AccountForTests } from './account';
import { differences, rowOf } from './by-what';

const H = 'different, handled' as const;
const NOT = 'different, not handled' as const;
const UNKNOWN = 'not checked' as const;
const SAME = 'as expected' as const;

/** With it, every row is as expected: an account that shows all. */
const USUAL = { ...DEFAULT_SETTINGS, returnPoNumber: true, showPartnerId: true };

/** What the vendor's pages contradict each other on or leave open, as the fake portal does it, and the rows that tell it. */
const DEVIATIONS: [string, object, Record<string, Verdict>][] = [
  ['the clock is 5 minutes ahead', { clockAheadMs: 300_000 }, { clock: H }],
  ['the clock is 20 minutes behind', { clockAheadMs: -1_200_000 }, { clock: NOT }],
  ['the life of a token is a number', { expiresInAs: 'number' }, { 'token: life': H }],
  ['the life of a token is not told', { expiresInAs: 'missing' }, { 'token: life': H }],
  ['a token lives for a minute', { tokenLifetimeSeconds: 60 }, { 'token: life': H }],
  ['the status of the envelope is text', { envelopeStatus: 'text' }, { 'envelope: status': H }],
  ['the envelope has no status', { envelopeStatus: 'missing' }, { 'envelope: status': H }],
  [
    'the envelope has no request id',
    { showRequestId: false },
    { 'envelope: request id': NOT, 'refusals: an order that is not there': NOT },
  ],
  [
    'every failure comes inside a 200',
    { failuresInside200: true },
    { 'refusals: an order that is not there': H, 'refusals: a token that is none': H },
  ],
  [
    'a wrong token is refused inside a 200',
    { unauthorizedInside200: true },
    { 'refusals: a token that is none': H },
  ],
  [
    'ids are numbers',
    { idsAs: 'number' },
    { 'partners: ids': H, 'billing contacts: ids': H, 'orders: ids': H, 'plans: ids': H },
  ],
  ['a list of one partner is an object', { singlePartner: true }, { 'partners: list': H }],
  [
    'a list of one partner is a list',
    { singlePartner: true, listOfOneAs: 'array' },
    { 'partners: list': SAME },
  ],
  [
    'a list of one billing contact is an object',
    { singleBillingContact: true },
    { 'billing contacts: list': H },
  ],
  [
    'people come in pages',
    { unaskedPageSize: 2 },
    {
      'partners: list': H,
      'partners: read whole': H,
      'billing contacts: list': H,
      'billing contacts: read whole': H,
    },
  ],
  [
    'pages have 10 entries, whatever is asked for',
    { largestPage: 10 },
    { 'PBXs: list': SAME, 'PBXs: page size': H, 'PBXs: page of 100': H, 'PBXs: second page': SAME },
  ],
  ['pages have 50 entries at most', { largestPage: 50 }, { 'PBXs: page of 100': H }],
  [
    'the numbers of pages are text',
    { pagingNumbers: 'text' },
    { 'orders: numbers of pages': H, 'PBXs: numbers of pages': H },
  ],
  [
    'pages have no numbers',
    { pagingNumbers: 'missing' },
    {
      'orders: list': SAME,
      'orders: numbers of pages': H,
      'PBXs: list': SAME,
      'PBXs: numbers of pages': H,
      'PBXs: page size': SAME,
      'PBXs: page of 100': UNKNOWN,
    },
  ],
  ['every page is the first', { samePageAgain: true }, { 'PBXs: second page': NOT, 'PBXs: read whole': NOT }],
  ['orders come newest first', { orderListOrder: 'newest-first' }, { 'orders: sort order': SAME }],
  ['orders come in no order', { orderListOrder: 'shuffled' }, { 'orders: sort order': H }],
  ['orders have their time in seconds', { createTimeUnit: 's' }, { 'orders: createTime': H }],
  [
    'orders have no time',
    { createTimeUnit: 'missing' },
    { 'orders: createTime': H, 'orders: sort order': UNKNOWN, 'order details: sections': SAME },
  ],
  [
    'orders have a time that cannot be read',
    { createTimeUnit: 'words' },
    { 'orders: createTime': NOT, 'orders: sort order': UNKNOWN },
  ],
  [
    'orders show no reference',
    { returnPoNumber: false },
    { 'orders: poNumber in the list': H, 'order details: poNumber': H, 'order details: sections': SAME },
  ],
  [
    'orders show no number',
    { showOrderNo: false },
    { 'orders: order numbers': H, 'order details: by number and id': H, 'order details: sections': SAME },
  ],
  [
    'details show no partner',
    { showPartnerId: false },
    { 'order details: partner': H, 'order details: sections': SAME },
  ],
  ['details are to be asked for by id', { orderDetailsBy: 'id' }, { 'order details: by number and id': NOT }],
  ['details come without sections', { orderDetailsShape: 'flat' }, { 'order details: sections': H }],
  [
    'details show neither plan nor services',
    { showOrderSummary: false },
    { 'order details: plan and services': H, 'order details: sections': SAME },
  ],
  [
    'details show plan and services under names that mean nothing',
    { orderSummaryNames: 'foreign' },
    { 'order details: plan and services': NOT, 'order details: sections': SAME },
  ],
  [
    'a PBX does not show what it has',
    { pbxDetails: 'silent' },
    { 'PBX: plan, extensions, expiry': H, 'PBX: renewal, by the id of its plan': UNKNOWN },
  ],
  ['auto-renewal is text', { autoRenewAs: 'text' }, { 'PBX: auto-renewal': H }],
  ['auto-renewal is not told', { autoRenewAs: 'missing' }, { 'PBX: auto-renewal': H }],
  ['products come in a wrapper', { productListAs: 'object' }, { 'products: list': H }],
  [
    'the Software Edition is not on sale',
    { sellsSoftware: false },
    { 'products: list': SAME, 'products: Software Edition': NOT },
  ],
  [
    'plans are not told without a PBX',
    { plansForNewLicense: false },
    { 'plans: for a new license': NOT, 'plans: recognised': SAME },
  ],
  [
    'ids of plans have the other name',
    { planIdNames: 'pricingPlanId' },
    { 'plans: recognised': SAME, 'plans: ids': H },
  ],
  [
    'services stand beside their plans',
    { catalogueShape: 'flat' },
    { 'plans: recognised': SAME, 'plans: services stand with them': H },
  ],
  [
    'plans stand under names that mean nothing',
    { catalogueShape: 'foreign' },
    {
      'plans: recognised': NOT,
      'plans: ids': UNKNOWN,
      'plans: services stand with them': UNKNOWN,
      'plans: by id': UNKNOWN,
      'services: by id': UNKNOWN,
    },
  ],
];

let account: AccountForTests;
let usual: Row[];

beforeAll(async () => {
  account = await AccountForTests.start();
  await account.control.settings(USUAL);
  usual = await account.check();
});
afterAll(() => account.close());
afterEach(async () => {
  await account.control.settings(USUAL);
  await account.control.clearFaults();
});

it('of an account that shows all, every row that can be checked is as expected', () => {
  const others = usual
    .filter(({ verdict }) => verdict !== 'as expected')
    .map(({ what, seen }) => [what, seen]);
  expect(others).toEqual([
    ['TLS', 'the address begins with http://'],
    ['orders: page of 100', 'the list has no more than 25 entries'],
    ['orders: second page', 'the list has one page'],
  ]);
});

it.each(DEVIATIONS)('%s: exactly the rows of it differ', async (_name, settings, expected) => {
  await account.control.settings(settings);
  expect(differences(await account.check(), usual)).toEqual(expected);
});

it('a status of an order that is not known is told, and its word', async () => {
  const [order] = await account.control.orders();
  await account.control.setOrderStatus(order!.orderNo, 'on-hold');
  const rows = await account.check();
  await account.control.setOrderStatus(order!.orderNo, 'succeed');
  expect(differences(rows, usual)).toEqual({ 'orders: statuses': H });
  expect(rowOf(rows, 'orders: statuses').seen).toMatch(/on-hold/);
});

it.each([
  ['partners', 'partners: list', { kind: 'no-list' }],
  ['billing-contacts', 'billing contacts: list', { kind: 'no-list' }],
  ['products', 'PBXs: list', { kind: 'no-list' }],
  ['order-list', 'orders: list', { kind: 'no-list' }],
  ['order-details', 'order details: by number and id', { kind: 'html' }],
  ['auto-renewal', 'PBX: auto-renewal', { kind: 'broken-json' }],
  ['activation-code', 'PBX: activation code', { kind: 'server-error' }],
  ['plans', 'products: list', { kind: 'rate-limit' }],
  ['partners', 'partners: list', { kind: 'redirect' }],
  ['partners', 'partners: list', { kind: 'cut' }],
])('%s goes wrong: "%s" says so (%j), and the other reads go on', async (endpoint, what, fault) => {
  await account.control.fault({ endpoint, times: null, ...fault });
  const rows = await account.check();
  expect(rowOf(rows, what).verdict).toBe(NOT);
  const others = endpoint === 'billing-contacts' ? 'partners: list' : 'billing contacts: list';
  expect(rowOf(rows, others).verdict).toBe(SAME);
});

it('a list that moves while it is read is not proven to be whole; one that did so once is read again', async () => {
  await account.control.fault({ endpoint: 'products', kind: 'moving-list', times: null });
  expect(differences(await account.check(), usual)).toMatchObject({ 'PBXs: read whole': NOT });
  await account.control.clearFaults();
  // The first page, the page of 100 and the second page; of these the second alone moves.
  await account.control.fault({ endpoint: 'products', kind: 'moving-list', times: 3 });
  const rows = await account.check();
  expect(rowOf(rows, 'PBXs: read whole')).toMatchObject({
    verdict: H,
    seen: expect.stringMatching(/second reading/) as string,
  });
});

it('a list without end is told, and not read for ever', async () => {
  await account.control.fault({ endpoint: 'order-list', kind: 'endless-list', times: null });
  const before = (await account.control.requests()).length;
  const rows = await account.check();
  expect(rowOf(rows, 'orders: read whole')).toMatchObject({
    verdict: NOT,
    seen: 'it has more pages than it says',
  });
  expect((await account.control.requests()).length - before).toBeLessThan(150);
});

it.each([0, 1])('a token that lives for %d s does not break the round', async (seconds) => {
  await account.control.settings({ tokenLifetimeSeconds: seconds });
  const rows = await account.check();
  expect(rowOf(rows, 'token: life').verdict).toBe(H);
  expect(rows.map(({ what }) => what)).toEqual(usual.map(({ what }) => what));
});

it('a token that is given once and never again: what was read is told, the rest is not', async () => {
  await account.control.settings({ tokenLifetimeSeconds: 0 });
  await account.control.fault({ endpoint: 'token', kind: 'cut', times: null });
  const rows = await account.check();
  expect(rowOf(rows, 'token')).toMatchObject({ verdict: NOT, seen: 'no answer (ECONNRESET)' });
});

it('no row says anything of a person, a serial number, a code or a token', async () => {
  await account.control.settings({ unaskedPageSize: 1, pbxDetails: 'silent', returnPoNumber: false });
  const text = JSON.stringify([usual, await account.check()]);
  const [contact, order] = ['3197218168379846218', (await account.control.orders())[0]!];
  for (const told of [
    contact,
    order.orderNo,
    order.id,
    '3651E12',
    'Harbour',
    'reseller.example',
    'Eva',
    'Bergen',
    'by-hand',
    'eyJ',
    'fake-portal',
  ]) {
    expect(text).not.toContain(told);
  }
});
