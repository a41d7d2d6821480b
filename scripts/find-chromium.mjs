import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { foundOrInstalled } from './apt-install.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const OF_MACOS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser to test the page in; undefined where there is none. */
export function findChromium(path = process.env.PATH ?? '') {
  const onPath = path.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, ...OF_MACOS].find((file) => existsSync(file));
}

/**
 * The same. Root of a Debian machine gets one installed.
 *
 * @throws Error that says what to install
 */
export function wantChromium() {
  const found = foundOrInstalled('Chromium', 'chromium', () => findChromium());
  if (found !== undefined) return found;
  throw new Error(
    'No Chromium on this machine: npm test wants one, because the page is tested in a real browser. Looked for chromium and google-chrome on the PATH.\n' +
      'Install it, on Debian: sudo apt-get install chromium; on macOS: brew install --cask chromium.',
  );
}
