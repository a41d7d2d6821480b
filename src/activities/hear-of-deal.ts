import type { DealHint, DealStatus } from '../orders/deal';
import { ACTOR, type ActivityDeps } from './deps';

/** Writes down that word of a deal came, before anything is done about it. */
export function hearOfDeal({ ledger }: ActivityDeps) {
  return async (hint: DealHint): Promise<DealStatus> => {
    const { status } = await ledger.deals.hear(hint, ACTOR);
    return status;
  };
}
