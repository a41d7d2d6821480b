import { wantPostgres } from './find-postgres.mjs';
import { prepare } from './prepare.mjs';

await prepare();
process.env.WONCE_POSTGRES_BIN = wantPostgres();
// Data of its own: that of npm start is another server's.
process.env.WONCE_DATA_DIR ??= '.wonce-cluster';
await import('../dist/dev/cluster/main.js');
