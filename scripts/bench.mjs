import { prepare } from './prepare.mjs';

await prepare();
await import('../dist/bench/main.js');
