import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './prepare.mjs';

// Beside `npm test`, because it needs the history of the repository.
const args = [join(ROOT, 'scripts', 'test.mjs'), '--testMatch', '<rootDir>/test/upgrade/earlier-build.ts'];
const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
process.exitCode = status ?? 1;
