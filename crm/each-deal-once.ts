import type { DealEvent } from './crm-account';

/** Of several events of one deal one, in the order of their first: that it may have been won counts before anything else. */
export function eachDealOnce(events: readonly DealEvent[]): DealEvent[] {
  const byDeal = new Map<string, DealEvent>();
  for (const event of events) {
    if (byDeal.get(event.dealId)?.kind !== 'won') byDeal.set(event.dealId, event);
  }
  return [...byDeal.values()];
}
