import { prepare } from './prepare.mjs';

const from = process.cwd();
await prepare();
// A request file is meant from where the command was typed.
process.chdir(from);
await import('../dist/dev/stack/main.js');
