import { PRODUCTS_PATH, rejection, success, Vendor, type Seen } from './vendor';

let vendor: Vendor;
beforeEach(async () => {
  vendor = await Vendor.start();
});
afterEach(() => vendor.stop());

const pageOf = (seen: Seen) => Number(seen.query.get('pageNo'));

/** Serves so many products in pages; `counts` writes what the first fields of the answer say. */
function serve(total: number, counts: (pageSize: number) => string): void {
  vendor.on(PRODUCTS_PATH, (seen) => {
    const size = Number(seen.query.get('pageSize'));
    const from = (pageOf(seen) - 1) * size;
    const products = Array.from({ length: Math.max(0, Math.min(size, total - from)) }, (_, index) => ({
      productNo: `SN${from + index}`,
    }));
    return success(`{${counts(size)}"results":${JSON.stringify(products)}}`);
  });
}

const totalPage = (total: number) => (size: number) => `"totalPage":${Math.ceil(total / size)},`;

it('asks for the Software Edition, 25 at a time', async () => {
  serve(1, totalPage(1));
  expect(await vendor.client().findProduct('SN0')).toEqual({
    items: [{ productNo: 'SN0' }],
    count: 1,
  });
  expect(vendor.callsOf(PRODUCTS_PATH)[0]?.query.toString()).toBe('productId=12&pageNo=1&pageSize=25');
});

it('reads nothing after the page that has it', async () => {
  serve(1000, totalPage(1000));
  await vendor.client({ pageSize: 10 }).findProduct('SN3');
  expect(vendor.callsOf(PRODUCTS_PATH)).toHaveLength(1);
});

it('reads a few pages at a time and stops as soon as it is seen', async () => {
  serve(1000, totalPage(1000));
  const { items } = await vendor.client({ pageSize: 10 }).findProduct('SN55');
  expect(items.at(-1)).toEqual({ productNo: 'SN55' });
  expect(vendor.callsOf(PRODUCTS_PATH).length).toBeLessThanOrEqual(10);
});

it('never more than four at once', async () => {
  let open = 0;
  let most = 0;
  serve(200, totalPage(200));
  vendor.on(PRODUCTS_PATH, async (seen) => {
    most = Math.max(most, (open += 1));
    await new Promise((resolve) => setTimeout(resolve, 10));
    open -= 1;
    return success(`{"total":20,"results":[{"productNo":"A${pageOf(seen)}"}]}`);
  });
  await vendor.client().findProduct('none');
  expect(most).toBe(4);
  expect(vendor.callsOf(PRODUCTS_PATH)).toHaveLength(20);
});

it.each<[string, (size: number) => string]>([
  ['totalPage', totalPage(95)],
  ['total and pageSize', (size) => `"total":95,"pageSize":${size},`],
  ['total alone', () => '"total":95,'],
  ['count alone', () => '"count":"95",'],
  ['nothing at all', () => ''],
  ['a totalPage that is too high', () => '"totalPage":50,'],
])('not found: how many there are, and ten of them, by %s', async (_what, counts) => {
  serve(95, counts);
  const { items, count } = await vendor.client({ pageSize: 10 }).findProduct('none');
  expect(count).toBe(95);
  expect(items.map(({ productNo }) => productNo)).toEqual(Array.from({ length: 10 }, (_, n) => `SN${n}`));
  // An empty page is the end: at most one round of it is read.
  expect(vendor.callsOf(PRODUCTS_PATH).length).toBeLessThanOrEqual(14);
});

it.each([
  ['is empty', 1],
  ['lacks a page', 2],
])('a list that %s where it announces more proves nothing', async (_what, emptyPage) => {
  vendor.on(PRODUCTS_PATH, (seen) =>
    success(
      `{"total":3,"pageSize":1,"results":${pageOf(seen) === emptyPage ? '[]' : `[{"productNo":"SN${pageOf(seen)}"}]`}}`,
    ),
  );
  const error = await rejection(vendor.client({ pageSize: 1 }).findProduct('SN4'));
  expect(error).toMatchObject({ code: 'PortalMalformed', retryable: true });
});

it('a server that does not know pages is not asked for ever', async () => {
  vendor.on(PRODUCTS_PATH, () => success('[{"productNo":"A"},{"productNo":"B"}]'));
  expect(await vendor.client({ pageSize: 1 }).findProduct('none')).toMatchObject({ count: 2 });
  expect(vendor.callsOf(PRODUCTS_PATH)).toHaveLength(2);
  // As many as were asked for: a cache may well give the first page again and again.
  const error = await rejection(vendor.client({ pageSize: 2 }).findProduct('none'));
  expect(error).toMatchObject({ code: 'PortalMalformed', retryable: true });
});

it("finds a serial number in the vendor's spelling", async () => {
  vendor.on(PRODUCTS_PATH, () => success('[{"productNo":"3651e1292455"}]'));
  const { items } = await vendor.client().findProduct('3651E1292455');
  expect(items).toEqual([{ productNo: '3651e1292455' }]);
});

it('too many pages in one announcement may be nonsense that passes', async () => {
  vendor.on(PRODUCTS_PATH, () => success('{"total":2001,"results":[{"productNo":"A"}]}'));
  const error = await rejection(vendor.client().findProduct('none'));
  expect(error).toMatchObject({ code: 'PortalMalformed', retryable: true });
  expect(String(error)).toMatch(/2001 pages/);
  expect(vendor.callsOf(PRODUCTS_PATH)).toHaveLength(1);
});

it('a page that fails is a failure, unless the number was seen on another', async () => {
  vendor.on(PRODUCTS_PATH, (seen) => {
    if (pageOf(seen) === 3) return { status: 503 };
    return success(`{"total":4,"results":[{"productNo":"SN${pageOf(seen)}"}]}`);
  });
  expect(await rejection(vendor.client().findProduct('none'))).toMatchObject({ code: 'PortalUnreachable' });
  await expect(vendor.client().findProduct('SN2')).resolves.toMatchObject({
    items: expect.arrayContaining([{ productNo: 'SN2' }]) as unknown,
  });
});
