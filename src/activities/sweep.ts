import { dealKeyOf } from '../orders/deal';
import { sourceOf, type ActivityDeps } from './deps';

/** What a sweep has found. */
export interface Swept {
  /** When the CRM was asked: what is won later is for the next sweep. ISO 8601, UTC. */
  askedAt: string;
  /** Deals won since the last sweep, with its overlap. */
  found: number;
  /** Those that nothing is decided about yet. */
  missing: string[];
}

/**
 * Asks a CRM which deals were won since the last sweep: senders lose events. The overlap is for a CRM whose search lags
 * behind.
 *
 * @throws CrmError; SourceUnknown
 */
export function findWonDeals(deps: ActivityDeps) {
  return async (name: string): Promise<Swept> => {
    const { source, account } = sourceOf(deps, name);
    const askedAt = new Date();
    if (account.reader === undefined || !('sweep' in source)) {
      return { askedAt: askedAt.toISOString(), found: 0, missing: [] };
    }
    const last = await deps.ledger.deals.sweepOf(name);
    const from = (last?.askedUntil.getTime() ?? 0) - source.sweep.overlapMs;
    const { crm, account: accountId, since } = source;
    const swept = (await account.reader.wonSince(new Date(Math.max(from, since.getTime()))))
      .filter(({ wonAt }) => wonAt === undefined || Date.parse(wonAt) >= since.getTime())
      .map(({ dealId, wonAt }) => ({
        deal: dealKeyOf({ crm, account: accountId, dealId }),
        ...(wonAt !== undefined && { wonAt }),
      }));
    const known = await deps.ledger.deals.knownOf(swept);
    const missing = swept.map(({ deal }) => deal).filter((deal) => !known.has(deal));
    return { askedAt: askedAt.toISOString(), found: swept.length, missing };
  };
}

/** Writes down how far a sweep came, once all that it found has been started. */
export function recordSweep({ ledger }: ActivityDeps) {
  return ({
    source,
    askedAt,
    found,
    caughtUp,
  }: {
    source: string;
    askedAt: string;
    found: number;
    caughtUp: number;
  }) => ledger.deals.recordSweep(source, { askedUntil: new Date(askedAt), at: new Date(), found, caughtUp });
}
