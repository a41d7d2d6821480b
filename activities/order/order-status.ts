import { present } from '../../domain/optional';
import type { PlacedOrder } from '../../domain/outcome';
import type { FetchActivationCodeInput } from '../../workflows/messages/purchase';
import { type ActivityDeps, ACTOR } from '../dependencies';

/** An order as the vendor shows it now, by its order number. */
export function readOrder({ portal }: ActivityDeps) {
  return async (orderNo: string): Promise<Partial<PlacedOrder>> => {
    const { orderStatus, productNo } = await portal.readOrder(orderNo);
    return {
      ...present({ orderStatus, productNo }),
    };
  };
}

/** Writes the activation code of a new license to the ledger, and there alone: what is answered stands in a history. */
export function fetchActivationCode({ portal, ledger }: ActivityDeps) {
  return async (input: FetchActivationCodeInput): Promise<void> => {
    const { code } = await portal.fetchActivationCode(input.productNo);
    await ledger.recordStatus({
      requestId: input.requestId,
      status: 'ordered',
      kind: 'activation-code',
      activationCode: code,
      actor: ACTOR,
    });
  };
}
