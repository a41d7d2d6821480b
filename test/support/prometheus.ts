import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { freePort } from '../../dev/stack/free-port';
import { ROOT, RunningProcess } from './processes';
import { required } from './required';
import { until } from './until';

export const PROMETHEUS_FILES = join(ROOT, 'deploy', 'prometheus');

interface Config {
  global: Record<string, string>;
  rule_files: string[];
  scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
}

interface Sample {
  metric: Record<string, string>;
  value: [number, string];
}

/** A real Prometheus, set up as deploy/prometheus says, that scrapes every second. */
export class PrometheusForTests {
  private constructor(
    private readonly url: string,
    private readonly process: RunningProcess,
    private readonly folder: string,
  ) {}

  /** @param targets addresses by the names of the jobs */
  static async start(targets: Record<string, string>): Promise<PrometheusForTests> {
    const folder = mkdtempSync(join(tmpdir(), 'wonce-prometheus-'));
    const config = parse(readFileSync(join(PROMETHEUS_FILES, 'prometheus.yml'), 'utf8')) as Config;
    config.global = { scrape_interval: '1s', evaluation_interval: '1s' };
    config.rule_files = config.rule_files.map((file) => join(PROMETHEUS_FILES, file));
    for (const job of config.scrape_configs) job.static_configs = [{ targets: [targets[job.job_name]!] }];
    writeFileSync(join(folder, 'prometheus.yml'), stringify(config));
    const address = `127.0.0.1:${await freePort()}`;
    const args = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
    ];
    const program = join(required('WONCE_TEST_PROMETHEUS_BIN'), 'prometheus');
    const process = new RunningProcess(spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] }));
    await process.saw(/Server is ready to receive web requests/);
    return new PrometheusForTests(`http://${address}`, process, folder);
  }

  async stop(): Promise<void> {
    await this.process.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The samples of an expression now. */
  async query(expression: string): Promise<Sample[]> {
    const { result } = await this.get<{ result: Sample[] }>(`query?query=${encodeURIComponent(expression)}`);
    return result;
  }

  /** Waits until an expression has data. */
  hasData(expression: string): Promise<Sample[]> {
    return until(`data of ${expression}`, async () => {
      const samples = await this.query(expression);
      return samples.length > 0 && samples;
    });
  }

  /** Everything behind `/api/v1/`. */
  async get<Data>(path: string): Promise<Data> {
    const response = await fetch(`${this.url}/api/v1/${path}`);
    const { status, data, error } = (await response.json()) as { status: string; data: Data; error?: string };
    if (status !== 'success') throw new Error(`Prometheus says ${error} of ${path}`);
    return data;
  }
}
