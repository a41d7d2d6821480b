import { createRequire } from 'node:module';
import { prepare } from './prepare.mjs';

await prepare();
// npm runs it in the package's folder; files are named as seen from where it was typed.
process.chdir(process.env.INIT_CWD ?? '.');
process.argv.splice(2, 0, 'replay');
createRequire(import.meta.url)('../bin/wonce.js');
