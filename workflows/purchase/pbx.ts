import { sleep } from '@temporalio/workflow';
import { exponentialBackoff } from '../../domain/backoff';
import { questionIdOf, type Asking } from '../../domain/decision';
import { withMaskedEmails } from '../../domain/names';
import type { PurchaseFacts } from '../../domain/purchase-facts';
import { orderInWords } from '../../domain/request-in-words';
import type { KnownReason } from '../../domain/status';
import * as activity from '../activity-proxies';
import { hasFailed, reasonOf, refusal } from '../failures';
import type { PbxCheck } from '../messages/purchase';
import { choice, completeLookups, startLookups } from './lookups';
import type { PurchaseContext } from './purchase-context';
import { recordEvent } from './record-event';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 5 * 60_000;

/** What a person chooses between before a PBX is changed. */
const ORDER = 'order';
const STOP = 'stop';

/**
 * Prepares an order that changes what a PBX has: waits until no other order of the PBX is under way, looks up what the order
 * needs, and compares what the PBX has with what the order takes for granted. Where that leaves a doubt, a person is asked,
 * and the PBX is free for others meanwhile; then all of it is looked at afresh. An order is made only of what was seen
 * without a doubt, or of exactly what a person has confirmed.
 */
export function pbxPreparation(context: PurchaseContext): () => Promise<PurchaseFacts> {
  const { request } = context;
  let confirmed: string | undefined;
  return async () => {
    for (;;) {
      await waitForPbx(context);
      const facts = await completeLookups(context, startLookups(request));
      // A person was asked meanwhile.
      if (!context.holdsPbx) await waitForPbx(context);
      const check = await activity.checkPbx({ request, facts });
      const asking = confirmationOf(context, check);
      if (check.doubts.length === 0 || questionIdOf(asking) === confirmed) return facts;
      confirmed = await confirmation(context, asking);
    }
  };
}

/** One order of a PBX at a time. */
async function waitForPbx(context: PurchaseContext): Promise<void> {
  const { request, view } = context;
  const { requestId } = request;
  for (let polls = 0; ; polls++) {
    const { heldBy } = await activity.holdPbx({ requestId });
    if (heldBy === undefined) break;
    view.show({ reason: busy(heldBy) });
    // Not all of several at the same moment: only one of them would get it.
    const waitMs = exponentialBackoff(FIRST_WAIT_MS, polls, LONGEST_WAIT_MS) * (0.5 + Math.random());
    await sleep(waitMs, { summary: 'Wait until no other order of the PBX is under way' });
  }
  context.holdsPbx = true;
  delete view.status.reason;
}

function busy(heldBy: string): KnownReason {
  return {
    code: 'PbxBusy',
    message: `Another order of the PBX is under way: ${heldBy}. This one waits for its end, and then looks at the PBX afresh.`,
  };
}

function confirmationOf({ request }: PurchaseContext, { doubts, compared }: PbxCheck): Asking {
  const asked = `${doubts.join(' ')} Is it to be ordered all the same?`;
  const candidates = [
    { id: ORDER, description: orderInWords(withMaskedEmails(request)) },
    { id: STOP, description: 'order nothing; this ends the purchase' },
  ];
  return { verb: 'choose', asked, candidates, compared };
}

/** @returns the id of the question that a person has confirmed. @throws ApplicationFailure StoppedByDecision */
async function confirmation(context: PurchaseContext, asking: Asking): Promise<string> {
  const chosen = await choice(context, asking);
  if (chosen !== ORDER) {
    const message = 'A person decided that nothing is ordered.';
    throw refusal({ code: 'StoppedByDecision', message });
  }
  return questionIdOf(asking);
}

/** The order is made whether or not the PBX can be read afterwards: that it cannot is written down, never fatal. */
export async function recordPbxAfterOrder({ request }: PurchaseContext): Promise<void> {
  const { requestId } = request;
  try {
    await activity.recordPbx({ requestId });
  } catch (failure) {
    if (!hasFailed(failure)) throw failure;
    await recordEvent({ requestId, kind: 'pbx-not-read', reason: reasonOf(failure) });
  }
}
