import { setTimeout as delay } from 'node:timers/promises';
import type { Disturbance } from './plan';
import type { Processes } from './processes';

/** Kills what the plan says, when it says so; at the end nothing is left that would kill later. */
export async function disturb(
  planned: readonly Disturbance[],
  calmAfterMs: number,
  processes: Processes,
): Promise<void> {
  const begun = Date.now();
  const until = (afterMs: number) => delay(Math.max(0, begun + afterMs - Date.now()));
  for (const disturbance of planned) {
    await until(disturbance.atMs);
    await causeOne(disturbance, processes);
  }
  await until(calmAfterMs);
  processes.disarm();
}

async function causeOne(disturbance: Disturbance, processes: Processes): Promise<void> {
  switch (disturbance.kind) {
    case 'worker':
      return processes.killWorker(disturbance.worker, disturbance.failPoint);
    case 'server':
      return processes.killServer(disturbance.server);
    case 'temporal':
      return processes.killTemporal(disturbance.atMs);
    case 'ledger':
      return processes.killLedger();
  }
}
