import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { VERSION } from '../config/version';
import type { Readiness } from '../domain/readiness';
import { cached } from './cached';

/** How old an answer about readiness may be, in ms: however many ask, Temporal and the ledger are asked no more often. */
const FRESH_MS = 1_000;

/** The metrics of a process: what Node tells of it, its version, and how what it needs is, asked at each scrape. */
export class ProcessMetrics {
  readonly registry = new Registry();
  readonly readiness: () => Promise<Readiness>;
  private readonly refreshes: (() => Promise<void>)[] = [];

  constructor(process: 'worker' | 'server', readiness: () => Promise<Readiness>) {
    this.readiness = cached(readiness, FRESH_MS);
    collectDefaultMetrics({ register: this.registry });
    this.addBuild(process);
    this.addReadiness();
  }

  /** Lets gauges be set anew each time before they are told. @param refresh never rejects */
  beforeScrape(refresh: () => Promise<void>): void {
    this.refreshes.push(refresh);
  }

  /** In Prometheus' text format. */
  async text(): Promise<string> {
    await Promise.all(this.refreshes.map((refresh) => refresh()));
    return this.registry.metrics();
  }

  private addBuild(process: string): void {
    const build = new Gauge({
      ...{ registers: [this.registry], name: 'wonce_build_info', help: 'Which version runs; always 1.' },
      labelNames: ['process', 'version'],
    });
    build.set({ process, version: VERSION }, 1);
  }

  private addReadiness(): void {
    const registers = [this.registry];
    const ready = new Gauge({ registers, name: 'wonce_ready', help: '1 when /readyz would answer 200.' });
    const parts = new Gauge({
      ...{
        registers,
        name: 'wonce_part_ready',
        help: 'Of what the process needs: 1 when it is as it should be.',
      },
      labelNames: ['part'],
    });
    this.beforeScrape(async () => {
      const now = Object.entries(await this.readiness());
      parts.reset();
      for (const [part, { problem }] of now) parts.set({ part }, problem === undefined ? 1 : 0);
      ready.set(now.every(([, { problem }]) => problem === undefined) ? 1 : 0);
    });
  }
}
