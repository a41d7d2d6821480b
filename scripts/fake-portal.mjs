import { prepare } from './prepare.mjs';

await prepare();
await import('../dist/dev/fake-portal/main.js');
