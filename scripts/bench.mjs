import { prepare } from './prepare.mjs';

await prepare();
await import('../dist/dev/bench/main.js');
