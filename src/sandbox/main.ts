import { SANDBOX_CLIENT_ID, SANDBOX_CLIENT_SECRET, startSandbox } from './server';

/** The stand-in as a process; its settings are in docs/sandbox.md. */
async function main(): Promise<void> {
  const { SANDBOX_HOST, SANDBOX_PORT, SANDBOX_STATE_DIR, SANDBOX_LATENCY_MS } = process.env;
  const sandbox = await startSandbox({
    host: SANDBOX_HOST ?? '127.0.0.1',
    port: Number(SANDBOX_PORT ?? '8090'),
    latencyMs: Number(SANDBOX_LATENCY_MS ?? '0'),
    ...(SANDBOX_STATE_DIR !== undefined && { stateDir: SANDBOX_STATE_DIR }),
  });
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= sandbox.close().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (process.env.WONCE_PARENT_STDIN === '1') process.stdin.on('end', stop).resume();

  process.stdout.write(`sandbox listening on ${sandbox.url}\n`);
  if (process.stdout.isTTY) {
    process.stdout.write(
      `A stand-in for the vendor's Partner Portal; it sells nothing. For a worker:\n  PORTAL_URL=${sandbox.url} ` +
        `PORTAL_CLIENT_ID=${SANDBOX_CLIENT_ID} PORTAL_CLIENT_SECRET=${SANDBOX_CLIENT_SECRET}\nCtrl-C stops it.\n`,
    );
  }
}

main().catch((error: unknown) => {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = code === 'EADDRINUSE' ? 'the port is taken: choose another with SANDBOX_PORT' : message;
  process.stderr.write(`The sandbox cannot start: ${reason}\n`);
  process.exitCode = 1;
});
