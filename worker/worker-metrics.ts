import { createServer } from 'node:net';
import { once } from 'node:events';
import { Counter, Histogram } from 'prom-client';
import type { Readiness } from '../domain/readiness';
import type { SweepObserver } from '../domain/sweep-catch';
import { VENDOR_CALL_OUTCOMES, VENDOR_ENDPOINTS, type VendorCallObserver } from '../domain/vendor-call';
import { ProcessMetrics } from '../telemetry/process-metrics';
import type { Watched } from '../telemetry/metrics-server';

/** From a quick read to the deadline of an order, in seconds. */
const CALL_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30];

/** Counts what happens in this worker, and serves it together with what Temporal's SDK counts. */
export class WorkerMetrics implements Watched {
  readonly readiness: () => Promise<Readiness>;
  private readonly process;
  private readonly calls;
  private readonly durations;
  private readonly found;
  private readonly caughtUp;

  /** @param sdkAddress where the SDK's native core serves its own */
  constructor(
    readiness: () => Promise<Readiness>,
    private readonly sdkAddress: string,
  ) {
    this.process = new ProcessMetrics('worker', readiness);
    this.readiness = this.process.readiness;
    const registers = [this.process.registry];
    this.calls = new Counter({
      ...{ registers, name: 'wonce_vendor_calls_total', labelNames: ['endpoint', 'outcome'] as const },
      help: 'Calls of the vendor, by what was asked for and how it ended.',
    });
    // A first one is an increase only where there was none before.
    for (const endpoint of VENDOR_ENDPOINTS) {
      for (const outcome of VENDOR_CALL_OUTCOMES) this.calls.inc({ endpoint, outcome }, 0);
    }
    this.durations = new Histogram({
      ...{ registers, name: 'wonce_vendor_call_seconds', labelNames: ['endpoint'] as const },
      help: 'How long calls of the vendor took, whatever their end.',
      buckets: CALL_SECONDS,
    });
    this.found = new Counter({
      ...{ registers, name: 'wonce_sweep_found_total', labelNames: ['source'] as const },
      help: 'Won deals that sweeps have seen at a source, those that were known among them.',
    });
    this.caughtUp = new Counter({
      ...{ registers, name: 'wonce_sweep_caught_total', labelNames: ['source'] as const },
      help: 'Won deals of a source that sweeps have begun because no message had told of them.',
    });
  }

  readonly observeCall: VendorCallObserver = ({ endpoint, outcome, seconds }) => {
    this.calls.inc({ endpoint, outcome });
    this.durations.observe({ endpoint }, seconds);
  };

  readonly observeSweep: SweepObserver = ({ source, found, caughtUp }) => {
    this.found.inc({ source }, found);
    this.caughtUp.inc({ source }, caughtUp);
  };

  async text(): Promise<string> {
    const [own, ofSdk] = await Promise.all([this.process.text(), this.ofSdk()]);
    return `${own.trimEnd()}\n${ofSdk}`;
  }

  /** The core serves its metrics by HTTP alone: one address for both, whoever scrapes. */
  private async ofSdk(): Promise<string> {
    const answer = await fetch(`http://${this.sdkAddress}/metrics`, { signal: AbortSignal.timeout(3_000) });
    return answer.text();
  }
}

/** A free address of this machine, for the metrics of the SDK's native core. */
export async function freeAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return `127.0.0.1:${port}`;
}
