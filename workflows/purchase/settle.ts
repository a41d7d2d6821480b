import { patched } from '@temporalio/workflow';
import type { Candidate, Decision } from '../../domain/decision';
import { present } from '../../domain/optional';
import type { OrderOutcome } from '../../domain/outcome';
import type { KnownReason, Reason } from '../../domain/status';
import { hasFailed, reasonOf, refusal } from '../failures';
import type { OrderScan, Reconciliation, SeenOrders } from '../messages/purchase';
import * as activity from '../activity-proxies';
import type { PendingDecision } from './decisions';
import type { PurchaseContext } from './purchase-context';

const REFUSED: KnownReason['code'] = 'DecisionRefused';

type Settlement = Decision & { verb: 'settle' };

/** What is known after a scan; one that failed says nothing against what was seen before. */
export function seenAfter(scan: OrderScan | undefined, before: SeenOrders): SeenOrders {
  switch (scan?.found) {
    case 'undecided':
      return { scan: before.scan, candidates: byId(scan.candidates) };
    case 'none':
      return { scan: scan.isComplete ? 'complete' : 'incomplete', candidates: [] };
    default:
      return before;
  }
}

/** In the same order however they were read: the same evidence is the same question. */
function byId(candidates: readonly Candidate[]): Candidate[] {
  return [...candidates].sort((one, other) => (one.id < other.id ? -1 : 1));
}

/**
 * What a person decided, unless it contradicts the evidence, or there is evidence that they have not seen: the vendor's
 * orders are scanned once more, at this very moment.
 *
 * @param how to scan, and to ask again with what was seen
 * @returns the outcome; undefined when the decision was refused, and the question stays open
 */
export async function settleByDecision(
  context: PurchaseContext,
  pending: PendingDecision,
  reconciliation: Reconciliation,
  how: { scan: () => Promise<OrderScan | undefined>; ask: () => Promise<void> },
): Promise<OrderOutcome | undefined> {
  const decision = pending.decision as Settlement;
  const scan = await how.scan();
  if (scan?.found === 'one' && !names(decision, scan.outcome)) {
    pending.refuse(refused('the vendor has the order after all. It is taken as the one of this purchase.'));
    return scan.outcome;
  }
  const now = seenAfter(scan, reconciliation.seen);
  const objection =
    scan === undefined ? unreadable(context, decision) : unseen(decision, reconciliation.seen, now);
  reconciliation.seen = now;
  if (objection !== undefined) {
    // Whoever is refused finds what there is to decide about now.
    await how.ask();
    pending.refuse(objection);
    return undefined;
  }
  return 'created' in decision
    ? adopted(context, pending, decision)
    : givenUp(context, pending, decision, reconciliation);
}

/** Nothing is ordered on somebody's word while the vendor's orders cannot be read. */
function unreadable({ view }: PurchaseContext, decision: Settlement): Reason | undefined {
  if ('created' in decision || decision.notCreated === 'stop') return undefined;
  const { message = 'they cannot be read' } = view.status.reason ?? {};
  return refused(`the vendor's orders cannot be read now (${message}). Decide again when they can.`);
}

/** Why a decision is not about the evidence that there is; undefined when it is. */
function unseen(decision: Settlement, before: SeenOrders, now: SeenOrders): Reason | undefined {
  const known = new Set(before.candidates.map(textOf));
  const unknown = now.candidates.filter(
    (candidate) =>
      !known.has(textOf(candidate)) && !('created' in decision && candidate.id === decision.created),
  );
  if (unknown.length > 0) {
    const shown = unknown.map(({ id, description }) => `${id} (${description})`).join('; ');
    return refused(
      `the vendor shows what was not among the evidence: ${shown}. Look at it, and decide again.`,
    );
  }
  if ('created' in decision || decision.notCreated === 'stop') return undefined;
  if (now.candidates.length < before.candidates.length) {
    return refused('the vendor does not show what was among the evidence any more. Decide again.');
  }
  if (now.scan === 'incomplete' && before.scan !== 'incomplete' && now.candidates.length === 0) {
    return refused(
      "not all of the vendor's orders could be read now. If it is not created all the same, decide again.",
    );
  }
  return undefined;
}

function textOf({ id, description }: Candidate): string {
  return `${id} ${description}`;
}

function names(decision: Settlement, outcome: OrderOutcome): boolean {
  return 'created' in decision && outcome.outcome === 'created' && outcome.order.orderNo === decision.created;
}

function refused(why: string): KnownReason {
  return { code: REFUSED, message: `The decision is refused: ${why}` };
}

async function adopted(
  { request }: PurchaseContext,
  pending: PendingDecision,
  { created, by, why, via }: Settlement & { created: string },
): Promise<OrderOutcome | undefined> {
  const { requestId } = request;
  try {
    const outcome = await activity.adoptOrder({
      requestId,
      orderNo: created,
      by,
      ...present({ why, via }),
    });
    pending.accept();
    return outcome;
  } catch (failure) {
    if (!hasFailed(failure)) throw failure;
    pending.refuse(reasonOf(failure));
    return undefined;
  }
}

function stoppedBy(by: string) {
  return refusal({ code: 'StoppedByDecision', message: `${by} decided that nothing more is bought.` });
}

async function givenUp(
  context: PurchaseContext,
  pending: PendingDecision,
  { notCreated: then, by, why, via }: Settlement & { notCreated: 'order-again' | 'stop' },
  reconciliation: Reconciliation,
): Promise<OrderOutcome | undefined> {
  const { requestId } = context.request;
  const { attempt } = reconciliation;
  const { candidates, scan } = reconciliation.seen;
  const absence = { because: 'decision', then, by, ...present({ why, via }) } as const;
  const seen = { orders: candidates.map(({ id }) => id), isComplete: scan === 'complete' };
  try {
    const outcome = await activity.recordAbsence({ requestId, ...present({ attempt }), absence, seen });
    pending.accept();
    // A later attempt may have ordered: that is seen to its end, and nothing is ordered after it.
    if (then === 'stop' && outcome.outcome === 'unknown') context.over = stoppedBy(by);
    return outcome;
  } catch (failure) {
    if (!hasFailed(failure) || reasonOf(failure).code !== REFUSED) throw failure;
    pending.refuse(reasonOf(failure));
    // It may come meanwhile: it is looked for again, also when the window has passed.
    if (patched('looked-for-again')) reconciliation.hasFailed = true;
    return undefined;
  }
}
