import { settingsOfProcess } from './process-settings';
import { FAKE_PORTAL_CLIENT_ID, FAKE_PORTAL_CLIENT_SECRET, startFakePortal, type FakePortal } from './server';

/** The fake portal as a process; its settings are in docs/fake-portal.md. */
async function main(): Promise<void> {
  const portal = await startFakePortal(settingsOfProcess(process.env));
  stopWhenAsked(portal);
  process.stdout.write(`fake portal listening on ${portal.url}\n`);
  if (process.stdout.isTTY) process.stdout.write(introduction(portal.url));
}

function stopWhenAsked(portal: FakePortal): void {
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    portal.close().then(() => process.exit(0), fail);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // The supervisor holds the other end: it closes however the supervisor dies.
  if (process.env.WONCE_PARENT_STDIN === '1') process.stdin.on('end', stop).on('error', stop).resume();
}

function introduction(url: string): string {
  return (
    "A fake of the vendor's Partner Portal; it sells nothing. For a worker:\n" +
    `  PORTAL_URL=${url} PORTAL_CLIENT_ID=${FAKE_PORTAL_CLIENT_ID} PORTAL_CLIENT_SECRET=${FAKE_PORTAL_CLIENT_SECRET}\n` +
    'Ctrl-C stops it.\n'
  );
}

function fail(error: unknown): void {
  const { code, message, port } = error as NodeJS.ErrnoException & { port?: number };
  const reason =
    code === 'EADDRINUSE'
      ? `port ${port} is taken (EADDRINUSE): choose another with FAKE_PORTAL_PORT`
      : message;
  process.stderr.write(`The fake portal cannot run: ${reason}\n`);
  process.exit(1);
}

main().catch(fail);
