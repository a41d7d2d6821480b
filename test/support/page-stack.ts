import { randomUUID } from 'node:crypto';
import type { PurchaseRequest } from '../../domain/request';
import { BrowserForTests, type WindowForTests } from './browser';
import { spawnProcess, type RunningProcess } from './processes';
import { tutorialRequest } from './requests';
import { TestStack } from './stack';

/** Tokens of two people. */
export const ANN = 'a-long-token-of-ann';
export const BEN = 'a-long-token-of-ben';

/** One set-up as in production, with a server whose page is open in real browsers. */
export class PageStack {
  url = '';
  server!: RunningProcess;

  private constructor(
    readonly stack: TestStack,
    readonly browser: BrowserForTests,
  ) {}

  static async start(
    env: Record<string, string> = {},
    options: { temporalAddress?: string; worker?: Record<string, string> } = {},
  ): Promise<PageStack> {
    const [stack, browser] = await Promise.all([TestStack.start(options), BrowserForTests.start()]);
    const page = new PageStack(stack, browser);
    await Promise.all([stack.startWorker(options.worker), page.startServer(env)]);
    return page;
  }

  /** Starts the server, again under the address that it had. */
  async startServer(env: Record<string, string> = {}): Promise<void> {
    const port = this.url === '' ? '0' : new URL(this.url).port;
    const people = { WONCE_PEOPLE: `Ann Arbor:${ANN},Ben:${BEN}` };
    this.server = spawnProcess('server/main.js', {
      ...this.stack.env(),
      ...people,
      WONCE_PORT: port,
      ...env,
    });
    const [, listening] = await this.server.saw(/server listening on (http:\/\/[^"\s]+)/);
    this.url = listening!;
  }

  async stop(): Promise<void> {
    await this.browser.stop();
    await this.server.kill();
    await this.stack.stop();
  }

  /** A window in which somebody has signed in. */
  async signedIn(token = ANN, options: Parameters<BrowserForTests['open']>[1] = {}): Promise<WindowForTests> {
    return signIn(await this.browser.open(this.url, options), token);
  }

  /** A request that waits for a person, or has ended. */
  async waiting(wanted: PurchaseRequest): Promise<PurchaseRequest> {
    await this.stack.client.start(wanted);
    await this.stack.client.wait(wanted.requestId);
    return wanted;
  }

  /** A PBX of its own. */
  async ownPbx(): Promise<{ kind: 'existing'; serialNumber: string }> {
    const serialNumber = `3651E4${randomUUID().slice(0, 6).toUpperCase()}`;
    await this.stack.portal.addProducts([serialNumber]);
    return { kind: 'existing', serialNumber };
  }
}

/** Signs in, and waits for the first page. */
export async function signIn(window: WindowForTests, token: string): Promise<WindowForTests> {
  const { page } = window;
  await page.goto('/');
  await page.getByLabel('Your token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Waiting for you' }).waitFor();
  return window;
}

/** A request with an id of its own, which is its purchase order, too. */
export function pageRequest(change: Partial<PurchaseRequest> = {}): PurchaseRequest {
  const requestId = `page-${randomUUID().slice(0, 8)}`;
  return { ...tutorialRequest(requestId), poNumber: requestId, ...change };
}

/** What the vendor has two of. */
export const TWO_PARTNERS: Partial<PurchaseRequest> = {
  license: { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } },
};

/** Closes a window whose page is as it should be: nothing that axe finds, nothing that it complained about. */
export async function closeUnharmed(window: WindowForTests): Promise<void> {
  expect(await window.findings()).toEqual([]);
  expect(window.complaints).toEqual([]);
  await window.close();
}
