import { FAKE_CRMS, FAKE_CRMS_PORT, startFakeCrms } from './server';

/** The fake CRMs as a process; its settings are in docs/fake-portal.md. */
async function main(): Promise<void> {
  const { FAKE_CRMS_PORT: port, FAKE_CRMS_STATE_DIR: stateDir } = process.env;
  const fake = await startFakeCrms(FAKE_CRMS, {
    port: port === undefined ? FAKE_CRMS_PORT : Number(port),
    ...(stateDir !== undefined && { stateDir }),
  });
  const stop = () => void fake.close().then(() => process.exit(0));
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // The supervisor holds the other end: it closes however the supervisor dies.
  if (process.env.WONCE_PARENT_STDIN === '1') process.stdin.on('end', stop).on('error', stop).resume();
  process.stdout.write(`fake CRMs listening on ${fake.url}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`The fake CRMs cannot run: ${(error as Error).message}\n`);
  process.exit(1);
});
