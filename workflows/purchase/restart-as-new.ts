import { condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { PurchaseWorkflow } from '../messages/purchase';
import type { PurchaseContext } from './purchase-context';

/**
 * Does what comes before the order. A run that grows long meanwhile begins again: a vendor may be down, or a person away, for
 * weeks.
 */
export function unlessLong<Result>(context: PurchaseContext, work: () => Promise<Result>): Promise<Result> {
  const isLong = () => workflowInfo().continueAsNewSuggested;
  // Of no effect once the work is done: only what is thrown from here begins another run.
  return Promise.race([work(), condition(isLong).then(() => restartAsNew(context))]);
}

/**
 * Before the order, a run whose history has grown long begins again as new: it has nothing that could not be looked up
 * anew. A decision that has come is acted on before.
 */
export async function restartAsNew({ request, decisions }: PurchaseContext): Promise<never> {
  for (;;) {
    await decisions.rest();
    if (!decisions.isAnswered) await continueAsNew<PurchaseWorkflow>(request);
    await condition(() => !decisions.isAnswered);
  }
}
