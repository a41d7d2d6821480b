import { chromium, type Browser, type BrowserContext, type BrowserServer, type Page } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { required } from './required';

export type Scheme = 'light' | 'dark';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** A real browser for the tests of one file. */
export class BrowserForTests {
  private isStopping = false;

  private constructor(
    private readonly server: BrowserServer,
    private readonly browser: Browser,
  ) {}

  static async start(): Promise<BrowserForTests> {
    // In a container root may not make sandboxes.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const executablePath = required('WONCE_TEST_CHROMIUM');
    const server = await chromium.launchServer({ executablePath, args });
    const browser = new BrowserForTests(server, await chromium.connect(server.wsEndpoint()));
    // Tests only see that it is gone; why is told here.
    let said = '';
    server.process().stderr?.on('data', (data: Buffer) => (said = (said + data.toString()).slice(-3000)));
    server.process().once('exit', (code, signal) => {
      if (!browser.isStopping) process.stderr.write(`The browser has ended (${signal ?? code}):\n${said}`);
    });
    return browser;
  }

  /** A window with nothing remembered; what its page complains about is collected. */
  async open(
    url: string,
    options: { scheme?: Scheme; width?: number; height?: number; javaScript?: boolean } = {},
  ): Promise<WindowForTests> {
    const { scheme = 'light', width = 1280, height = 800, javaScript = true } = options;
    const context = await this.browser.newContext({
      colorScheme: scheme,
      viewport: { width, height },
      javaScriptEnabled: javaScript,
      baseURL: url,
    });
    return new WindowForTests(context, await context.newPage());
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await this.browser.close();
    await this.server.close();
  }
}

/** One window of the browser, with one person before it. */
export class WindowForTests {
  /** What the page has complained about: errors of its scripts, and what its policy refused. */
  readonly complaints: string[] = [];

  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    page.on('pageerror', ({ message }) => this.complaints.push(message));
    page.on('console', (message) => {
      // That an answer was refused is told by its status; a server that is away is what some tests are about.
      const isAnswer = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isAnswer) this.complaints.push(message.text());
    });
  }

  /** What axe finds against WCAG 2.2 AA, in both colour schemes: a line for each. */
  async findings(): Promise<string[]> {
    const found: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme });
      found.push(...(await this.findingsNow()).map((finding) => `${colorScheme}: ${finding}`));
    }
    return found;
  }

  private async findingsNow(): Promise<string[]> {
    // The page's policy lets no script in; the debugger's are none of the page.
    return this.page.evaluate(`(async () => {
      ${AXE}
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
      const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200)));
    })()`);
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}
