import { wantPostgres } from './find-postgres.mjs';
import { prepare } from './prepare.mjs';

const from = process.cwd();
await prepare();
// A list needs no Postgres, which may have to be installed.
if (!process.argv.some((argument) => ['--list', '--help', '-h'].includes(argument))) {
  process.env.WONCE_POSTGRES_BIN = wantPostgres();
}
// A file for the figures is meant from where the command was typed.
process.chdir(from);
await import('../dist/dev/bench/main.js');
