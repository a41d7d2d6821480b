import { CRM_SANDBOX_PORT, startCrmSandbox } from './server';
import { STAND_INS } from './all';

/** The stand-in CRMs as a process; its settings are in docs/sandbox.md. */
async function main(): Promise<void> {
  const { CRM_SANDBOX_PORT: port, CRM_SANDBOX_STATE_DIR: stateDir } = process.env;
  const sandbox = await startCrmSandbox(STAND_INS, {
    port: port === undefined ? CRM_SANDBOX_PORT : Number(port),
    ...(stateDir !== undefined && { stateDir }),
  });
  const stop = () => void sandbox.close().then(() => process.exit(0));
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // The supervisor holds the other end: it closes however the supervisor dies.
  if (process.env.WONCE_PARENT_STDIN === '1') process.stdin.on('end', stop).on('error', stop).resume();
  process.stdout.write(`crm-sandbox listening on ${sandbox.url}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`The stand-in CRMs cannot run: ${(error as Error).message}\n`);
  process.exit(1);
});
