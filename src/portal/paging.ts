import { entriesOf } from './entries';
import { isRecord, textOf } from './envelope';
import { PortalError } from './portal-error';

/** Pages read at the same time. */
const AT_ONCE = 4;

/** 50,000 entries in pages of 25; a list that goes on beyond is no list. */
const MAX_PAGES = 2_000;

type Entry = Record<string, unknown>;

/** Told of every page that was read: reading many takes its time, and somebody may want to know that it goes on. */
export type OnPage = () => void;

/** How to read a list that comes in pages (vendor pages "Query Product List", "Query Order List"). */
export interface Paging {
  pageSize: number;
  /** Gives the `result` of a page; the first is 1. */
  readPage: (pageNo: number) => Promise<unknown>;
  /** Takes the entries of a page, in whatever order the pages come. Says `stop` when the rest is not needed. */
  take: (entries: Entry[]) => 'stop' | 'go on';
}

/**
 * Reads the first page, which tells how many there are, then the rest a few at a time; a later page may tell of more.
 * An empty page is the end. Where no count is told, pages are read until one is not full or holds what the one before
 * it held.
 *
 * @throws PortalError of a page that could not be read, unless another said `stop`; PortalRejected when the list
 *   has, or announces, more pages than are read
 */
export async function readPages(paging: Paging): Promise<void> {
  const first = await paging.readPage(1);
  const entries = entriesOf(first);
  const announced = pageCount(first, paging.pageSize);
  wantReadable(announced ?? 1);
  if (paging.take(entries) === 'stop' || entries.length === 0) return;
  if (announced === undefined) await readOn(paging, entries);
  else await readRest(paging, announced);
}

/**
 * All entries of a list for which no paging is documented. Should the vendor page it all the same, the rest is read
 * too: "exactly one billing contact" and "only one partner of that name" are said of whole lists only.
 *
 * @param readPage gives the `result`; without a number as the vendor's page documents the call
 * @throws PortalError; PortalMalformed when the list announces more than it gives
 */
export async function readWholeList(readPage: (pageNo?: number) => Promise<unknown>): Promise<Entry[]> {
  const first = await readPage();
  const entries = entriesOf(first);
  const announced = announcedIn(first);
  if (announced <= entries.length) return entries;
  const all: Entry[] = [];
  await readPages({
    pageSize: entries.length,
    readPage: (pageNo) => (pageNo === 1 ? Promise.resolve(first) : readPage(pageNo)),
    take: (more) => {
      all.push(...more);
      return 'go on';
    },
  });
  wantAll(announced, all.length);
  return all;
}

/** How many entries a list has in all, as one of its pages tells; 0 where it does not. */
export function announcedIn(result: unknown): number {
  return isRecord(result) ? (numberIn(result, 'total') ?? numberIn(result, 'count') ?? 0) : 0;
}

/** @throws PortalMalformed, which may pass, when a list announces more than it gives */
export function wantAll(announced: number, given: number): void {
  if (given >= announced) return;
  throw new PortalError(
    'PortalMalformed',
    `The Partner Portal announces ${announced} entries of a list and gives ${given}: with part of a list nothing is chosen.`,
  );
}

async function readRest(paging: Paging, announced: number): Promise<void> {
  let pages = announced;
  let next = 2;
  let isDone = false;
  let stopped = false;
  let failure: unknown;
  const readSome = async () => {
    while (!isDone && next <= pages) {
      try {
        const result = await paging.readPage(next++);
        // An entry that came meanwhile may have moved the last ones to a page that the first did not know of.
        pages = Math.max(pages, pageCount(result, paging.pageSize) ?? 0);
        const entries = entriesOf(result);
        stopped = paging.take(entries) === 'stop' || stopped;
        isDone ||= stopped || entries.length === 0;
        if (!isDone) wantReadable(pages);
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
    wantReadable(pageNo);
    const entries = entriesOf(await paging.readPage(pageNo));
    // A server that does not know pages gives the same list again and again.
    const isRepeated = JSON.stringify(entries) === JSON.stringify(before);
    if (isRepeated || paging.take(entries) === 'stop') return;
    before = entries;
  }
}

function pageCount(result: unknown, pageSize: number): number | undefined {
  if (!isRecord(result)) return undefined;
  const total = numberIn(result, 'total') ?? numberIn(result, 'count');
  const byTotal =
    total === undefined ? undefined : Math.ceil(total / (numberIn(result, 'pageSize') ?? pageSize));
  return numberIn(result, 'totalPage') ?? byTotal;
}

/** A number above 0; undefined for anything else. */
export function numberIn(result: Entry, key: string): number | undefined {
  const number = Number(textOf(result[key]));
  return number > 0 ? number : undefined;
}

/** @throws PortalRejected when there are more pages than are read */
function wantReadable(pages: number): void {
  if (pages <= MAX_PAGES) return;
  throw new PortalError(
    'PortalRejected',
    `The Partner Portal's list has ${pages} pages or more, if it ends at all; at most ${MAX_PAGES} are read. Ask the vendor's support.`,
  );
}
