import type { DealEvent } from '../../workflows/messages/deal';
import { ACTOR, type ActivityDeps } from '../dependencies';
import { happeningId } from '../happening';

/** Writes down what happened to a deal, once: without an id in the event, once for each time that a run does so. */
export function recordDealEvent({ ledger }: ActivityDeps) {
  return (event: DealEvent): Promise<void> =>
    ledger.deals.record({ actor: ACTOR, ...event, id: event.id ?? happeningId() });
}
