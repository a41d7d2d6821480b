import { wantBubblewrap } from './find-bubblewrap.mjs';

try {
  wantBubblewrap();
  process.argv.push('--testMatch', '<rootDir>/test/image/image.ts');
  await import('./test.mjs');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
