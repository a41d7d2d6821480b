import { condition, continueAsNew } from '@temporalio/workflow';
import type { PurchaseWorkflow, Run } from './run';

/**
 * Before the order, a run whose history has grown long begins again as new: it has nothing that could not be looked up
 * anew. A decision that has come is acted on before.
 */
export async function beginAgain({ request, decisions }: Run): Promise<never> {
  for (;;) {
    await decisions.rest();
    if (!decisions.isAnswered) await continueAsNew<PurchaseWorkflow>(request);
    await condition(() => !decisions.isAnswered);
  }
}
