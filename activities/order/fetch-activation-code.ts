import type { FetchActivationCodeInput } from '../../workflows/messages/purchase';
import { ACTOR, type ActivityDeps } from '../dependencies';

/** The activation code of a new licence, written to the ledger as well: it must outlive the run. */
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
