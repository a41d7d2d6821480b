import type { MetricsAddress } from '../config/metrics-settings';
import type { TellingSource } from '../client/overview-client';
import type { WonceClient } from '../client/wonce-client';
import type { Readiness } from '../domain/readiness';
import { cached } from '../telemetry/cached';
import { serveMetrics } from '../telemetry/metrics-server';
import { ProcessMetrics } from '../telemetry/process-metrics';
import { addLedgerMetrics } from './ledger-metrics';
import { countMessages } from './message-metrics';
import type { MessageObserver } from './webhook-routes';

/** How old figures of the ledger may be, in ms: however many scrape, it is asked no more often. */
const FIGURES_MS = 10_000;

/** A server that is watched. */
export interface Watch {
  observeMessage: MessageObserver;
  close(): Promise<void>;
}

/**
 * Serves the server's metrics, those of the ledger among them.
 *
 * @throws MetricsAddressError
 */
export async function watchServer(
  address: MetricsAddress,
  of: { client: WonceClient; sources: readonly TellingSource[]; readiness: () => Promise<Readiness> },
): Promise<Watch> {
  const { client, sources } = of;
  const metrics = new ProcessMetrics('server', of.readiness);
  addLedgerMetrics(
    metrics,
    sources,
    cached(() => client.overview.figures(), FIGURES_MS),
  );
  const observeMessage = countMessages(metrics.registry, sources);
  const server = await serveMetrics(address, metrics);
  return { observeMessage, close: () => server.close() };
}
