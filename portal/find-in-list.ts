import { readOnce, type PagedList, type ProgressLog, type Reading } from './paging';
import { PortalError } from './portal-error';

/** A list that moved while it was read is read again this many times; then whoever asked asks again later. */
const MAX_AGAIN = 3;

/** So many of a list are given whatever is looked for: to say what there is. */
const SAMPLE = 10;

/** What is looked for: all that match, or the one that is told by its id. */
export interface Sought<Item> {
  matches: (item: Item) => boolean;
  /** One that matches is the one: nothing else in the list can be it too. */
  byId: boolean;
}

/** What was found of a list. */
export interface Found<Item> {
  /** All that match, and some others. One that is shown twice may be there twice. */
  items: Item[];
  /** How many there are in all. */
  count: number;
}

/**
 * Looks for what matches. What is found by its id is found; that there is none, or exactly one of a name, is said of
 * whole lists only: one that moves while it is read is read again.
 *
 * @throws PortalError; PortalMalformed, which may pass, when the list does not hold still or cannot be read whole
 */
export async function findInList<Item>(
  list: PagedList<Item>,
  { matches, byId }: Sought<Item>,
  log: ProgressLog,
): Promise<Found<Item>> {
  for (let again = 0; ; again += 1) {
    let samples = 0;
    const search = {
      isWanted: (item: Item, pageNo: number) => (pageNo === 1 && samples++ < SAMPLE) || matches(item),
      isEnough: (item: Item) => byId && matches(item),
    };
    const reading = await readOnce(list, search, again === 0 ? log : { tell: log.tell });
    if (reading.isEnough || reading.isComplete) return { items: reading.items, count: reading.rows };
    if (again === MAX_AGAIN || !reading.isReadable) throw notWhole(list.name, reading);
  }
}

function notWhole(name: string, { rows, announced, isReadable }: Reading<unknown>): PortalError {
  const what = isReadable
    ? `does not hold still: it announces ${announced || 'no number of'} entries, ${rows} different ones were seen, and one may have moved from page to page`
    : 'holds an entry without an id';
  return new PortalError(
    'PortalMalformed',
    `The Partner Portal's ${name} ${what}. From part of a list nothing is chosen; it is read again.`,
  );
}
