import { condition, continueAsNew } from '@temporalio/workflow';
import type { PurchaseWorkflow } from '../messages/purchase';
import type { PurchaseContext } from './purchase-context';

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
