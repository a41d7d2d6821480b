import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** How a picture is taken: its scheme of colours, and a desktop or a phone. */
const SCHEMES = ['light', 'dark'] as const;
const SCREENS = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;

/** Longer pages are cut off below, in px: a picture shows a state, and is no archive. */
const LOWEST = { desktop: 1_560, phone: 1_500 };

/** Of what differs so little, nobody would see it: the picture of before stays. In parts of all points. */
const SAME_WITHIN = 0.002;

/** Takes pictures of one page in all schemes and on all screens. */
export class Camera {
  private constructor(
    private readonly browser: Browser,
    private readonly url: string,
    private readonly folder: string,
    private readonly token: string,
  ) {}

  /**
   * @param url of the server
   * @param folder where the pictures are kept
   * @param token of whoever looks
   */
  static async open(executablePath: string, url: string, folder: string, token: string): Promise<Camera> {
    await mkdir(folder, { recursive: true });
    // In a container root may not make sandboxes.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    return new Camera(await chromium.launch({ executablePath, args }), url, folder, token);
  }

  /**
   * Opens a state in a window of each kind, and keeps what it looks like as `<name>-<screen>-<scheme>.webp`.
   *
   * @param open leads to the state, of somebody who has come to the first page
   * @returns the names of the pictures that have changed
   */
  async take(name: string, open: (page: Page) => Promise<unknown>): Promise<string[]> {
    const changed: string[] = [];
    for (const [screen, viewport] of Object.entries(SCREENS)) {
      const context = await this.window(viewport);
      const page = await context.newPage();
      await this.signIn(page);
      await open(page);
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const file = `${name}-${screen}-${colorScheme}.webp`;
        const picture = await pictureOf(page, LOWEST[screen as keyof typeof SCREENS]);
        if (await this.keep(file, picture)) changed.push(file);
      }
      await context.close();
    }
    return changed;
  }

  async close(): Promise<void> {
    await this.browser.close();
  }

  private async signIn(page: Page): Promise<void> {
    await page.goto('/');
    await page.getByLabel('Your token').fill(this.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Waiting for you' }).waitFor();
  }

  private window(viewport: { width: number; height: number }): Promise<BrowserContext> {
    return this.browser.newContext({
      baseURL: this.url,
      viewport,
      timezoneId: 'Europe/Berlin',
      locale: 'en-GB',
    });
  }

  /** @returns whether it is another one than before */
  private async keep(file: string, picture: Buffer): Promise<boolean> {
    const path = join(this.folder, file);
    const before = await readFile(path).catch(() => undefined);
    if (before !== undefined && (await this.isSame(before, picture))) return false;
    await writeFile(path, picture);
    return true;
  }

  /** Compares two pictures point by point, by the browser's own eyes. */
  private async isSame(one: Buffer, other: Buffer): Promise<boolean> {
    const page = await this.browser.newPage();
    const sources = [one, other].map((picture) => `data:image/webp;base64,${picture.toString('base64')}`);
    const differing: number = await page.evaluate(partThatDiffers, sources);
    await page.close();
    return differing <= SAME_WITHIN;
  }
}

/** Of flat colours and text: at this quality nobody sees what is lost, and better ones are three times as large. */
async function pictureOf(page: Page, lowest: number): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const height: number = await page.evaluate('document.documentElement.scrollHeight');
  const { width, height: least } = page.viewportSize()!;
  const clip = { x: 0, y: 0, width, height: Math.min(Math.max(height, least), lowest), scale: 1 };
  const { data } = await session.send('Page.captureScreenshot', {
    ...{ format: 'webp', quality: 50, captureBeyondViewport: true, clip },
  });
  await session.detach();
  return Buffer.from(data, 'base64');
}

/** Runs in the browser. @returns 1 where the two are of different sizes */
async function partThatDiffers(sources: string[]): Promise<number> {
  const points = await Promise.all(
    sources.map(async (source) => {
      const picture = await createImageBitmap(await (await fetch(source)).blob());
      const { width, height } = picture;
      const context = new OffscreenCanvas(width, height).getContext('2d')!;
      context.drawImage(picture, 0, 0);
      return { width, height, data: context.getImageData(0, 0, width, height).data };
    }),
  );
  const [one, other] = points as [(typeof points)[0], (typeof points)[0]];
  if (one.width !== other.width || one.height !== other.height) return 1;
  let differing = 0;
  for (let place = 0; place < one.data.length; place += 4) {
    const difference = [0, 1, 2].map((part) => Math.abs(one.data[place + part]! - other.data[place + part]!));
    if (Math.max(...difference) > 24) differing += 1;
  }
  return differing / (one.data.length / 4);
}
