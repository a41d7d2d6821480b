import { stopOnSignal } from '../config/process-life';
import { guardUi } from './guard-ui';

/**
 * The guard of Temporal's UI as a process: in front of UI_GUARD_FOR, the UI's address, it listens on UI_GUARD_HOST and
 * UI_GUARD_PORT.
 */
async function main(): Promise<void> {
  const { UI_GUARD_FOR: ui, UI_GUARD_HOST: host = '127.0.0.1', UI_GUARD_PORT: port = '0' } = process.env;
  if (ui === undefined) throw new Error('UI_GUARD_FOR is not set: expected the address of the Temporal UI.');
  const guarded = await guardUi(new URL(ui), { host, port: Number(port) });
  process.stdout.write(`ui-guard listening on ${guarded.url}\n`);
  stopOnSignal(() => guarded.close());
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
});
