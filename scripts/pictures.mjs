import { wantChromium } from './find-chromium.mjs';
import { prepare } from './prepare.mjs';

await prepare();
process.env.WONCE_TEST_CHROMIUM = wantChromium();
await import('../dist/dev/pictures/main.js');
