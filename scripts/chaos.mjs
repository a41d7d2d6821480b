import { prepare } from './prepare.mjs';

await prepare();
if (process.argv.includes('--cluster')) {
  const { wantPostgres } = await import('./find-postgres.mjs');
  process.env.WONCE_POSTGRES_BIN = wantPostgres();
}
await import('../dist/dev/chaos/main.js');
