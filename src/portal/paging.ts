import { entriesOf } from './entries';
import { isRecord, textOf } from './envelope';
import { PortalError } from './portal-error';

/** Pages read at the same time. */
const AT_ONCE = 4;

/** 50,000 entries in pages of 25; a list that goes on beyond is no list. */
const MAX_PAGES = 2_000;

type Entry = Record<string, unknown>;

/** How to read a list that comes in pages (vendor pages "Query Product List", "Query Order List"). */
export interface Paging {
  pageSize: number;
  /** Gives the `result` of a page; the first is 1. */
  readPage: (pageNo: number) => Promise<unknown>;
  /** Takes the entries of a page, in whatever order the pages come. Says `stop` when the rest is not needed. */
  take: (entries: Entry[]) => 'stop' | 'go on';
}

/**
 * Reads the first page, which tells how many there are, then the rest a few at a time. An empty page is the end.
 * Where no count is told, pages are read until one is not full or holds what the one before it held.
 *
 * @throws PortalError of a page that could not be read, unless another said `stop`; PortalRejected when the list
 *   announces more pages than are read
 */
export async function readPages(paging: Paging): Promise<void> {
  const first = await paging.readPage(1);
  const entries = entriesOf(first);
  const announced = pageCount(first, paging.pageSize);
  if (announced !== undefined && announced > MAX_PAGES) throw tooMany(announced);
  if (paging.take(entries) === 'stop' || entries.length === 0) return;
  if (announced === undefined) await readOn(paging, entries);
  else await readRest(paging, announced);
}

async function readRest(paging: Paging, pages: number): Promise<void> {
  let next = 2;
  let isDone = false;
  let stopped = false;
  let failure: unknown;
  const readSome = async () => {
    while (!isDone && next <= pages) {
      try {
        const entries = entriesOf(await paging.readPage(next++));
        stopped = paging.take(entries) === 'stop' || stopped;
        isDone ||= stopped || entries.length === 0;
      } catch (error) {
        failure ??= error;
        isDone = true;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, readSome));
  // What was looked for is there: a page that failed meanwhile is of no interest.
  if (!stopped && failure !== undefined) throw failure as Error;
}

async function readOn(paging: Paging, first: Entry[]): Promise<void> {
  let before = first;
  for (let pageNo = 2; before.length >= paging.pageSize; pageNo += 1) {
    if (pageNo > MAX_PAGES) throw tooMany(pageNo);
    const entries = entriesOf(await paging.readPage(pageNo));
    // A server that does not know pages gives the same list again and again.
    const isRepeated = JSON.stringify(entries) === JSON.stringify(before);
    if (isRepeated || paging.take(entries) === 'stop') return;
    before = entries;
  }
}

function pageCount(result: unknown, pageSize: number): number | undefined {
  if (!isRecord(result)) return undefined;
  const number = (key: string) => Number(textOf(result[key]) ?? Number.NaN);
  const byTotal = Math.ceil((number('total') || number('count')) / (number('pageSize') || pageSize));
  return number('totalPage') || byTotal || undefined;
}

function tooMany(pages: number): PortalError {
  return new PortalError(
    'PortalRejected',
    `The Partner Portal's list has ${pages} pages or more; at most ${MAX_PAGES} are read. Ask the vendor's support.`,
  );
}
