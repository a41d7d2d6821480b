import { differencesOf, fingerprintOf } from '../orders/fingerprint';
import type { Policy } from '../orders/policy';
import { Refusal } from '../orders/refusal';
import type { PurchaseRequest } from '../orders/request';
import { parseRequest } from '../orders/request-schema';
import type { PurchaseStatus } from '../orders/status';
import { workflowIdOf } from '../orders/workflow-id';
import { mayHaveBought } from '../ledger/attempt-record';
import { statusOf } from '../ledger/status-of';
import { ACTOR, type ActivityDeps } from './deps';

/** What the ledger knows of an accepted purchase. */
export interface Acceptance {
  known: PurchaseStatus;
  /** An earlier run opened an attempt that may have bought something: its outcome is asked for, not another order. */
  attempted: boolean;
  /** By which the run goes. Not in histories of earlier versions. */
  policy?: Policy;
}

/**
 * Checks the whole request and writes it to the ledger, or finds there what an earlier run of it left.
 *
 * @throws Refusal InvalidRequest, ServiceNeedsPlan; RequestConflict when the id belongs to other content, and then
 *   nothing is changed
 */
export function acceptRequest({ ledger, policy }: ActivityDeps) {
  return async (input: PurchaseRequest): Promise<Acceptance> => {
    const request = parseRequest(input);
    const fingerprint = fingerprintOf(request);
    const workflowId = workflowIdOf(request.requestId);
    const { purchase, latestAttempt } = await ledger.accept({
      request,
      fingerprint,
      workflowId,
      actor: ACTOR,
    });
    if (purchase.fingerprint !== fingerprint) {
      throw new Refusal(
        'RequestConflict',
        `The request id "${request.requestId}" belongs to another purchase, which stays as it is. ` +
          `What differs: ${differencesOf(purchase.request, request).join('; ')}. Use a new request id.`,
      );
    }
    return {
      known: statusOf(purchase),
      attempted: latestAttempt !== undefined && mayHaveBought(latestAttempt),
      policy: { settling: policy.settling, watching: policy.watching },
    };
  };
}
