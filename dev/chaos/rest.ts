import { setTimeout as delay } from 'node:timers/promises';
import { ClientError } from '../../client/client-error';
import type { StatusReport } from '../../client/wait';
import { isTerminal, waitsForPerson } from '../../domain/status';
import { openSteps } from './open-steps';
import { throughOutages } from './outage';
import type { Parties } from './parties';
import type { PlannedPurchase } from './plan';

const LOOK_EVERY_MS = 1_000;
/** Asked after at the same time. */
const AT_ONCE = 8;

/** Waits until no purchase reads the list of PBXs any more. */
export async function untilPbxsAreRead(
  parties: Parties,
  purchases: readonly PlannedPurchase[],
): Promise<void> {
  await untilNone(purchases, Infinity, async ({ request }) => {
    const steps = await throughOutages(() => openSteps(parties.temporal, request.requestId));
    return !steps.includes('fetchSerialNumber') && !steps.includes('workflow task');
  });
}

/**
 * Waits until no purchase moves by itself any more.
 *
 * @returns those that still do after `patienceMs`
 */
export function untilAtRest(
  parties: Parties,
  purchases: readonly PlannedPurchase[],
  patienceMs: number,
): Promise<PlannedPurchase[]> {
  return untilNone(purchases, patienceMs, ({ request }) => isAtRest(parties, request.requestId));
}

/** What Wonce tells of a purchase; undefined when it knows none. */
export async function askStatus({ wonce }: Parties, requestId: string): Promise<StatusReport | undefined> {
  try {
    return await throughOutages(() => wonce.status(requestId));
  } catch (error) {
    if (error instanceof ClientError && error.code === 'UnknownPurchase') return undefined;
    throw error;
  }
}

async function isAtRest(parties: Parties, requestId: string): Promise<boolean> {
  const report = await askStatus(parties, requestId);
  const recorded = await throughOutages(() => parties.ledger.find(requestId));
  if (report === undefined || recorded?.status !== report.status.status) return false;
  const { status } = report.status;
  if (isTerminal(status)) return report.goesOn === false;
  if (!waitsForPerson(status) || status === 'waiting-for-choice') return false;
  return (await throughOutages(() => openSteps(parties.temporal, requestId))).length === 0;
}

async function untilNone(
  purchases: readonly PlannedPurchase[],
  patienceMs: number,
  isDone: (purchase: PlannedPurchase) => Promise<boolean>,
): Promise<PlannedPurchase[]> {
  const deadline = Date.now() + patienceMs;
  let left = [...purchases];
  for (;;) {
    const waiting = [...left];
    const undone: PlannedPurchase[] = [];
    const askSome = async () => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
        if (!(await isDone(one))) undone.push(one);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, askSome));
    left = undone;
    if (left.length === 0 || Date.now() > deadline) return left;
    await delay(LOOK_EVERY_MS);
  }
}
