import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { compareBooks } from '../../activities/books/compare-books';
import type { ActivityDeps } from '../../activities/dependencies';
import type { ComparedBooks } from '../../domain/books';
import type { Comparison, Found, OrderHere } from '../../ledger/book-ledger';
import { PortalError } from '../../portal/portal-error';

const DAY_MS = 24 * 60 * 60_000;

const body = (n: number) =>
  JSON.stringify({ productId: 12, productNo: `S${n}`, poNumber: `PO-${n}`, serviceList: [] });

/** A vendor and a ledger with so many orders, which agree but for what is said. */
function booksOf(count: number, statusOf: (n: number) => string, readOrder: (orderNo: string) => object) {
  const orders = Array.from({ length: count }, (_, n): OrderHere => ({
    ...{ requestId: `of-${n}`, orderNo: `ZC${n}`, body: body(n) },
    ...{ startedAt: new Date(0), status: 'ordered', orderStatus: 'succeed' },
  }));
  const read: string[] = [];
  let found: Found = { differences: [], gone: [] };
  const deps = {
    policy: { clockAllowanceMs: 0 },
    portal: {
      listOrders: () =>
        Promise.resolve({
          ...{ seen: count, showsReferences: false, isComplete: true },
          orders: orders.map(({ orderNo }, n) => ({
            ...{ orderNo, id: String(n), orderStatus: statusOf(n), createdAt: 1 },
          })),
        }),
      readOrder: (orderNo: string) => {
        read.push(orderNo);
        return Promise.resolve({ orderNo, ...readOrder(orderNo) });
      },
    },
    ledger: {
      unresolvedAttempts: () => Promise.resolve([]),
      ownersOf: (numbers: string[]) => Promise.resolve(new Map(numbers.map((one) => [one, 'of']))),
      books: {
        comparison: () => Promise.resolve(undefined),
        firstRequestAt: () => Promise.resolve(new Date(0)),
        differences: () => Promise.resolve([]),
        countOfOrders: () => Promise.resolve(count),
        requestsOf: () => Promise.resolve(new Map()),
        // eslint-disable-next-line @typescript-eslint/require-await -- the ledger's own waits for the database
        orders: async function* () {
          for (let from = 0; from < count; from += 200) yield orders.slice(from, from + 200);
        },
        record: (_id: string, comparison: Comparison, given: Found): Promise<ComparedBooks> => {
          found = given;
          return Promise.resolve({ ...comparison, differences: {}, news: { count: 0, differences: [] } });
        },
      },
    },
  } as unknown as ActivityDeps;
  return { deps, read, found: () => found };
}

const compareIn = (deps: ActivityDeps): Promise<ComparedBooks> =>
  new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(() => compareBooks(deps)({}));

afterEach(() => jest.useRealTimers());

it('of thousands of orders a part is read each night, every one in its turn, and what the list says of all', async () => {
  const read = new Set<string>();
  for (const night of [0, 1, 2]) {
    jest.useFakeTimers({
      now: (20_000 + night) * DAY_MS,
      doNotFake: ['nextTick', 'setImmediate', 'setTimeout'],
    });
    const books = booksOf(
      3_000,
      (n) => (n === 7 ? 'refunded' : 'succeed'),
      (orderNo) => ({
        orderStatus: orderNo === 'ZC7' ? 'refunded' : 'succeed',
      }),
    );
    const result = await compareIn(books.deps);
    expect(books.read.length).toBeLessThan(1_200);
    expect(JSON.stringify(result).length).toBeLessThan(1_000);
    expect(books.found().differences).toMatchObject([{ kind: 'ended', orderNo: 'ZC7' }]);
    books.read.forEach((orderNo) => read.add(orderNo));
  }
  expect(read.size).toBe(3_000);
});

it('a vendor that is away, or asks to slow down, is not asked for every order', async () => {
  for (const [code, most] of [
    ['PortalUnreachable', 6],
    ['PortalRateLimited', 4],
  ] as const) {
    const books = booksOf(
      500,
      () => 'succeed',
      () => {
        throw new PortalError(code, code);
      },
    );
    const result = await compareIn(books.deps);
    expect(books.read.length).toBeLessThanOrEqual(most);
    expect([result.notRead, books.found().differences]).toEqual([500, []]);
  }
});
