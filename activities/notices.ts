import { activityInfo, log } from '@temporalio/activity';
import { createHash } from 'node:crypto';
import { differencesInWords } from '../domain/books';
import { shortly, type NoticeData, type NoticeType } from '../domain/notice';
import { present } from '../domain/optional';
import { dealPage, purchasePage } from '../domain/page-address';
import { renewalsOf, type Renewal } from '../domain/renewals';
import type { NewNotice, Wait } from '../ledger/notice-ledger';
import type { EndOfNotice, NoticesAhead } from '../workflows/messages/notices';
import type { ActivityDeps } from './dependencies';

/** So many are begun at once: the rest is a minute later. */
const AT_ONCE = 100;

/** Longer than any pause between two attempts: what was not tried for so long has lost its run. */
const LOST_AFTER_MS = 2 * 60 * 60_000;

/**
 * Finds what waits, or is soon to be renewed, and was not told to an address yet, and keeps it: once per wait and address.
 *
 * @returns ids of what is to be sent and of which no run is known
 * @throws LedgerError
 */
export function findNotices(deps: ActivityDeps) {
  return async ({ renewalsWithinDays }: NoticesAhead): Promise<string[]> => {
    const { ledger, notices } = deps;
    const addresses = notices.sender.ids;
    if (addresses.length === 0) return [];
    const now = new Date();
    const near = renewalsWithinDays === undefined ? [] : await renewalsNear(deps, now, renewalsWithinDays);
    const differences = await booksOfLastDay(deps, now);
    for (const address of addresses) {
      const toldBy = new Date(now.getTime() - notices.remindAfterMs);
      const waits = await ledger.notices.untold(address, toldBy, AT_ONCE);
      const told = [...waits.map((wait) => aboutWait(deps, wait)), ...near, ...differences];
      await ledger.notices.keep(told.map((about) => noticeOf(about, address, now)));
    }
    return ledger.notices.open(addresses, new Date(now.getTime() - LOST_AFTER_MS), AT_ONCE);
  };
}

/**
 * Sends a notice. What was sent, and not written down because the worker died, is sent again, under the same id.
 *
 * @throws NoticeError NoticeNotTaken, NoticeAddressUnknown: to be tried again; LedgerError
 */
export function sendNotice({ ledger, notices }: ActivityDeps) {
  return async (id: string): Promise<void> => {
    const notice = await ledger.notices.tryNow(id);
    if (notice !== undefined) await notices.sender.send(notice, activityInfo().attempt);
  };
}

/** Writes down that a notice was told, or that it was given up; that is said in the log as well. */
export function recordNotice({ ledger }: ActivityDeps) {
  return async ({ id, problem }: EndOfNotice): Promise<void> => {
    if (problem !== undefined) log.error('notice given up', { id, problem });
    await ledger.notices.end(id, problem);
  };
}

const DAY_MS = 24 * 60 * 60_000;

/** What is told, before it is told to anybody. */
interface About {
  key: string;
  type: NoticeType;
  data: NoticeData;
}

function aboutWait(deps: ActivityDeps, wait: Wait): About {
  const { record, id, status, since, key, isReminder } = wait;
  const asked = wait.missing?.map(({ field, problem }) => `${field}: ${problem}`).join('; ') ?? wait.asked;
  return {
    key,
    type: `${record}.${isReminder ? 'waits-too-long' : 'waiting'}`,
    data: {
      ...(record === 'purchase' ? { requestId: id } : { deal: id }),
      ...{ status, since: since.toISOString() },
      ...present({ asked: asked && shortly(asked) }),
      ...linkTo(deps, record, id),
    },
  };
}

/** Renewals that come; of what has expired `wonce renewals` tells. */
async function renewalsNear(deps: ActivityDeps, now: Date, withinDays: number): Promise<About[]> {
  const pbxs = await deps.ledger.pbxs.ordered();
  return renewalsOf(pbxs, now.getTime(), withinDays)
    .filter(({ daysLeft = -1 }) => daysLeft >= 0)
    .map((renewal) => aboutRenewal(deps, renewal));
}

function aboutRenewal(deps: ActivityDeps, renewal: Renewal): About {
  const { serialNumber, plan, expiresOn, daysLeft, autoRenewal, requestId } = renewal;
  return {
    key: `renewal:${serialNumber}:${expiresOn}`,
    type: 'renewal.near',
    data: {
      ...{ serialNumber, requestId },
      ...present({ plan, expiresOn, daysLeft, autoRenewal }),
      ...linkTo(deps, 'purchase', requestId),
    },
  };
}

/** Comparisons of the last day that found something new. */
async function booksOfLastDay({ ledger }: ActivityDeps, now: Date): Promise<About[]> {
  const comparisons = await ledger.books.withNews(new Date(now.getTime() - DAY_MS));
  return comparisons.map(({ id, result: { at, news } }) => ({
    key: `books:${id}`,
    type: 'books.differ',
    data: {
      ...{ since: at, differences: news.count },
      what: shortly(differencesInWords(news.differences, news.count)),
    },
  }));
}

function linkTo({ notices }: ActivityDeps, record: Wait['record'], id: string): { link?: string } {
  if (notices.publicUrl === undefined) return {};
  return { link: `${notices.publicUrl}${record === 'purchase' ? purchasePage(id) : dealPage(id)}` };
}

function noticeOf({ key, type, data }: About, address: string, foundAt: Date): NewNotice {
  const digest = createHash('sha256')
    .update(JSON.stringify([key, type, address]))
    .digest('hex');
  return { id: `msg_${digest.slice(0, 32)}`, key, type, address, data, foundAt };
}
