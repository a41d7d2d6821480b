import { activityInfo, heartbeat, log } from '@temporalio/activity';
import type { ErrorCode } from '../domain/error-catalogue';
import { present } from '../domain/optional';
import type { PbxState } from '../domain/pbx-state';
import { renewalsOf } from '../domain/renewals';
import { productOf } from '../domain/request';
import type { OrderedPbx } from '../ledger/pbx-ledger';
import { PortalError } from '../portal/portal-error';
import type { RenewalsAhead, ToldRenewal, ToldRenewals } from '../workflows/messages/renewals';
import { ACTOR, type ActivityDeps } from './dependencies';

/** No payload grows with the account. */
const MOST = 500;

/** So many times in a row out of reach: the vendor is away, and the rest is not asked. */
const AWAY_AFTER = 3;

/** How far a reading of all PBXs is: those up to `after` are done; of those that were not read, why. */
interface Reading {
  after: string;
  notRead: [serialNumber: string, code: string][];
}

/**
 * Reads at the vendor what each PBX has that something was ordered for, keeps it, and tells what expires within so many days:
 * in the log, a line each, and as its result. It orders nothing.
 *
 * @throws PortalError PortalRateLimited: the next attempt goes on after the last PBX; LedgerError
 */
export function readRenewals(deps: ActivityDeps) {
  return async ({ withinDays }: RenewalsAhead): Promise<ToldRenewals> => {
    const notRead = new Map(await readAll(deps));
    const pbxs = await deps.ledger.pbxs.ordered();
    const ahead = renewalsOf(pbxs, Date.now(), withinDays).map((renewal) => ({
      ...renewal,
      ...present({ notRead: notRead.get(renewal.serialNumber) }),
    }));
    ahead.forEach(tell);
    if (notRead.size > 0)
      log.warn('PBXs were not read: what was known before is told', { count: notRead.size });
    return {
      renewals: ahead.slice(0, MOST),
      more: Math.max(0, ahead.length - MOST),
      notRead: notRead.size,
    };
  };
}

function tell({ serialNumber, daysLeft, notRead }: ToldRenewal): void {
  const said = { serialNumber, ...present({ daysLeft, notRead }) };
  log.info(daysLeft === undefined ? 'renewal ahead, nobody knows when' : 'renewal ahead', said);
}

async function readAll(deps: ActivityDeps): Promise<Reading['notRead']> {
  const { after, notRead } = readingBefore();
  const pbxs = (await deps.ledger.pbxs.ordered()).filter(({ serialNumber }) => serialNumber > after);
  let away = 0;
  for (const pbx of pbxs) {
    const { serialNumber } = pbx;
    const problem = away < AWAY_AFTER ? await read(deps, pbx) : 'PortalUnreachable';
    away = problem === 'PortalUnreachable' ? away + 1 : 0;
    if (problem !== undefined) notRead.push([serialNumber, problem]);
    heartbeat({ after: serialNumber, notRead: notRead.slice(-MOST) } satisfies Reading);
  }
  return notRead;
}

/** Anything may stand there that an older or newer worker left. */
function readingBefore(): Reading {
  const { after, notRead } = (activityInfo().heartbeatDetails ?? {}) as Partial<Reading>;
  return typeof after === 'string' && Array.isArray(notRead)
    ? { after, notRead: [...notRead] }
    : { after: '', notRead: [] };
}

/** Keeps what the PBX has, when it has changed. @returns why it was not read */
async function read({ portal, ledger }: ActivityDeps, pbx: OrderedPbx): Promise<ErrorCode | undefined> {
  const { serialNumber, orders } = pbx;
  const { requestId, request, shown: before } = orders.at(-1)!;
  try {
    const shown = await portal.readPbx({ product: productOf(request), serialNumber });
    // It may show what a new order has done already; kept with the order before, that would count twice.
    if (await hasNewOrder({ ledger }, serialNumber, requestId)) return 'PbxBusy';
    const pbx = { ...stillTrueOf(before), ...shown.state };
    await ledger.recordStatus({ requestId, kind: 'pbx-read', actor: ACTOR, pbx });
    return undefined;
  } catch (error) {
    if (!(error instanceof PortalError) || error.code === 'PortalRateLimited') throw error;
    return error.code;
  }
}

/** What the vendor does not show any more is kept; but where a switch was pending, it may have come meanwhile. */
function stillTrueOf(before: PbxState = {}): PbxState {
  return before.pendingPlan === undefined ? before : {};
}

/** Whether another order of the PBX is under way, or has been made since that one. */
async function hasNewOrder(
  { ledger }: Pick<ActivityDeps, 'ledger'>,
  serialNumber: string,
  latest: string,
): Promise<boolean> {
  if ((await ledger.pbxs.orderUnderWay(serialNumber)) !== undefined) return true;
  const orders = await ledger.pbxs.ordersOf(serialNumber);
  return orders.some(({ requestId }, place) => place === orders.length - 1 && requestId !== latest);
}
