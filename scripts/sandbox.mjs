import { prepare } from './prepare.mjs';

prepare();
await import('../dist/sandbox/main.js');
