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

/** The activation code of a new license, written to the ledger as well: it must outlive the run. */
export function fetchActivationCode({ portal, ledger }: ActivityDeps) {
  return async (input: FetchActivationCodeInput): Promise<string> => {
    const { code } = await portal.fetchActivationCode(input.productNo);
    await ledger.recordStatus({
      requestId: input.requestId,
      status: 'ordered',
      kind: 'activation-code',
      activationCode: code,
      actor: ACTOR,
    });
    return code;
  };
}
