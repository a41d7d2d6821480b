import { FakePortalControl } from '../../dev/fake-portal/control-client';
import type { PlacedOrder } from '../../dev/fake-portal/orders';
import { spawnProcess, type RunningProcess } from './processes';

/** A fake Partner Portal in a process of its own. Tests share one, and tell their orders apart. */
export class FakePortal extends FakePortalControl {
  private constructor(
    url: string,
    private process: RunningProcess,
    private readonly env: Record<string, string>,
  ) {
    super(url);
  }

  static async start(env: Record<string, string> = {}): Promise<FakePortal> {
    const settings = { FAKE_PORTAL_PORT: '0', ...env };
    const process = spawnProcess('dev/fake-portal/main.js', settings);
    const [, url] = await process.saw(/fake portal listening on (http:\/\/\S+)/);
    return new FakePortal(url!, process, settings);
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }

  /** Comes back under the same address after `stop` or `kill`. */
  async startAgain(): Promise<void> {
    const port = new URL(this.url).port;
    this.process = spawnProcess('dev/fake-portal/main.js', { ...this.env, FAKE_PORTAL_PORT: port });
    await this.process.saw(/fake portal listening on/);
  }

  ordersWithPo(poNumber: string): Promise<PlacedOrder[]> {
    return this.orders((order) => order.body.includes(`"poNumber":"${poNumber}"`));
  }
}
