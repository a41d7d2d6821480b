import type { EventRecord } from '../../ledger/hash-chain';
import type { Ledger } from '../../ledger/ledger';
import { isDealRequestId, isStartedByDeal } from '../../domain/deal-ids';
import { differencesOf, fingerprintOf, isSameRequest } from '../../validation/fingerprint';
import { Refusal, requestConflict, reservedId } from '../../domain/refusal';
import { knownRuleOf } from '../../domain/operations';
import type { Policy } from '../../domain/policy';
import type { Operation, PurchaseRequest } from '../../domain/request';
import { parseRequest } from '../../validation/request-schema';
import { doorOf } from '../../domain/author';
import { present } from '../../domain/optional';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { mayHaveBought } from '../../ledger/purchase-record';
import type { AcceptedRequest, AcceptRequestInput } from '../../workflows/messages/purchase';
import { ACTOR, type ActivityDeps } from '../dependencies';
import { statusForRun } from './status-for-run';

/**
 * Checks the whole request and writes it to the ledger, or finds there what an earlier run of it left.
 *
 * @throws Refusal InvalidRequest (also of an id that only a deal's run may use), ServiceNeedsPlan; RequestConflict when the id belongs to other content, and then
 *   nothing is changed
 */
export function acceptRequest(deps: ActivityDeps) {
  const { ledger, policy, operations, approvalRules, searchAttributes } = deps;
  return async ({ request: given, via, startedBy }: AcceptRequestInput): Promise<AcceptedRequest> => {
    const request = parseRequest(given);
    await refuseTakenId(ledger, request.requestId, startedBy);
    await refuseSwitchedOff(ledger, request, operations);
    const fingerprint = fingerprintOf(request);
    const workflowId = purchaseWorkflowIdOf(request.requestId);
    const { purchase, latestAttempt, isNew } = await ledger.accept({
      request,
      fingerprint,
      workflowId,
      actor: ACTOR,
      ...present({ startedBy }),
      via: doorOf(via),
    });
    if (!isSameRequest(purchase, request)) {
      throw requestConflict(request.requestId, differencesOf(purchase.request, request));
    }
    return {
      known: statusForRun(purchase),
      attempted: latestAttempt !== undefined && mayHaveBought(latestAttempt),
      policy: {
        reconciling: reconcilingOf(request, policy),
        watching: policy.watching,
        ...(approvalRules.length > 0 && { hasApprovalRules: true as const }),
        ...((await searchAttributes.usable()).length > 0 && { hasSearchAttributes: true as const }),
      },
      ...(!isNew && decidedBefore(await ledger.events(request.requestId))),
    };
  };
}

/** What people decided in earlier runs that still counts. */
function decidedBefore(events: readonly EventRecord[]): Pick<AcceptedRequest, 'isCancelled' | 'chosen'> {
  const chosen = new Map<string, string>();
  let asked: string | undefined;
  let isCancelled = false;
  for (const { kind, data } of events) {
    const { question, verb, id } = data as { question?: { id: string }; verb?: string; id?: string };
    if (kind === 'choice-asked') asked = question?.id;
    // Too late for the order that was under way; another one is not begun after it.
    if (kind === 'cancellation-too-late') isCancelled = true;
    if (kind !== 'decision') continue;
    if (verb === 'cancel') isCancelled = true;
    if (verb === 'choose' && asked !== undefined && id !== undefined) chosen.set(asked, id);
  }
  return {
    ...(isCancelled && { isCancelled }),
    ...(chosen.size > 0 && { chosen: [...chosen] }),
  };
}

/**
 * What adds up is never ordered again by the clock: once too often would add years or extensions that nobody asked for.
 */
function reconcilingOf(request: PurchaseRequest, { reconciling }: Policy): Policy['reconciling'] {
  if (!knownRuleOf(request).accumulates) return reconciling;
  const { reorderAfterAbsenceMs: _, ...byPeople } = reconciling;
  return byPeople;
}

/** What the vendor does not document wholly is ordered where the house wants that; what was begun goes on. */
export async function refuseSwitchedOff(
  ledger: Ledger,
  request: PurchaseRequest,
  operations: ReadonlySet<Operation>,
): Promise<void> {
  const { operation, isOffAtFirst } = knownRuleOf(request);
  if (!isOffAtFirst || operations.has(operation)) return;
  if ((await ledger.find(request.requestId)) !== undefined) return;
  throw new Refusal(
    'OperationSwitchedOff',
    `The operation ${operation} is switched off: the vendor does not document all that its order says. Nothing was ordered. ` +
      `To switch it on, set WONCE_OPERATIONS=${operation} for the worker, and read docs/operations.md before.`,
    { operation },
  );
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
