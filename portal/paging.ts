import { createHash } from 'node:crypto';
import { listIn } from './entries';
import { isRecord, textOf } from './envelope';
import { PortalError } from './portal-error';

/** Pages read at the same time. */
const AT_ONCE = 4;

/** 50,000 entries in pages of 25; a list that goes on beyond is no list. */
const MAX_PAGES = 2_000;

/** A reading that was broken off goes on within this time, in ms: later, the list may be another. */
const GOES_ON_WITHIN_MS = 10 * 60_000;

/** Characters by which a row is recognised: 48 bits, so that no two of 50,000 rows look alike. */
const MARK_LENGTH = 8;

export type Entry = Record<string, unknown>;

/** A list of the vendor's that comes in pages, or may (vendor pages "Query Product List", "Query Order List"). */
export interface PagedList<Item> {
  /** In words, for messages: `list of PBXs`. */
  name: string;
  /** Entries asked for; Infinity where no paging is documented, and none is asked for. */
  pageSize: number;
  /** Gives the `result` of a page; the first is 1. */
  readPage: (pageNo: number) => Promise<unknown>;
  /** Undefined for an entry without what such an entry is told by. */
  itemOf: (entry: Entry) => Item | undefined;
  /** What it is told by: of two rows with the same key one is shown twice. */
  keyOf: (item: Item) => string;
}

/** What is looked for in a list. */
export interface Search<Item> {
  /** Whether an item is to be given back. */
  isWanted: (item: Item, pageNo: number) => boolean;
  /** Whether an item answers the question whatever the rest of the list holds. */
  isEnough?: (item: Item) => boolean;
}

/** A page that was read. Nothing of its content is in it, so that it may stand in a heartbeat. */
export interface PageMark {
  /** Of each different row eight characters made of its key. */
  rows: string;
  /** How many entries the list has in all, as the page says; 0 where it does not. */
  announced: number;
  hasTotal: boolean;
  /** Nothing says that it is the last. */
  isFull: boolean;
  /** Whether all of its rows could be recognised. */
  isReadable: boolean;
  /** It holds something that is wanted: a reading that goes on reads it again. */
  isWanted: boolean;
}

/** How far a reading has come: the pages from the first on, without a gap. */
export interface Progress {
  /** In ms since 1970. */
  at: number;
  pages: PageMark[];
}

/** Where the progress of a reading is kept, so that the next attempt goes on from there. */
export interface ProgressLog {
  /** Of the attempt before. */
  before?: Progress | undefined;
  /** Told after every page, and with nothing when a reading is over. */
  tell: (progress?: Progress) => void;
}

/** Keeps no progress. */
export const NO_LOG: ProgressLog = { tell: () => undefined };

/** What one reading of a list, from its first page to its last, has given. */
export interface Reading<Item> {
  /** Those that are wanted, in their order; one that is shown twice may be there twice. */
  items: Item[];
  /** Different rows that were seen. */
  rows: number;
  /** The most entries that any page announced. */
  announced: number;
  /** Whether all rows could be recognised. */
  isReadable: boolean;
  /**
   * Proven: nothing is in the list that was not seen. No row stood on two pages, and there are as many as any page
   * announced, or, where none announces a number, the pages ended with one that was not full.
   */
  isComplete: boolean;
  /** An item answered the question, and the rest was not read. */
  isEnough: boolean;
}

/**
 * Reads a list once. Where the first page tells how many there are, the rest is read a few at a time; a later page may
 * tell of more. Else page by page, until one is not full, is empty or holds what the one before it held.
 *
 * A reading that was broken off goes on when the first page and the last that was read are still the same: pages
 * between them without anything that is wanted are not read again. That is as good as a slow reading: what moved
 * meanwhile shows in those two, in rows that are there twice, or in a number that is not reached.
 *
 * @throws PortalError of a page that could not be read, unless another had what is enough; PortalMalformed when an
 *   answer holds no list; PortalRejected when the list has more pages than are read
 */
export async function readOnce<Item>(
  list: PagedList<Item>,
  search: Search<Item>,
  log: ProgressLog,
): Promise<Reading<Item>> {
  const pages = new Pages(list, search, log);
  const first = await pages.readFirst();
  if (!first.isEnough && !first.isEmpty) {
    await (first.hasTotal ? readRest(pages, first) : readOn(pages, first));
  }
  log.tell();
  return pages.reading();
}

/** With the items that are wanted, and what a page says of the list. */
interface Page<Item> extends PageMark {
  items: Item[];
  isEnough: boolean;
  isEmpty: boolean;
  /** How many entries it has, rows that are there twice among them. */
  length: number;
  /** Pages in all, as it tells; 1 where it does not. */
  pageCount: number;
}

class Pages<Item> {
  private readonly pages: (Page<Item> | PageMark)[] = [];
  private earlier: PageMark[];
  private hasMoved = false;
  /** Entries of the first page: the vendor may give fewer than it is asked for, and not say so. */
  private length = 0;
  /** The list came whole with every page. */
  isWhole = false;

  constructor(
    readonly list: PagedList<Item>,
    private readonly search: Search<Item>,
    private readonly log: ProgressLog,
  ) {
    const { at = 0, pages = [] } = log.before ?? {};
    this.earlier = Date.now() - at <= GOES_ON_WITHIN_MS ? pages : [];
  }

  async readFirst(): Promise<Page<Item>> {
    const page = await this.ask(1);
    this.length = page.length;
    page.pageCount = pagesIn(page, this.length);
    const [before] = this.earlier;
    // Another beginning or another number: what was read before is of another list.
    const isSame = before?.rows === page.rows && before.announced === page.announced;
    if (!isSame) this.earlier = [];
    // Nor is the last of them taken on trust: where a row was taken away before it, it holds others now.
    this.earlier.slice(0, -1).forEach((mark, index) => {
      if (!mark.isWanted) this.pages[index] = mark;
    });
    this.keep(1, page);
    return page;
  }

  /** Undefined when the page is known from the attempt before, and nothing in it is wanted. */
  async read(pageNo: number): Promise<Page<Item> | undefined> {
    if (this.pages[pageNo - 1] !== undefined) return undefined;
    const page = await this.ask(pageNo);
    page.pageCount = pagesIn(page, this.length);
    const before = this.earlier[pageNo - 1];
    this.hasMoved ||= before !== undefined && before.rows !== page.rows;
    this.keep(pageNo, page);
    return page;
  }

  mark(pageNo: number): PageMark | undefined {
    return this.pages[pageNo - 1];
  }

  forgetLast(): void {
    this.pages.pop();
  }

  reading(): Reading<Item> {
    // Of a list whose end was found first, pages behind it may not be there.
    const pages = this.pages.filter((page) => page !== undefined);
    const items = pages.flatMap((page) => ('items' in page ? page.items : []));
    const rows = pages.map((page) => marksIn(page.rows));
    const different = new Set(rows.flat());
    const announced = Math.max(0, ...pages.map((page) => page.announced));
    const isReadable = pages.every((page) => page.isReadable);
    const isStill = !this.hasMoved && rows.flat().length === different.size;
    const isEnded = this.isWhole || pages.every(({ hasTotal }) => hasTotal) || pages.at(-1)?.isFull === false;
    return {
      items,
      rows: different.size,
      announced,
      isReadable,
      isComplete: isReadable && isStill && isEnded && different.size >= announced,
      isEnough: pages.some((page) => 'isEnough' in page && page.isEnough),
    };
  }

  private keep(pageNo: number, page: Page<Item>): void {
    this.pages[pageNo - 1] = page;
    const end = this.pages.findIndex((one) => one === undefined);
    const known = end === -1 ? this.pages : this.pages.slice(0, end);
    this.log.tell({ at: Date.now(), pages: known.map(markOf) });
  }

  private async ask(pageNo: number): Promise<Page<Item>> {
    const { list, search } = this;
    const result = await list.readPage(pageNo);
    const entries = entriesOf(result, list);
    const read = entries.map((entry) => (isRecord(entry) ? list.itemOf(entry) : undefined));
    const known = read.filter((item) => item !== undefined);
    const items = known.filter((item) => search.isWanted(item, pageNo));
    const said = isRecord(result) ? result : {};
    const total = numberIn(said, 'total');
    const size = numberIn(said, 'pageSize');
    const pageCount = numberIn(said, 'totalPage') ?? 1;
    return {
      rows: [...new Set(known.map((item) => markFor(list.keyOf(item))))].join(''),
      announced: Math.max(total ?? 0, numberIn(said, 'count') ?? 0),
      hasTotal: total !== undefined,
      isFull: entries.length > 0 && (entries.length >= (size ?? list.pageSize) || pageCount > pageNo),
      isReadable: known.length === entries.length,
      isWanted: items.length > 0,
      items,
      isEnough: items.some((item) => search.isEnough?.(item) === true),
      isEmpty: entries.length === 0,
      length: entries.length,
      pageCount,
    };
  }
}

async function readRest<Item>(pages: Pages<Item>, first: Page<Item>): Promise<void> {
  wantPassable(first.pageCount, pages.list);
  let pageCount = first.pageCount;
  let next = 2;
  let isDone = false;
  let isEnough = false;
  let failure: unknown;
  const readSome = async () => {
    while (!isDone && next <= Math.min(pageCount, MAX_PAGES)) {
      try {
        const page = await pages.read(next++);
        if (page === undefined) continue;
        // An entry that came meanwhile may have moved the last ones to a page that the first did not know of.
        pageCount = Math.max(pageCount, page.pageCount);
        isEnough ||= page.isEnough;
        isDone ||= isEnough || page.isEmpty;
      } catch (error) {
        failure ??= error;
        isDone = true;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, readSome));
  if (isEnough) return;
  if (failure !== undefined) throw failure as Error;
  if (!isDone && pageCount > MAX_PAGES) throw endless(pageCount, pages.list);
}

async function readOn<Item>(pages: Pages<Item>, first: Page<Item>): Promise<void> {
  let before: PageMark = first;
  for (let pageNo = 2; before.isFull; pageNo += 1) {
    if (pageNo > MAX_PAGES) throw endless(pageNo, pages.list);
    const page = await pages.read(pageNo);
    if (page?.isEnough === true) return;
    const mark = pages.mark(pageNo)!;
    if (mark.rows === before.rows) {
      // A server that does not know pages gives the same again and again: all there is, when it is more than was asked.
      pages.isWhole = first.length > pages.list.pageSize;
      if (pages.isWhole) pages.forgetLast();
      return;
    }
    before = mark;
  }
}

/**
 * The entries of a `result` that may be a list, a single entry, or a list in a wrapper.
 *
 * @throws PortalMalformed when it holds no list: no list is no empty list, unless it says that there is nothing
 */
function entriesOf<Item>(result: unknown, { name, itemOf }: PagedList<Item>): unknown[] {
  const entries = listIn(result);
  const isSingle = isRecord(result) && entries?.[0] === result;
  if (entries !== undefined && (!isSingle || itemOf(result) !== undefined)) return entries;
  if (isRecord(result) && textOf(result.total) === '0') return [];
  throw new PortalError('PortalMalformed', `The Partner Portal's answer for its ${name} holds no list.`);
}

/** How many pages there are in all, by what a page says and by how many entries the first one has. */
function pagesIn({ hasTotal, announced, pageCount }: Page<unknown>, length: number): number {
  return hasTotal && length > 0 ? Math.max(pageCount, Math.ceil(announced / length)) : pageCount;
}

/** A number above 0; undefined for anything else. */
function numberIn(result: Entry, key: string): number | undefined {
  const number = Number(textOf(result[key]));
  return number > 0 ? number : undefined;
}

function markFor(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, MARK_LENGTH);
}

function marksIn(rows: string): string[] {
  return rows.match(/.{8}/g) ?? [];
}

function markOf({ rows, announced, hasTotal, isFull, isReadable, isWanted }: PageMark): PageMark {
  return { rows, announced, hasTotal, isFull, isReadable, isWanted };
}

/** A number that one answer announces may be nonsense that passes. @throws PortalMalformed */
function wantPassable(pages: number, { name }: { name: string }): void {
  if (pages <= MAX_PAGES) return;
  const message = `The Partner Portal's ${name} announces ${pages} pages; at most ${MAX_PAGES} are read. If this stays, ask the vendor's support.`;
  throw new PortalError('PortalMalformed', message);
}

function endless(pages: number, { name }: { name: string }): PortalError {
  return new PortalError(
    'PortalRejected',
    `The Partner Portal's ${name} has ${pages} pages or more, if it ends at all; at most ${MAX_PAGES} are read. Ask the vendor's support.`,
  );
}
