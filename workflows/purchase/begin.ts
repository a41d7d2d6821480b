import { CancellationScope, patched, workflowInfo } from '@temporalio/workflow';
import { VIA } from '../../domain/author';
import { changesPbx } from '../../domain/operations';
import { present } from '../../domain/optional';
import type { PurchaseRequest } from '../../domain/request';
import { isTerminal } from '../../domain/status';
import * as activity from '../activity-proxies';
import { hasFailedLocally } from '../failures';
import type { AcceptedAndFound, AcceptedRequest, AcceptRequestInput } from '../messages/purchase';
import { questionsOf, startLookups, type Lookups } from './lookups';

/** A purchase that is in the ledger. */
export interface Begun {
  accepted: AcceptedRequest;
  /** Found already, or on their way; none when nothing is to be ordered, or when it is not known yet. */
  lookups?: Lookups;
}

/** Runs that began before lookups were made within the first workflow task go on as they began. */
const AT_ONCE = 'look-up-at-once';

/**
 * Accepts the request, and begins its lookups. Both are tried at once, within the run's first workflow task, so that a vendor
 * and a ledger that answer cost no further task. What is not answered in time or fails becomes a step of its own, which is
 * tried again for as long as it takes, and shows each failure; so does a request that is refused.
 *
 * @throws ActivityFailure when the request is refused
 */
export async function begin(request: PurchaseRequest): Promise<Begun> {
  // Of a PBX nothing is looked up before its turn has come.
  if (changesPbx(request)) return { accepted: await accept(request) };
  if (!patched(AT_ONCE)) return stepByStep(request);
  const begun = await atOnce(request);
  if (begun === undefined) return stepByStep(request);
  const { accepted, found } = begun;
  return isToBeOrdered(accepted) ? { accepted, lookups: startLookups(request, found) } : { accepted };
}

/** @returns undefined when it was not to be had at once */
async function atOnce(request: PurchaseRequest): Promise<AcceptedAndFound | undefined> {
  const input = { ...acceptance(request), questions: questionsOf(request) };
  try {
    return await CancellationScope.nonCancellable(() => activity.acceptAndLookUp(input));
  } catch (failure) {
    if (!hasFailedLocally(failure)) throw failure;
    return undefined;
  }
}

async function stepByStep(request: PurchaseRequest): Promise<Begun> {
  const scope = new CancellationScope();
  const lookups = await scope.run(() => Promise.resolve(startLookups(request)));
  const accepted = await accept(request);
  if (!isToBeOrdered(accepted)) scope.cancel();
  return { accepted, lookups };
}

/** What is over, and what may have been bought by an earlier run, needs no lookups. */
function isToBeOrdered({ known, attempted }: AcceptedRequest): boolean {
  return !isTerminal(known.status) && !attempted;
}

function accept(request: PurchaseRequest): Promise<AcceptedRequest> {
  return CancellationScope.nonCancellable(() => activity.acceptRequest(acceptance(request)));
}

function acceptance(request: PurchaseRequest): AcceptRequestInput {
  const startedBy = workflowInfo().parent?.workflowId;
  return { request, via: doorOfStart(), ...present({ startedBy }) };
}

/** By which door the run was started, as its memo says; a deal's purchase is started by the deal's run. */
function doorOfStart(): unknown {
  const { memo, parent } = workflowInfo();
  return parent?.workflowId ?? memo?.[VIA];
}
