import { setTimeout as delay } from 'node:timers/promises';
import { statusOf } from '../../ledger/purchase-record';
import { compare, type Found } from './comparison';
import { Confirmations } from './confirmations';
import { disturb } from './disturbances';
import { keepEvidence } from './evidence';
import { LaterStatuses } from './later-statuses';
import { connect, type Parties } from './parties';
import type { Sums } from './operations';
import type { Plan, PlannedPurchase } from './plan';
import type { Processes } from './processes';
import { Purchases } from './purchases';
import { isGood, reportOf, type Report } from './report';
import { askStatus, untilAtRest, untilPbxsAreRead } from './rest';
import { lengthOf } from './round';

const LOOK_EVERY_MS = 1_000;
const PROGRESS_EVERY_MS = 5_000;

/**
 * After the last disturbance all comes to an end by itself. A worker's death is noticed a minute later; what then goes on
 * takes two more at most. The rest is for slow machines.
 */
const PATIENCE_MS = 8 * 60_000;

/** Brings all up, buys while it is disturbed, waits for the end, and compares. */
export async function carryOut(
  plan: Plan,
  processes: Processes,
  folder: string,
  say: (line: string) => void,
): Promise<Report> {
  const begun = new Date();
  const all = plan.starts.flat();
  const length = lengthOf(all.length);
  await processes.start(length, say);
  const parties = await connect(processes);
  await parties.fakePortal.settings(plan.vendor);
  const restless = await whileWatched(parties, processes, all, say, async (purchases) => {
    const begins = purchases.begin(plan.starts);
    if (length.sparesPages) {
      await begins;
      await untilPbxsAreRead(parties, all);
    }
    await Promise.all([begins, disturb(plan.disturbances, length.calmAfterMs, processes)]);
    say('Calm: everything must come to an end by itself.');
    return untilAtRest(parties, all, PATIENCE_MS);
  });
  const found: Found[] = [];
  const pbxs = new Map((await parties.fakePortal.pbxs()).map((pbx) => [pbx.serialNumber, pbx]));
  for (const purchase of all) found.push(await foundOf(parties, purchase, restless.includes(purchase), pbxs));
  const comparison = compare(found, await parties.fakePortal.orders(), plan.vendor);
  const report = reportOf(plan, comparison, { begun, kills: processes.kills, ledger: processes.ledgerKind });
  if (!isGood(report)) await keepEvidence(parties, folder, report.bad);
  return report;
}

/** Looks after the purchases, plays the vendor's later statuses and tells of progress until the work is done. */
async function whileWatched<Result>(
  parties: Parties,
  { kills }: Processes,
  planned: readonly PlannedPurchase[],
  say: (line: string) => void,
  work: (purchases: Purchases) => Promise<Result>,
): Promise<Result> {
  const begun = Date.now();
  const purchases = new Purchases(parties);
  const laterStatuses = new LaterStatuses(parties.fakePortal, planned);
  const confirmations = new Confirmations(parties, planned);
  let isDone = false;
  const watch = async () => {
    for (let saidAt = 0; !isDone;) {
      await purchases.look();
      await laterStatuses.give();
      await confirmations.give();
      if (Date.now() - saidAt >= PROGRESS_EVERY_MS) {
        saidAt = Date.now();
        const atFailPoints = Object.values(kills.failPoints).reduce((sum, count) => sum + count, 0);
        say(
          `${String(Math.round((saidAt - begun) / 1_000)).padStart(4)} s: ${purchases.started} started, ` +
            `${purchases.ended} ended; killed: workers ${kills.worker} and ${atFailPoints} at fail points, ` +
            `Temporal ${kills.temporal}, ledger ${kills.ledger}`,
        );
      }
      await delay(LOOK_EVERY_MS);
    }
  };
  const [result] = await Promise.all([work(purchases).finally(() => (isDone = true)), watch()]);
  return result;
}

async function foundOf(
  parties: Parties,
  purchase: PlannedPurchase,
  isRestless: boolean,
  pbxs: ReadonlyMap<string, Partial<Sums>>,
): Promise<Found> {
  const { requestId } = purchase.request;
  const report = await askStatus(parties, requestId);
  const { yearsBought = 0, extensions = 0 } = pbxs.get(purchase.serialNumber) ?? {};
  const recorded = await parties.ledger.find(requestId);
  return {
    purchase,
    ...(report !== undefined && { told: report.status }),
    ...(recorded !== undefined && { recorded: statusOf(recorded) }),
    goesOn: report?.goesOn === true,
    isRestless,
    chainHolds: recorded !== undefined && (await parties.ledger.verify(requestId)).ok,
    sums: { yearsBought, extensions },
  };
}
