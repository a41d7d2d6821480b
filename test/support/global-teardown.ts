import { rmSync } from 'node:fs';
import { allLeaks, notedSecrets } from './left-behind';

/** Ends the servers, and fails the run when a secret was left behind in what processes said, databases or command lines. */
export default async function globalTeardown(): Promise<void> {
  await globalThis.stopTestServers?.();
  const leaks = allLeaks();
  const searched = `${notedSecrets().size} secrets, and for whatever looks like a token that was issued`;
  if (leaks.length === 0) {
    process.stderr.write(`What the run left behind was searched for ${searched}: nothing was found.\n`);
    rmSync(process.env.WONCE_TEST_LEFT_BEHIND!, { recursive: true });
    return;
  }
  const lines = leaks.map(({ secret, file, context }) => `  ${secret} in ${file}: ${context}`);
  process.stderr.write(
    `What the run left behind was searched for ${searched}. Found:\n${lines.join('\n')}\n`,
  );
  // Jest has counted its tests by now, and ends with this code.
  process.exitCode = 1;
}
