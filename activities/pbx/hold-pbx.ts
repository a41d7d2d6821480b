import type { HeldPbx, OfPurchase } from '../../workflows/messages/purchase';
import { ACTOR, type ActivityDeps } from '../dependencies';

/** Holds the PBX of a purchase for it, as soon as no other order of it is under way. */
export function holdPbx({ ledger }: ActivityDeps) {
  return async ({ requestId }: OfPurchase): Promise<HeldPbx> => {
    const hold = await ledger.pbxs.hold(requestId, ACTOR);
    return hold.held ? {} : { heldBy: hold.by };
  };
}

/** Lets it go, while a person is asked: another order of the PBX need not wait for that. */
export function releasePbx({ ledger }: ActivityDeps) {
  return ({ requestId }: OfPurchase): Promise<void> => ledger.pbxs.release(requestId, ACTOR);
}
