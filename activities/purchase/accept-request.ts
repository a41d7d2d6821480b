import type { Ledger } from '../../ledger/ledger';
import { isDealRequestId, isStartedByDeal } from '../../domain/deal';
import { differencesOf, fingerprintOf } from '../../validation/fingerprint';
import type { Policy } from '../../domain/policy';
import { Refusal, reservedId } from '../../domain/refusal';
import type { PurchaseRequest } from '../../domain/request';
import { parseRequest } from '../../validation/request-schema';
import type { PurchaseStatus } from '../../domain/status';
import { doorOf } from '../../domain/author';
import { workflowIdOf } from '../../domain/workflow-ids';
import { mayHaveBought, statusOf } from '../../ledger/purchase-record';
import { ACTOR, type ActivityDeps } from '../dependencies';

/** A request, and by which door its run was started. */
export interface Start {
  request: PurchaseRequest;
  /** As the start says; whatever else may have come in its place counts as none. */
  via?: unknown;
  /** The workflow id of the run that started it, if one did. */
  startedBy?: string;
}

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
 * @throws Refusal InvalidRequest (also of an id that only a deal's run may use), ServiceNeedsPlan; RequestConflict when the id belongs to other content, and then
 *   nothing is changed
 */
export function acceptRequest({ ledger, policy }: ActivityDeps) {
  return async ({ request: given, via, startedBy }: Start): Promise<Acceptance> => {
    const request = parseRequest(given);
    await refuseTakenId(ledger, request.requestId, startedBy);
    const fingerprint = fingerprintOf(request);
    const workflowId = workflowIdOf(request.requestId);
    const { purchase, latestAttempt } = await ledger.accept({
      request,
      fingerprint,
      workflowId,
      actor: ACTOR,
      ...(startedBy !== undefined && { startedBy }),
      via: doorOf(via),
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

/** A purchase of a deal is begun by the deal's own run; one that is in the ledger may go on, whoever starts it again. */
async function refuseTakenId(
  ledger: Ledger,
  requestId: string,
  startedBy: string | undefined,
): Promise<void> {
  if (!isDealRequestId(requestId) || isStartedByDeal(requestId, startedBy)) return;
  if ((await ledger.find(requestId)) === undefined) throw reservedId(requestId);
}
