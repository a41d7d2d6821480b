import { rejection, success, Vendor, type Reply, type Seen } from './vendor';

const ORDERS_PATH = '/order/openapi/order/v1/page';
const MAX_PAGES = 2_000;

let vendor: Vendor;
beforeEach(async () => {
  vendor = await Vendor.start();
});
afterEach(() => vendor.stop());

const pageOf = (seen: Seen) => Number(seen.query.get('pageNo'));
const entry = (number: number) => `{"id":"${number}","orderNo":"ZC${number}"}`;
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
const numbersOf = (orders: { orderNo: string }[]) =>
  orders.map(({ orderNo }) => Number(orderNo.slice(2))).sort((one, other) => one - other);
const readings = () => vendor.callsOf(ORDERS_PATH).filter((seen) => pageOf(seen) === 1).length;
const list = (pageSize = 10) => vendor.client({ pageSize }).listOrders();

/** What a page says besides its entries. */
type Counts = (total: number, pageSize: number) => string;
const ALL_COUNTS: Counts = (total, pageSize) =>
  `"count":${total},"total":${total},"totalPage":${Math.ceil(total / pageSize)},`;
const NO_COUNTS: Counts = () => '';

/** Serves a list in pages, as it is when a page is asked for. */
function serve(entries: (seen: Seen) => string[], counts: Counts = ALL_COUNTS): void {
  vendor.on(ORDERS_PATH, (seen) => {
    const size = Number(seen.query.get('pageSize'));
    const all = entries(seen);
    const shown = all.slice((pageOf(seen) - 1) * size, pageOf(seen) * size);
    return success(`{${counts(all.length, size)}"results":[${shown.join(',')}]}`);
  });
}

it('asks for pages and nothing else: no filter and no sorting is documented', async () => {
  serve(() => numbers(1, 30).map(entry));
  await vendor.client().listOrders();
  expect(vendor.callsOf(ORDERS_PATH).map((seen) => seen.query.toString())).toEqual([
    'pageNo=1&pageSize=25',
    'pageNo=2&pageSize=25',
  ]);
});

it('an order has what the vendor shows of it, ids digit for digit, as text and as bare numbers', async () => {
  const orders =
    '[{"id":3206258125675945984123,"orderNo":"ZC3206258125675945985","orderStatus":"succeed",' +
    '"createTime":1739717926000,"poNumber":"PO-1","currencyCode":"USD"},{"orderNo":9007199254740993}]';
  vendor.on(ORDERS_PATH, () => success(`{"total":2,"results":${orders}}`));
  expect(await list()).toEqual({
    orders: [
      {
        orderNo: 'ZC3206258125675945985',
        id: '3206258125675945984123',
        orderStatus: 'succeed',
        createdAt: 1_739_717_926_000,
        poNumber: 'PO-1',
      },
      { orderNo: '9007199254740993' },
    ],
    seen: 2,
    showsReferences: true,
    isComplete: true,
  });
});

it.each<[string, Counts]>([
  ['all counts', ALL_COUNTS],
  ['total alone', (total) => `"total":${total},`],
  ['count alone', (total) => `"count":"${total}",`],
  ['totalPage alone', (total, size) => `"totalPage":${Math.ceil(total / size)},`],
  ['a totalPage that is too high', (total) => `"total":${total},"totalPage":50,`],
  ['no counts', NO_COUNTS],
])('is read to its end and complete with %s', async (_what, counts) => {
  for (const total of [0, 9, 10, 95, 100]) {
    serve(() => numbers(1, total).map(entry), counts);
    const { orders, isComplete } = await list();
    expect([numbersOf(orders), isComplete]).toEqual([numbers(1, total), true]);
  }
});

it('a count that speaks of the page alone does not end it early', async () => {
  serve(
    () => numbers(1, 95).map(entry),
    () => '"count":10,',
  );
  const { orders, isComplete } = await list();
  expect([numbersOf(orders), isComplete]).toEqual([numbers(1, 95), true]);
});

describe('a list that grows while it is read', () => {
  it('at its front is read again, until no order can have slipped between two pages', async () => {
    let all = numbers(1, 95);
    serve((seen) => {
      if (readings() === 1 && [3, 6].includes(pageOf(seen))) all = [all.length + 1, ...all];
      return all.map(entry);
    });
    const { orders, isComplete } = await list();
    expect([numbersOf(orders), isComplete, readings()]).toEqual([numbers(1, 97), true, 2]);
  });

  it('at its end is followed onto pages that the first did not announce', async () => {
    let all = numbers(1, 40);
    serve((seen) => {
      if (pageOf(seen) === 4) all = numbers(1, 63);
      return all.map(entry);
    });
    const { orders, isComplete } = await list();
    expect([numbersOf(orders), isComplete]).toEqual([numbers(1, 63), true]);
  });

  it('without end of it is not complete after three more readings', async () => {
    let all = numbers(1, 35);
    serve((seen) => {
      if (pageOf(seen) === 2) all = [all.length + 1, ...all];
      return all.map(entry);
    });
    const { orders, isComplete } = await list();
    expect([isComplete, readings()]).toEqual([false, 4]);
    expect(numbersOf(orders)).toEqual(expect.arrayContaining(numbers(1, 38)));
  });

  it('and announces no number, is read again when an order was met twice', async () => {
    let all = numbers(1, 35);
    serve((seen) => {
      if (readings() === 1 && pageOf(seen) === 2) all = [36, ...all];
      return all.map(entry);
    }, NO_COUNTS);
    const { orders, isComplete } = await list();
    expect([numbersOf(orders), isComplete, readings()]).toEqual([numbers(1, 36), true, 2]);
  });
});

describe('is not complete', () => {
  it('when it is shorter on a later page than it was on the first', async () => {
    serve((seen) => numbers(1, pageOf(seen) === 1 ? 30 : 28).map(entry));
    const { orders, isComplete } = await list();
    expect([numbersOf(orders), isComplete]).toEqual([numbers(1, 28), false]);
  });

  it('when it is shorter on the second reading than the first announced', async () => {
    serve(
      () => numbers(1, readings() === 1 ? 29 : 28).map(entry),
      () => `"total":${readings() === 1 ? 30 : 28},`,
    );
    const { orders, isComplete } = await list();
    expect([numbersOf(orders), isComplete]).toEqual([numbers(1, 29), false]);
  });

  it('when it gives fewer than it announces', async () => {
    serve(
      () => numbers(1, 12).map(entry),
      () => '"total":13,',
    );
    expect(await list()).toMatchObject({ isComplete: false });
  });

  it('when an empty page stands in the middle', async () => {
    serve(
      (seen) => (pageOf(seen) === 2 ? [] : numbers(1, 60).map(entry)),
      (_total) => '"total":60,',
    );
    expect(await list()).toMatchObject({ isComplete: false });
  });

  it.each(['[7]', '[{}]'])('when the answer is %s', async (result) => {
    vendor.on(ORDERS_PATH, () => success(result));
    expect(await list()).toMatchObject({ orders: [], isComplete: false });
  });

  it('when one of its orders has neither number nor id', async () => {
    serve(() => [entry(1), '{"orderStatus":"succeed"}', entry(2)], NO_COUNTS);
    const { orders, isComplete } = await list();
    expect([numbersOf(orders), isComplete, readings()]).toEqual([[1, 2], false, 1]);
  });

  it('when the server does not know pages', async () => {
    vendor.on(ORDERS_PATH, () => success(`[${numbers(1, 10).map(entry).join(',')}]`));
    const { orders, isComplete } = await list();
    expect([numbersOf(orders), isComplete]).toEqual([numbers(1, 10), false]);
  });

  it('when its pages are smaller than was asked and nothing says that the last was the last', async () => {
    vendor.on(ORDERS_PATH, () => success(`{"pageSize":2,"results":[${entry(1)},${entry(2)}]}`));
    expect(await list()).toMatchObject({ isComplete: false });
  });
});

it.each(['null', 'true', '{}', '{"results":null}', '{"total":3}', '{"total":3,"results":null}'])(
  '%s is no list, and so no empty list',
  async (result) => {
    vendor.on(ORDERS_PATH, () => success(result));
    expect(await rejection(list())).toMatchObject({ code: 'PortalMalformed', retryable: true });
  },
);

describe('an order without a number', () => {
  it('goes by its id', async () => {
    vendor.on(ORDERS_PATH, () => success('{"total":1,"results":[{"id":3206258125675945985}]}'));
    expect(await list()).toMatchObject({
      orders: [{ orderNo: '3206258125675945985', id: '3206258125675945985' }],
      isComplete: true,
    });
  });

  it('is the one that has both', async () => {
    vendor.on(ORDERS_PATH, () => success(`{"total":2,"results":[{"id":"1"},${entry(1)}]}`));
    expect(await list()).toMatchObject({ orders: [{ orderNo: 'ZC1', id: '1' }], isComplete: false });
  });

  it('may be one that is shown without its id, and so counts for nothing', async () => {
    vendor.on(ORDERS_PATH, () => success('{"total":2,"results":[{"id":"1"},{"orderNo":"ZC1"}]}'));
    expect(await list()).toMatchObject({ isComplete: false });
  });
});

it('two orders with one id stay two: the number is the name', async () => {
  vendor.on(ORDERS_PATH, () => success('[{"id":"0","orderNo":"ZC1"},{"id":"0","orderNo":"ZC2"}]'));
  expect(numbersOf((await list()).orders)).toEqual([1, 2]);
});

describe('a list that never ends is a failure that says so', () => {
  const full = (seen: Seen) => `"results":[${entry(pageOf(seen))}]`;
  const ways: [string, (seen: Seen) => Reply][] = [
    ['that announces nothing', (seen) => success(`{${full(seen)}}`)],
    [
      'that announces one page more with every page',
      (seen) => success(`{"totalPage":${pageOf(seen) + 1},${full(seen)}}`),
    ],
    [
      'that announces more orders with every page',
      (seen) => success(`{"total":${pageOf(seen) + 1},${full(seen)}}`),
    ],
  ];
  it.each(ways)('%s', async (_what, answer) => {
    vendor.on(ORDERS_PATH, answer);
    const error = await rejection(list(1));
    expect(error).toMatchObject({ code: 'PortalRejected', retryable: false });
    expect(String(error)).toMatch(/has 2001 pages or more, if it ends at all; at most 2000 are read/);
    expect(vendor.callsOf(ORDERS_PATH)).toHaveLength(MAX_PAGES);
  });

  it('that announces too many at once, without reading them', async () => {
    vendor.on(ORDERS_PATH, (seen) => success(`{"total":1e9,${full(seen)}}`));
    expect(await rejection(list(1))).toMatchObject({ code: 'PortalMalformed', retryable: true });
    expect(vendor.callsOf(ORDERS_PATH)).toHaveLength(1);
  });
});

it('a page that cannot be read is a failure, not a shorter list', async () => {
  vendor.on(ORDERS_PATH, (seen) =>
    pageOf(seen) === 3 ? { status: 503 } : success(`{"total":50,"results":[${entry(pageOf(seen))}]}`),
  );
  expect(await rejection(list())).toMatchObject({ code: 'PortalUnreachable', retryable: true });
});
