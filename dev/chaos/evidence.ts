import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import type { Judged } from './comparison';
import type { Parties } from './parties';

/** Leaves all that is known of a purchase that did not end well: its ledger events and attempts and its run's history. */
export async function keepEvidence(parties: Parties, folder: string, bad: readonly Judged[]): Promise<void> {
  await mkdir(join(folder, 'evidence'), { recursive: true });
  for (const judged of bad) {
    const { requestId } = judged;
    const handle = parties.temporal.workflow.getHandle(purchaseWorkflowIdOf(requestId));
    const evidence = {
      judged,
      told: await kept(parties.wonce.status(requestId)),
      events: await kept(parties.ledger.events(requestId)),
      attempts: await kept(parties.ledger.attempts(requestId)),
      history: await kept(handle.fetchHistory()),
    };
    await writeFile(join(folder, 'evidence', `${requestId}.json`), JSON.stringify(evidence, null, 2));
  }
}

async function kept(asked: Promise<unknown>): Promise<unknown> {
  return asked.catch((error: unknown) => `not to be had: ${(error as Error).message}`);
}
