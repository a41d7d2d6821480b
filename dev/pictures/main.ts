import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PACKAGE_FOLDER } from '../../config/package-folder';
import { errorInWords } from '../../domain/printable';
import { narrator, say, sayTrouble } from '../stack/console';
import { bringUp } from '../stack/stack';
import { Supervisor } from '../stack/supervisor';
import { Camera } from './camera';
import { Scene } from './scene';
import { STATES } from './states';

/** Who looks. Of a stack that is gone when the pictures are there. */
const TOKEN = 'a-token-for-the-pictures';

/** In production minutes and hours, for which no picture waits. */
const SOON = { WONCE_SETTLE_FIRST_LOOK: '200ms', WONCE_SETTLE_LONGEST_GAP: '1s', WONCE_SETTLE_WINDOW: '3s' };

/**
 * Takes pictures of the page, of each state in both schemes on a desktop and on a phone, of a stack of its own: `npm run
 * pictures`, or of some states alone, `npm run pictures -- home renewals`.
 *
 * @returns how many have changed
 */
async function main(names: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'wonce-pictures-'));
  const supervisor = new Supervisor(folder, sayTrouble);
  try {
    const env = { ...process.env, ...SOON, WONCE_PEOPLE: `Ann Arbor:${TOKEN}`, WONCE_TEMPORAL_UI: 'off' };
    const stack = await bringUp(env, folder, supervisor, narrator);
    const scene = await narrator.tell('orders of a year', () => Scene.set(stack, folder));
    await narrator.tell("the vendor's lists", () => scene.readVendorLists());
    const pictures = join(PACKAGE_FOLDER, 'docs', 'pictures');
    const camera = await Camera.open(process.env.WONCE_TEST_CHROMIUM ?? '', stack.serverUrl, pictures, TOKEN);
    for (const { name, words, make } of STATES) {
      const open = await make(scene);
      if (names.length > 0 && !names.includes(name)) continue;
      const changed = await camera.take(name, typeof open === 'string' ? (page) => page.goto(open) : open);
      say(`${words}: ${changed.length === 0 ? 'as before' : `${changed.length} pictures are new`}`);
    }
    await camera.close();
    await scene.close();
  } finally {
    await supervisor.stopAll();
    await rm(folder, { recursive: true, force: true });
  }
}

main(process.argv.slice(2)).then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${errorInWords(error)}\n`);
    process.exit(1);
  },
);
