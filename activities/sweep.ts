import { ApplicationFailure, heartbeat } from '@temporalio/activity';
import type { DealReader } from '../crm/deal-reader';
import type { Source, SweepRule } from '../crm/source';
import { dealKeyOf } from '../domain/deal-ids';
import type { ErrorCode } from '../domain/error-catalogue';
import type { FoundDeals, SweepRecord, SweptPage } from '../workflows/messages/sweep';
import { namesOf, type ActivityDeps } from './dependencies';
import { present } from '../domain/optional';

/** A CRM with very many deals takes its time, and its reader does not tell of its pages. */
const HEARTBEAT_MS = 10_000;

/**
 * Asks a CRM which deals were won since the last sweep: senders lose events. The overlap is for a CRM whose search lags
 * behind. Those that nothing is decided about yet are kept for `nextSweptDeals`.
 *
 * @throws CrmError; SourceUnknown, SourceNotSwept, for good: the next sweep tries anew
 */
export function findWonDeals(deps: ActivityDeps) {
  return async (name: string): Promise<FoundDeals> => {
    const { source, reader } = sweptSource(deps, name);
    const askedAt = new Date();
    const last = await deps.ledger.sweeps.sweepOf(name);
    const from = (last?.askedUntil.getTime() ?? 0) - source.sweep.overlapMs;
    const { crm, account: accountId, since } = source;
    const won = await whileBeating(() => reader.wonSince(new Date(Math.max(from, since.getTime()))));
    const swept = won
      .filter(({ wonAt }) => wonAt === undefined || Date.parse(wonAt) >= since.getTime())
      .map(({ dealId, wonAt }) => ({
        deal: dealKeyOf({ crm, account: accountId, dealId }),
        ...present({ wonAt }),
      }));
    const known = await deps.ledger.deals.knownOf(swept);
    const missing = swept.map(({ deal }) => deal).filter((deal) => !known.has(deal));
    await deps.ledger.sweeps.keepSwept(name, askedAt, missing);
    return { askedAt: askedAt.toISOString(), found: swept.length };
  };
}

/** The next deals that a sweep has found and nothing is decided about; fewer than a page when they are the last. */
export function nextSweptDeals({ ledger }: ActivityDeps) {
  return ({ source, askedAt, after, limit }: SweptPage): Promise<string[]> =>
    ledger.sweeps.sweptAfter(source, new Date(askedAt), after, limit);
}

/** Writes down how far a sweep came, once all that it found has been started. */
export function recordSweep({ ledger, observeSweep }: ActivityDeps) {
  return async ({ source, askedAt, found, caughtUp }: SweepRecord): Promise<void> => {
    const sweep = { askedUntil: new Date(askedAt), at: new Date(), found, caughtUp };
    await ledger.sweeps.recordSweep(source, sweep);
    observeSweep({ source, found, caughtUp });
  };
}

/** Tells Temporal that the worker lives, for as long as it takes. */
async function whileBeating<Result>(work: () => Promise<Result>): Promise<Result> {
  const beat = setInterval(() => heartbeat(), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}

function sweptSource(
  { sources }: ActivityDeps,
  name: string,
): { source: Source & { sweep: SweepRule }; reader: DealReader } {
  const connected = sources.get(name);
  const end = `If it is to be swept no more: temporal schedule delete --schedule-id sweep:${name}`;
  if (connected === undefined) {
    throw ApplicationFailure.nonRetryable(
      `The worker's deals.yaml has no source "${name}"; it has ${namesOf(sources)}. ${end}`,
      'SourceUnknown' satisfies ErrorCode,
    );
  }
  const { source, reader } = connected;
  if (reader === undefined || !('sweep' in source)) {
    throw ApplicationFailure.nonRetryable(
      `The source "${name}" of the worker's deals.yaml is of ${source.crm}, which cannot be asked for deals. ${end}`,
      'SourceNotSwept' satisfies ErrorCode,
    );
  }
  return { source, reader };
}
