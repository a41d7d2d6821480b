import { isRecord, textOf } from '../../portal/envelope';
import { asExpected, handled, notChecked, notHandled, REPORT_IT, type Finding } from '../row';
import type { Assumption } from './assumption';
import { entriesIn } from './people';
import { readWhole, wholeProblem } from './read-whole';
import { typeOf } from './shape';
import type { Query, RawRead, VendorAccount } from './vendor-account';

/** Entries that the product asks for, which is the vendor's default. */
export const PAGE_SIZE = 25;

/** More than the default: what the vendor gives at most is not documented. */
const LARGE_PAGE = 100;

/** A longer list is not read whole for a check, only its first two pages. */
const MOST_ENTRIES = 1_000;

const NUMBERS = ['count', 'pageNo', 'pageSize', 'total', 'totalPage'];

/** A list in pages: its first page, and what is needed to read on. */
export interface PagedCheck {
  name: string;
  page: string;
  path: string;
  query: Query;
  idKey: string;
  /** Reads the whole list as the product does; false where it is not proven to be whole. */
  readAll: (account: VendorAccount) => Promise<boolean>;
}

/** Pages of a list (vendor pages "Query Order List", "Query Product List"). */
export function pageAssumptions(account: VendorAccount | undefined, list: PagedCheck): Assumption<unknown>[] {
  const { name, page } = list;
  const ask = (query: Query) => account!.read(list.path, { ...list.query, ...query });
  return [
    { what: `${name}: list`, page, look: listFinding },
    { what: `${name}: numbers of pages`, page, look: numbersFinding },
    { what: `${name}: page size`, page, look: sizeFinding },
    { what: `${name}: page of ${LARGE_PAGE}`, page, look: (first) => largeFinding(first, ask) },
    { what: `${name}: second page`, page, look: (first) => secondFinding(first, ask, list.idKey) },
    { what: `${name}: read whole`, page, look: (first) => wholeFinding(first, account!, list) },
  ];
}

function listFinding(result: unknown): Finding {
  if (isRecord(result) && Array.isArray(result.results)) {
    return asExpected(
      `results: a list of ${result.results.length}, of ${textOf(result.total) ?? 'unknown'} in all`,
    );
  }
  const entries = entriesIn(result);
  const isList = Array.isArray(result) || (entries.length > 0 && entries[0] !== result);
  if (isList) return handled(`${typeOf(result)}, no "results"`, 'Nothing: the list is found in it.');
  return notHandled(`${typeOf(result)} without a list`, REPORT_IT);
}

function numbersFinding(result: unknown): Finding {
  if (!isRecord(result)) return handled('no numbers', 'Nothing: pages are read until one is not full.');
  const types = NUMBERS.map((key) => `${key}: ${typeOf(result[key])}`);
  const different = types.filter((type) => !type.endsWith(': number'));
  if (different.length > 0) {
    return handled(
      different.join(', '),
      'Nothing: texts are read as numbers, and without them pages are read until one is not full.',
    );
  }
  const [count, total, totalPage, pageSize] = ['count', 'total', 'totalPage', 'pageSize'].map((key) =>
    Number(textOf(result[key])),
  ) as [number, number, number, number];
  if (count === total && totalPage === Math.ceil(total / pageSize)) {
    return asExpected('five numbers that agree');
  }
  return handled(
    `count ${count}, total ${total}, totalPage ${totalPage}, pageSize ${pageSize}: they do not agree`,
    'Nothing: the larger one counts, and what is not seen is looked for again.',
  );
}

function sizeFinding(result: unknown): Finding {
  const { length } = entriesIn(result);
  const total = totalOf(result) ?? length;
  if (length === Math.min(PAGE_SIZE, total))
    return asExpected(`${length} of ${total}, asked for ${PAGE_SIZE}`);
  return handled(
    `${length} of ${total}, asked for ${PAGE_SIZE}`,
    'Nothing: pages are counted by what they hold.',
  );
}

async function largeFinding(first: unknown, ask: (query: Query) => Promise<RawRead>): Promise<Finding> {
  const total = totalOf(first) ?? 0;
  if (total <= PAGE_SIZE) return notChecked(`the list has no more than ${PAGE_SIZE} entries`);
  const { isGood, result } = await ask({ pageNo: 1, pageSize: LARGE_PAGE });
  const harmless = `Nothing: Wonce asks for ${PAGE_SIZE}.`;
  if (!isGood) return handled('refused', harmless);
  const { length } = entriesIn(result);
  const isTaken = length === Math.min(LARGE_PAGE, total);
  return isTaken ? asExpected(`${length} of ${total}`) : handled(`${length} of ${total}`, harmless);
}

async function secondFinding(
  first: unknown,
  ask: (query: Query) => Promise<RawRead>,
  idKey: string,
): Promise<Finding> {
  const rows = entriesIn(first);
  const isOnlyOne =
    rows.length === 0 || rows.length >= (totalOf(first) ?? (rows.length < PAGE_SIZE ? 0 : Infinity));
  if (isOnlyOne) return notChecked('the list has one page');
  const { isGood, result } = await ask({ pageNo: 2, pageSize: PAGE_SIZE });
  if (!isGood) return notHandled('the second page is refused', REPORT_IT);
  const known = new Set(rows.map((row) => textOf(row[idKey])));
  const next = entriesIn(result);
  const repeated = next.filter((row) => known.has(textOf(row[idKey]))).length;
  if (repeated === 0) return asExpected(`${next.length} others`);
  return notHandled(
    `${repeated} of its ${next.length} entries stand on the first page too`,
    `Lists cannot be read whole, so nothing is chosen from them, and an order of unknown outcome needs a person. ${REPORT_IT}`,
  );
}

async function wholeFinding(first: unknown, account: VendorAccount, list: PagedCheck): Promise<Finding> {
  const total = totalOf(first) ?? 0;
  if (total > MOST_ENTRIES) return notChecked(`the list has ${total} entries; two pages of it were read`);
  const reading = await readWhole(account, list.path, () => list.readAll(account));
  return reading === 'at once' ? asExpected('all of it is proven to be seen') : wholeProblem(reading);
}

function totalOf(result: unknown): number | undefined {
  const total = isRecord(result) ? Number(textOf(result.total)) : NaN;
  return Number.isNaN(total) ? undefined : total;
}
