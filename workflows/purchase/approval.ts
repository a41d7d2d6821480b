import { missingApprovals } from '../../domain/approval';
import { present } from '../../domain/optional';
import type { PurchaseFacts } from '../../domain/purchase-facts';
import * as activity from '../activity-proxies';
import { refusal } from '../failures';
import type { ApprovalCheck } from '../messages/purchase';
import { letOthersGoFirst } from './lookups';
import type { PurchaseContext } from './purchase-context';
import { recordEvent } from './record-event';

/**
 * What an order is made of, once as many people have approved exactly that as the rules of the house want. After each
 * approval it is prepared afresh: what has changed meanwhile is another order, and is asked about anew. Who has approved
 * stands in the ledger, and is read from there: another run of the purchase need not ask again.
 *
 * @throws ApplicationFailure RejectedByDecision
 */
export async function approved(
  context: PurchaseContext,
  prepare: () => Promise<PurchaseFacts>,
): Promise<PurchaseFacts> {
  const { request, policy } = context;
  for (;;) {
    const facts = await prepare();
    if (policy.hasApprovalRules !== true) return facts;
    const { asking } = await activity.checkApproval({ request, facts });
    if (asking === undefined) return facts;
    await letOthersGoFirst(context);
    await approval(context, asking);
  }
}

/** Asks until enough people have approved, however long that takes. */
async function approval(
  { view, decisions, request: { requestId } }: PurchaseContext,
  asking: NonNullable<ApprovalCheck['asking']>,
): Promise<void> {
  let question = decisions.open(asking);
  await recordEvent({ requestId, status: 'waiting-for-approval', kind: 'approval-asked', question });
  view.show({ status: 'waiting-for-approval', question });
  for (let state = asking.approval; ;) {
    const taken = await decisions.answer();
    const { by, why, via, verb } = taken.decision;
    const data = { verb, about: question.id, ...present({ why, via }) };
    const decided = { requestId, kind: 'decision', actor: by, data };
    const given = [...state.given, { by, ...present({ via }), at: new Date().toISOString() }];
    if (verb === 'approve') state = { ...state, given };
    if (verb === 'approve' && missingApprovals(state) > 0) {
      // Before it is written down: the next person need not wait for that.
      question = decisions.open({ ...asking, approval: state });
      await recordEvent({ ...decided, status: 'waiting-for-approval', question });
      view.show({ question });
      taken.accept();
      continue;
    }
    await recordEvent({ ...decided, status: 'looking-up' });
    view.show({ status: 'looking-up' });
    taken.accept();
    if (verb === 'reject') throw rejected(requestId);
    return;
  }
}

function rejected(requestId: string) {
  const message = `A person rejected the order, and nothing was ordered. Who, and why: wonce audit ${requestId}`;
  return refusal({ code: 'RejectedByDecision', message });
}
