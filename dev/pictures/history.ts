import { mock } from 'node:test';
import { DEAL } from '../../domain/author';
import { dealKeyOf } from '../../domain/deal-ids';
import type { PurchaseRequest } from '../../domain/request';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import type { Ledger } from '../../ledger/ledger';
import { FAKE_HUBSPOT } from '../stack/fake-deals-file';
import { fingerprintOf } from '../../validation/fingerprint';

const DAY_MS = 24 * 60 * 60_000;
const MINUTE_MS = 60_000;

/** How many were ordered on each of the last days, today last: weeks as a back office has them. */
const ORDERED_BY_DAY = [3, 1, 4, 2, 3, 0, 0, 5, 3, 2, 4, 1, 0, 2];

/** In how many days what was ordered for a year will expire. */
const EXPIRE_IN_DAYS = [
  -3, 4, 6, 9, 11, 17, 18, 19, 26, 31, 38, 39, 40, 45, 46, 60, 74, 75, 88, 103, 120, 147,
];

/** An order that was made long ago. */
interface PastOrder {
  at: Date;
  request: PurchaseRequest;
  /** Of a deal that was won then. */
  wonAt?: Date;
}

/** Lets the ledger have orders of a year, as if they had been made then: through its own doors, by another date. */
export async function writeHistory(ledger: Ledger): Promise<void> {
  const orders = [...ofLastYear(), ...ofLastDays()].sort(
    (one, other) => one.at.getTime() - other.at.getTime(),
  );
  try {
    for (const [place, order] of orders.entries()) await writeOrder(ledger, order, place);
  } finally {
    mock.timers.reset();
  }
}

/** What is to be renewed. */
function ofLastYear(): PastOrder[] {
  return EXPIRE_IN_DAYS.map((days, place) => ({
    at: daysAgo(365 - days, 8 + (place % 9), 7 * place),
    request: requestOf(place, { years: 1 }),
  }));
}

function ofLastDays(): PastOrder[] {
  const days = ORDERED_BY_DAY.length;
  return ORDERED_BY_DAY.flatMap((count, day) =>
    Array.from({ length: count }, (_, place) => {
      const at = daysAgo(days - day, 8 + 2 * place, (7 * day + 13 * place) % 60);
      const number = 100 + 10 * day + place;
      const wonAt = new Date(at.getTime() - (2 + ((3 * day + 5 * place) % 11)) * MINUTE_MS);
      return {
        at,
        request: requestOf(number, { years: 1 + (number % 3) }),
        ...(place % 2 === 0 && { wonAt }),
      };
    }),
  );
}

/** That day at that time; never later than now. */
function daysAgo(days: number, hour: number, minute: number): Date {
  const at = new Date(Date.now() - days * DAY_MS);
  at.setUTCHours(hour, minute, (7 * minute) % 60, 0);
  return at;
}

function requestOf(place: number, change: Partial<PurchaseRequest>): PurchaseRequest {
  const isUltimate = place % 3 !== 1;
  return {
    requestId: `PO-2026-${String(1000 + place)}`,
    license: { kind: 'existing', serialNumber: `3651E${String(1204377 + 7919 * place)}` },
    plan: isUltimate ? 'Ultimate' : 'Enterprise',
    extensions: [25, 50, 100, 20, 150][place % 5]!,
    ...(isUltimate && place % 2 === 0 && { services: ['Disaster Recovery'] }),
    billingContact: { email: 'accounts@reseller.example' },
    ...change,
  };
}

async function writeOrder(
  ledger: Ledger,
  { at, request: wanted, wonAt }: PastOrder,
  place: number,
): Promise<void> {
  const deal = dealKeyOf({
    crm: 'hubspot',
    account: FAKE_HUBSPOT.account,
    dealId: String(31415926000 + place),
  });
  const request = wonAt === undefined ? wanted : { ...wanted, requestId: `${deal}:1` };
  const { requestId } = request;
  const fingerprint = fingerprintOf(request);
  const actor = 'wonce:workflow';
  if (wonAt !== undefined) {
    setDate(new Date(wonAt.getTime() + 900));
    const { source } = FAKE_HUBSPOT;
    await ledger.deals.recordNotification({ deal, source, by: 'webhook' }, DEAL);
    const { requestId: _, ...draft } = request;
    const win = { wonAt: wonAt.toISOString(), requestId, request: draft, after: 0 };
    await ledger.deals.addWin({ deal, kind: 'requested', actor: DEAL, status: 'requested', ...win });
  }
  setDate(at);
  await ledger.accept({ request, fingerprint, workflowId: purchaseWorkflowIdOf(requestId), actor });
  setDate(new Date(at.getTime() + 840));
  await ledger.openAttempt({ requestId, fingerprint, body: '{}', actor });
  setDate(new Date(at.getTime() + 2_310));
  const number = 3_206_258_126_000_000_000n + BigInt(place) * 7_919_000_000_123n;
  const order = { orderNo: `ZC${number}`, transactionNo: `AK${number + 17n}`, orderStatus: 'succeed' };
  const outcome = { outcome: 'created', order, evidence: { httpStatus: 200 } } as const;
  await ledger.recordOutcome({ requestId, attempt: 1, outcome, actor, status: 'ordered' });
}

/** The date alone is another one: what waits, waits as ever. */
function setDate(now: Date): void {
  mock.timers.reset();
  mock.timers.enable({ apis: ['Date'], now });
}
