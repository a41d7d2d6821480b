import type { Sought } from '../../portal/find-in-list';
import type { Progress } from '../../portal/paging';
import type { PortalClient } from '../../portal/portal-client';
import { CONTACTS_PATH, PARTNERS_PATH, PRODUCTS_PATH, rejection, success, Vendor, type Seen } from './vendor';

let vendor: Vendor;
beforeEach(async () => {
  vendor = await Vendor.start();
});
afterEach(() => vendor.stop());

/** One of the lists that are looked through, by the id of what is looked for. */
interface Listed {
  path: string;
  row: (id: string) => object;
  /** Looks for one by its id; gives the ids that were found of it. */
  find: (client: PortalClient, id: string) => Promise<unknown>;
}

const named = <Item extends { company?: string }>(company: string): Sought<Item> => ({
  matches: (item) => item.company === company,
  byId: false,
});

const PRODUCTS: Listed = {
  path: PRODUCTS_PATH,
  row: (id) => ({ productNo: id }),
  find: async (client, id) =>
    (await client.findProduct(id)).items.map((item) => item.productNo).filter((one) => one === id),
};
const PARTNERS: Listed = {
  path: PARTNERS_PATH,
  row: (id) => ({ partnerId: id, company: `Company ${id}` }),
  find: async (client, id) =>
    (await client.findPartners(named(`Company ${id}`))).items
      .map((item) => item.partnerId)
      .filter((one) => one === id),
};
const CONTACTS: Listed = {
  path: CONTACTS_PATH,
  row: (id) => ({ billingContactId: id, company: `Company ${id}` }),
  find: async (client, id) =>
    (await client.findBillingContacts(named(`Company ${id}`))).items
      .map((item) => item.billingContactId)
      .filter((one) => one === id),
};
const LISTS: [string, Listed][] = [
  ['PBXs', PRODUCTS],
  ['partners', PARTNERS],
  ['billing contacts', CONTACTS],
];

const pageOf = (seen: Seen) => Number(seen.query.get('pageNo') ?? '1');
const readings = (path: string) => vendor.callsOf(path).filter((seen) => pageOf(seen) === 1).length;

function serve({ path, row }: Listed, page: (pageNo: number, reading: number) => string[], counts: object) {
  vendor.on(path, (seen) => {
    const results = page(pageOf(seen), readings(path)).map(row);
    return success(JSON.stringify({ ...counts, results }));
  });
}

describe.each(LISTS)('a list of %s that moves while it is read', (_name, listed) => {
  const client = () => vendor.client({ pageSize: 2 });
  const MOVED: Record<number, string[]> = { 1: ['A', 'B'], 2: ['B', 'C'] };
  const STILL: Record<number, string[]> = { 1: ['A', 'B'], 2: ['C', 'D'] };

  it('is read again, and what was not seen at first is found', async () => {
    serve(listed, (pageNo, reading) => (reading === 1 ? MOVED : STILL)[pageNo] ?? [], { total: 4 });
    expect(await listed.find(client(), 'D')).toEqual(['D']);
    expect(readings(listed.path)).toBe(2);
  });

  it('and does not hold still says nothing of what is not there: it may pass', async () => {
    serve(listed, (pageNo) => MOVED[pageNo] ?? [], { total: 4 });
    const error = await rejection(listed.find(client(), 'D'));
    expect(error).toMatchObject({ code: 'PortalMalformed', retryable: true });
    expect(String(error)).toMatch(/does not hold still/);
  });

  it.each([
    ['fewer than it announces', { 1: ['A', 'B'], 2: ['C'] }],
    ['an empty page in the middle', { 1: ['A', 'B'], 2: [] }],
    ['a row twice on one page, and fewer than it announces', { 1: ['A', 'B'], 2: ['C', 'C'] }],
  ] as [string, Record<number, string[]>][])('gives %s: it has not been read', async (_what, pages) => {
    serve(listed, (pageNo) => pages[pageNo] ?? [], { total: 4 });
    expect(await rejection(listed.find(client(), 'D'))).toMatchObject({ retryable: true });
  });

  it('that is not there is said of a list that held still', async () => {
    serve(listed, (pageNo) => STILL[pageNo] ?? [], { total: 4 });
    expect(await listed.find(client(), 'E')).toEqual([]);
    expect(readings(listed.path)).toBe(1);
  });

  it('pages that the vendor makes shorter than it was asked are all read', async () => {
    const ids = ['A', 'B', 'C', 'D', 'E'];
    serve(listed, (pageNo) => ids.slice((pageNo - 1) * 2, pageNo * 2), { total: 5 });
    expect(await listed.find(vendor.client({ pageSize: 25 }), 'E')).toEqual(['E']);
  });
});

it('a PBX is found by its serial number, however the list moves', async () => {
  const pages: Record<number, string[]> = { 1: ['A', 'A'], 2: ['B', 'C'] };
  serve(PRODUCTS, (pageNo) => pages[pageNo] ?? [], { total: 4 });
  expect(await PRODUCTS.find(vendor.client({ pageSize: 2 }), 'C')).toEqual(['C']);
});

it.each([
  ['partner', PARTNERS_PATH, 'partnerId'],
  ['billing contact', CONTACTS_PATH, 'billingContactId'],
])('a %s is found by its id, however the list moves', async (_what, path, key) => {
  vendor.on(path, (seen) => {
    const results = pageOf(seen) === 1 ? [{ [key]: '1' }, { [key]: '2' }] : [{ [key]: '2' }, { [key]: '3' }];
    return success(JSON.stringify({ total: 4, results }));
  });
  const client = vendor.client();
  const byId = { matches: (item: object) => (item as Record<string, string>)[key] === '3', byId: true };
  const found =
    path === PARTNERS_PATH ? await client.findPartners(byId) : await client.findBillingContacts(byId);
  expect(found.items).toContainEqual({ [key]: '3' });
});

it('in one answer without a number, a row that is there twice is no sign of a move', async () => {
  vendor.on(PARTNERS_PATH, () => success(JSON.stringify([PARTNERS.row('A'), PARTNERS.row('A')])));
  const { items, count } = await vendor.client().findPartners(named('Company A'));
  expect([new Set(items.map(({ partnerId }) => partnerId)).size, count]).toEqual([1, 1]);
});

it('a list of which nothing but the number of its pages is told is read to its end', async () => {
  vendor.on(PARTNERS_PATH, (seen) =>
    success(JSON.stringify({ totalPage: 3, results: [PARTNERS.row(`P${pageOf(seen)}`)] })),
  );
  expect(await PARTNERS.find(vendor.client(), 'P3')).toEqual(['P3']);
});

describe('a reading that was broken off', () => {
  const TOTAL = 60;
  const ids = Array.from({ length: TOTAL }, (_, index) => `SN${index}`);
  let gone: Set<number>;

  function serveAll(all = ids) {
    vendor.on(PRODUCTS_PATH, (seen) => {
      if (gone.has(pageOf(seen))) return { status: 503 };
      const results = all
        .slice((pageOf(seen) - 1) * 10, pageOf(seen) * 10)
        .map((productNo) => ({ productNo }));
      return success(JSON.stringify({ total: all.length, results }));
    });
  }

  const client = () => vendor.client({ pageSize: 10 });
  const pagesAsked = () => vendor.callsOf(PRODUCTS_PATH).map(pageOf);

  /** Reads until page 5 fails, and gives what the last heartbeat would hold. */
  async function brokenOff(): Promise<Progress> {
    gone = new Set([5]);
    serveAll();
    let last: Progress | undefined;
    const log = { tell: (progress?: Progress) => void (last = progress ?? last) };
    expect(await rejection(client().findProduct('none', log))).toMatchObject({ code: 'PortalUnreachable' });
    expect(last!.pages.length).toBe(4);
    gone.clear();
    vendor.seen.length = 0;
    return JSON.parse(JSON.stringify(last)) as Progress;
  }

  it('goes on from the page at which it was', async () => {
    const before = await brokenOff();
    const { count } = await client().findProduct('none', { before, tell: () => undefined });
    expect(count).toBe(TOTAL);
    // The first and the last that were read show whether the list has moved.
    expect(pagesAsked().sort()).toEqual([1, 4, 5, 6]);
  });

  it('begins again when the list is another one', async () => {
    const before = await brokenOff();
    serveAll(['new', ...ids]);
    const { count } = await client().findProduct('none', { before, tell: () => undefined });
    expect(count).toBe(TOTAL + 1);
    expect(pagesAsked()).toEqual(expect.arrayContaining([1, 2, 3, 4, 5, 6, 7]));
  });

  it('notices what moved behind the first page, and reads all again', async () => {
    const before = await brokenOff();
    // One that was read is gone, and another has come: the number is the same, the rest has moved.
    serveAll([...ids.slice(0, 15), ...ids.slice(16), 'new']);
    const { count } = await client().findProduct('none', { before, tell: () => undefined });
    expect(count).toBe(TOTAL);
    expect(pagesAsked().slice(0, 2)).toEqual([1, 4]);
    expect(pagesAsked()).toEqual(expect.arrayContaining([2, 3]));
  });

  it('is forgotten after a while', async () => {
    const before = await brokenOff();
    const old = { ...before, at: before.at - 11 * 60_000 };
    await client().findProduct('none', { before: old, tell: () => undefined });
    expect(pagesAsked().sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('tells nothing of what the list holds, and little of each row', async () => {
    const before = await brokenOff();
    expect(JSON.stringify(before)).not.toMatch(/SN\d/);
    // So much a row, in pages of 25 a little less than here in pages of 10.
    expect(JSON.stringify(before.pages).length / 40).toBeLessThan(20);
  });

  it('reads pages again that hold something that is wanted', async () => {
    const orders = (pageNo: number) =>
      Array.from({ length: 10 }, (_, index) => ({
        orderNo: `ZC${(pageNo - 1) * 10 + index}`,
        ...(pageNo === 2 && index === 3 && { poNumber: 'ours' }),
      }));
    const path = '/order/openapi/order/v1/page';
    gone = new Set([5]);
    vendor.on(path, (seen) =>
      gone.has(pageOf(seen))
        ? { status: 503 }
        : success(JSON.stringify({ total: 60, results: orders(pageOf(seen)) })),
    );
    let before: Progress | undefined;
    const log = { tell: (progress?: Progress) => void (before = progress ?? before) };
    const isOurs = ({ poNumber }: { poNumber?: string }) => poNumber === 'ours';
    await rejection(client().listOrders(isOurs, log));
    gone.clear();
    vendor.seen.length = 0;
    const list = await client().listOrders(isOurs, { before, tell: () => undefined });
    expect(list).toEqual({
      orders: [{ orderNo: 'ZC13', poNumber: 'ours' }],
      seen: 60,
      showsReferences: true,
      isComplete: true,
    });
    expect(vendor.callsOf(path).map(pageOf).sort()).toEqual([1, 2, 4, 5, 6]);
  });
});
