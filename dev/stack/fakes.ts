import { stopOnSignal } from '../../config/process-life';
import { FAKE_CRMS, startFakeCrms } from '../fake-crms/server';
import { settingsOfProcess } from '../fake-portal/process-settings';
import { startFakePortal } from '../fake-portal/server';

/**
 * The fake portal and the fake CRMs of a start in one process: in two they take twice the memory of Node. They are set as
 * each alone is (docs/fake-portal.md).
 */
async function main(): Promise<void> {
  const { FAKE_CRMS_PORT, FAKE_CRMS_STATE_DIR } = process.env;
  if (FAKE_CRMS_PORT === undefined || FAKE_CRMS_STATE_DIR === undefined)
    throw new Error('FAKE_CRMS_PORT and FAKE_CRMS_STATE_DIR have to be set.');
  const portal = await startFakePortal(settingsOfProcess(process.env));
  const crms = await startFakeCrms(FAKE_CRMS, {
    port: Number(FAKE_CRMS_PORT),
    stateDir: FAKE_CRMS_STATE_DIR,
  });
  stopOnSignal(async () => {
    await Promise.all([portal.close(), crms.close()]);
  });
  process.stdout.write(`fakes listening on ${portal.url} ${crms.url}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`The fakes cannot run: ${(error as Error).message}\n`);
  process.exit(1);
});
