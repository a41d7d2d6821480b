import { Gauge, type Registry } from 'prom-client';
import type { ProcessMetrics } from '../telemetry/process-metrics';
import { AGES, QUANTILES, type LedgerFigures, type TellingSource } from '../client/overview-client';

/**
 * What the ledger knows, as gauges: of what is open, and of the last 24 hours. They are of the whole installation, and each
 * server tells the same.
 *
 * @param read the figures; while that fails the gauges are not there, and `wonce_figures_read` says so
 */
export function addLedgerMetrics(
  metrics: ProcessMetrics,
  sources: readonly TellingSource[],
  read: () => Promise<LedgerFigures>,
): void {
  const gauges = gaugesOf(metrics.registry);
  const isRead = new Gauge({
    ...{ registers: [metrics.registry], name: 'wonce_figures_read' },
    help: '1 when the figures of the ledger could be read.',
  });
  metrics.beforeScrape(async () => {
    const figures = await read().catch(() => undefined);
    isRead.set(figures === undefined ? 0 : 1);
    clear(gauges);
    if (figures !== undefined) show(gauges, sources, figures);
  });
}

type Gauges = ReturnType<typeof gaugesOf>;

function gaugesOf(registry: Registry) {
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ registers: [registry], name: `wonce_${name}`, help, labelNames });
  const OF_PURCHASES = ['status', 'operation'] as const;
  const OF_WAITS = ['record', 'status'] as const;
  return {
    open: gauge('purchases', 'Purchases that have not ended.', OF_PURCHASES),
    quiet: gauge(
      'purchases_quiet_seconds',
      'For how long nothing was written of the purchase of this status of which that is longest.',
      ['status'],
    ),
    ended: gauge('purchases_ended_last_day', 'Purchases that ended in the last 24 hours.', OF_PURCHASES),
    deals: gauge('deals', 'Deals that are read, or wait.', ['status']),
    waits: gauge('waits', 'What waits for a person, by age: up to so long, and longer.', [
      ...OF_WAITS,
      'age',
    ]),
    longestWait: gauge('longest_wait_seconds', 'How long the oldest of them has waited.', OF_WAITS),
    unknown: gauge('unknown_outcomes', 'Orders of which nobody knows whether they were made.', []),
    oldestUnknown: gauge('oldest_unknown_outcome_seconds', 'How old the oldest of them is.', []),
    orders: gauge('orders_last_day', 'Orders that were made in the last 24 hours.', []),
    wonToOrdered: gauge('won_to_ordered_seconds', 'From won to ordered, of the last 24 hours.', ['quantile']),
    lastSweep: gauge('last_sweep_timestamp_seconds', 'When a source was last swept; 0 when never.', [
      'source',
    ]),
    sweepInterval: gauge('sweep_interval_seconds', 'How often a source is to be swept.', ['source']),
  };
}

/** What cannot be read is not told: a reset alone would leave a 0 in those without labels. */
function clear(gauges: Gauges): void {
  for (const gauge of Object.values(gauges)) gauge.reset();
  for (const name of ['unknown', 'oldestUnknown', 'orders'] as const) gauges[name].remove();
}

function show(gauges: Gauges, sources: readonly TellingSource[], figures: LedgerFigures): void {
  for (const { count, ...labels } of figures.open) gauges.open.set(labels, count);
  for (const { status, seconds } of figures.quiet) gauges.quiet.set({ status }, seconds);
  for (const { count, ...labels } of figures.ended) gauges.ended.set(labels, count);
  for (const { status, count } of figures.deals) gauges.deals.set({ status }, count);
  for (const { record, status, byAge, longestSeconds } of figures.waits) {
    for (const age of AGES) gauges.waits.set({ record, status, age }, byAge[age]);
    gauges.longestWait.set({ record, status }, longestSeconds);
  }
  gauges.unknown.set(figures.unknown.count);
  gauges.oldestUnknown.set(figures.unknown.oldestSeconds);
  showOrders(gauges, figures);
  showSweeps(gauges, sources, figures);
}

function showOrders(gauges: Gauges, { ordered }: LedgerFigures): void {
  gauges.orders.set(ordered.count);
  ordered.wonToOrderedSeconds?.forEach((seconds, place) => {
    gauges.wonToOrdered.set({ quantile: String(QUANTILES[place]) }, seconds);
  });
}

/** Of the sources of this server's deals.yaml: the ledger still has those that were taken out of it. */
function showSweeps(gauges: Gauges, sources: readonly TellingSource[], { sweeps }: LedgerFigures): void {
  for (const { name, sweep } of sources) {
    if (sweep === undefined) continue;
    const at = sweeps.find(({ source }) => source === name)?.at;
    gauges.lastSweep.set({ source: name }, at === undefined ? 0 : at.getTime() / 1000);
    gauges.sweepInterval.set({ source: name }, sweep.everyMs / 1000);
  }
}
