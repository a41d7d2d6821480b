import { settingsOfProcess } from './process-settings';
import { SANDBOX_CLIENT_ID, SANDBOX_CLIENT_SECRET, startSandbox, type Sandbox } from './server';

/** The stand-in as a process; its settings are in docs/sandbox.md. */
async function main(): Promise<void> {
  const sandbox = await startSandbox(settingsOfProcess(process.env));
  stopWhenAsked(sandbox);
  process.stdout.write(`sandbox listening on ${sandbox.url}\n`);
  if (process.stdout.isTTY) process.stdout.write(introduction(sandbox.url));
}

function stopWhenAsked(sandbox: Sandbox): void {
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    sandbox.close().then(() => process.exit(0), fail);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // The supervisor holds the other end: it closes however the supervisor dies.
  if (process.env.WONCE_PARENT_STDIN === '1') process.stdin.on('end', stop).on('error', stop).resume();
}

function introduction(url: string): string {
  return (
    "A stand-in for the vendor's Partner Portal; it sells nothing. For a worker:\n" +
    `  PORTAL_URL=${url} PORTAL_CLIENT_ID=${SANDBOX_CLIENT_ID} PORTAL_CLIENT_SECRET=${SANDBOX_CLIENT_SECRET}\n` +
    'Ctrl-C stops it.\n'
  );
}

function fail(error: unknown): void {
  const { code, message, port } = error as NodeJS.ErrnoException & { port?: number };
  const reason =
    code === 'EADDRINUSE' ? `port ${port} is taken (EADDRINUSE): choose another with SANDBOX_PORT` : message;
  process.stderr.write(`The sandbox cannot run: ${reason}\n`);
  process.exit(1);
}

main().catch(fail);
