import type { AttemptRecord } from '../../ledger/purchase-record';
import { LedgerError } from '../../ledger/errors';
import { present } from '../../domain/optional';
import type { OrderOutcome } from '../../domain/outcome';
import { Refusal } from '../../domain/refusal';
import { sentOrder } from '../../portal/order-body';
import { compareOrder } from '../../portal/match-order';
import type { AdoptOrderInput } from '../../workflows/messages/purchase';
import type { OrderDetails } from '../../portal/orders';
import { PortalError } from '../../portal/portal-error';
import type { ActivityDeps } from '../dependencies';
import { placedOrder } from './scan-orders';
import { statusAfter } from '../purchase/record';

/**
 * Takes a person's word that an order is the one that the purchase's attempt created, after checking it against the
 * vendor and the ledger.
 *
 * @throws Refusal DecisionRefused when the order does not exist, belongs to another request or cannot be the one
 */
export function adoptOrder({ portal, ledger, policy }: ActivityDeps) {
  return async (input: AdoptOrderInput): Promise<OrderOutcome> => {
    const { requestId, orderNo, by, why, via } = input;
    const attempt = await ledger.latestAttempt(requestId);
    if (attempt === undefined) throw refused(`the purchase "${requestId}" has no attempt to settle`);
    const { result: known } = attempt;
    if (known?.outcome === 'created') {
      if (known.order.orderNo === orderNo) return known;
      throw refused(`the purchase has the order ${known.order.orderNo} already`);
    }
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(orderNo)) {
      throw refused('an order number is letters and digits, as the vendor shows it');
    }
    const shown = await found(portal.readOrder(orderNo), orderNo);
    const owners = await ledger.ownersOf([orderNo, shown.orderNo]);
    const [owner] = owners.values();
    if (owner !== undefined) throw refused(`the order ${shown.orderNo} belongs to the request "${owner}"`);
    refuseContradiction(attempt, shown, policy.clockAllowanceMs);

    const { agrees, notShown } = compareOrder(sentOrder(attempt.body), shown);
    const outcome: OrderOutcome = {
      outcome: 'created',
      order: placedOrder(shown),
      evidence: { settledBy: 'decision', agrees, notShown },
    };
    const about = { verb: 'settle', created: shown.orderNo, attempt: attempt.attempt };
    const data = { ...about, ...present({ why, via }) };
    await ledger.recordStatus({ requestId, kind: 'decision', actor: by, data });
    try {
      const recorded = await ledger.recordOutcome({
        requestId,
        attempt: attempt.attempt,
        outcome,
        ...statusAfter(outcome),
        actor: by,
      });
      const { result = outcome } = recorded;
      if (result.outcome === 'created') return result;
      throw refused(`nothing came of the purchase's attempt ${attempt.attempt}: ${result.message}`);
    } catch (error) {
      if (!(error instanceof LedgerError) || error.code !== 'LedgerOrderTaken') throw error;
      throw refused(`the order ${shown.orderNo} belongs to another request`);
    }
  };
}

/** @throws PortalError, which may pass, when the vendor says neither that it has the order nor that it has not */
async function found(reading: Promise<OrderDetails>, orderNo: string): Promise<OrderDetails> {
  let shown: OrderDetails;
  try {
    shown = await reading;
  } catch (error) {
    // Only the vendor's own word: a page of something in front of it says nothing of the order.
    const isSaid = error instanceof PortalError && ['PortalNotFound', 'PortalRejected'].includes(error.code);
    throw isSaid ? refused(`the vendor shows no order ${orderNo}`) : error;
  }
  if (shown.orderStatus !== undefined || shown.lines !== undefined) return shown;
  const message = `The Partner Portal's answer for the order ${orderNo} shows nothing of an order, so it cannot be checked now. Decide again when it can.`;
  throw new PortalError('PortalMalformed', message);
}

function refuseContradiction(attempt: AttemptRecord, shown: OrderDetails, clockAllowanceMs: number): void {
  const { differs } = compareOrder(sentOrder(attempt.body), shown);
  if (differs.length > 0) {
    throw refused(`the order ${shown.orderNo} is another one: it differs in ${differs.join(', ')}`);
  }
  const { createdAt } = shown;
  if (createdAt !== undefined && createdAt < attempt.startedAt.getTime() - clockAllowanceMs) {
    throw refused(
      `the order ${shown.orderNo} was created at ${new Date(createdAt).toISOString()}, before the attempt began at ` +
        attempt.startedAt.toISOString(),
    );
  }
}

function refused(why: string): Refusal {
  return new Refusal(
    'DecisionRefused',
    `The decision is refused: ${why}. Look at the evidence, and decide again.`,
  );
}
