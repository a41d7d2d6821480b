import { prepare } from './prepare.mjs';

prepare();
await import('../dist/chaos/main.js');
