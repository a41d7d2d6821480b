import { prepare } from './prepare.mjs';

await prepare();
await import('../dist/dev/chaos/main.js');
