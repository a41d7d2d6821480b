import type { MetricsAddress } from '../config/metrics-settings';
import type { Readiness } from '../domain/readiness';
import { serveMetrics } from '../telemetry/metrics-server';
import type { Observers } from './start-worker';
import { freeAddress, WorkerMetrics } from './worker-metrics';
import { STARTING } from './worker-readiness';

/** A worker that is watched. */
export interface Watch {
  /** Where the SDK's native core has to serve its metrics. */
  sdkAddress: string;
  observers: Required<Pick<Observers, 'call' | 'sweep'>>;
  /** From now on whoever asks whether the worker is ready is told by this. */
  becomes(readiness: () => Promise<Readiness>): void;
  close(): Promise<void>;
}

/**
 * Serves the worker's metrics, and whether it is ready, from before it is.
 *
 * @throws MetricsAddressError
 */
export async function watchWorker(address: MetricsAddress): Promise<Watch> {
  let current = () => Promise.resolve(STARTING);
  const sdkAddress = await freeAddress();
  const metrics = new WorkerMetrics(() => current(), sdkAddress);
  const server = await serveMetrics(address, metrics);
  return {
    sdkAddress,
    observers: { call: metrics.observeCall, sweep: metrics.observeSweep },
    becomes: (readiness) => (current = readiness),
    close: () => server.close(),
  };
}
