import { Client, Connection } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { WonceClient } from '../../client/wonce-client';
import { Ledger } from '../../ledger/ledger';
import { plainEnvironment } from '../../config/plain-environment';
import { temporalTarget } from '../../config/temporal-connection';
import { FakePortal } from './fake-portal';
import type { RunningProcess } from './processes';
import { spawnProcess } from './processes';
import { freshPostgres } from '../ledger/databases';
import { required } from './required';
import { until } from './until';

/**
 * One set-up as in production, for the tests of one file: the run's Temporal server, a database of its own on the
 * run's Postgres, a fake portal and worker processes that can be killed.
 */
export class TestStack {
  readonly workers: RunningProcess[] = [];

  private constructor(
    readonly taskQueue: string,
    readonly databaseUrl: string,
    readonly portal: FakePortal,
    readonly temporal: Client,
    readonly ledger: Ledger,
    readonly client: WonceClient,
  ) {}

  /** @param options `payloadKeys`: WONCE_PAYLOAD_KEYS of all the processes */
  static async start(options: { temporalAddress?: string; payloadKeys?: string } = {}): Promise<TestStack> {
    const address = options.temporalAddress ?? required('WONCE_TEST_TEMPORAL_ADDRESS');
    const taskQueue = `test-${randomUUID()}`;
    const { payloadKeys = '' } = options;
    const [{ url: databaseUrl }, portal, temporal] = await Promise.all([
      freshPostgres(),
      FakePortal.start(),
      connectTemporal(address, payloadKeys),
    ]);
    const ledger = await Ledger.open(databaseUrl);
    const client = new WonceClient({ taskQueue, temporal, ledger, problems: [] });
    const stack = new TestStack(taskQueue, databaseUrl, portal, temporal, ledger, client);
    stack.temporalAddress = address;
    stack.payloadKeys = payloadKeys;
    return stack;
  }

  temporalAddress = '';
  payloadKeys = '';

  /** Environment that makes a process of the product part of this set-up. */
  env(): Record<string, string> {
    return {
      TEMPORAL_ADDRESS: this.temporalAddress,
      WONCE_PAYLOAD_KEYS: this.payloadKeys,
      WONCE_TASK_QUEUE: this.taskQueue,
      DATABASE_URL: this.databaseUrl,
      PORTAL_URL: this.portal.url,
      PORTAL_CLIENT_ID: 'fake-portal-client',
      PORTAL_CLIENT_SECRET: 'fake-portal-secret',
      // Tests share one Temporal: each that wants the schedule makes its own.
      WONCE_BOOKS: 'off',
      // In production these are minutes and hours.
      WONCE_SETTLE_FIRST_LOOK: '200ms',
      WONCE_SETTLE_LONGEST_GAP: '1s',
      WONCE_SETTLE_WINDOW: '4s',
      WONCE_WATCH_FIRST_LOOK: '500ms',
    };
  }

  async startWorker(env: Record<string, string> = {}): Promise<RunningProcess> {
    const worker = spawnProcess('worker/main.js', { ...this.env(), ...env });
    this.workers.push(worker);
    await worker.saw(/worker ready/);
    return worker;
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.kill()));
    await this.client.close();
    await this.portal.stop();
  }

  /** Waits until the fake portal has been asked for an order with this purchase order number, taken or not. */
  async orderWasSent(poNumber: string): Promise<void> {
    await until(
      `the order ${poNumber} at the portal`,
      async () => (await this.portal.ordersWithPo(poNumber)).length > 0,
    );
  }
}

/** A client as the product's own, with the payload keys that it is given. */
export async function connectTemporal(address: string, payloadKeys = ''): Promise<Client> {
  const env = plainEnvironment({ WONCE_PAYLOAD_KEYS: payloadKeys }, { address, namespace: 'default' });
  const { connection, namespace, dataConverter } = temporalTarget(env);
  return new Client({ connection: await Connection.connect(connection), namespace, dataConverter });
}
