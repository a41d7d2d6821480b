import { footingOf } from '../config/footing';
import type { Footing } from '../domain/readiness';
import { ledgerOf, temporalOf, type ClientParts } from './client-parts';

/** How Temporal and the ledger of a client are now. Never rejects: what does not answer is away. */
export function footingOfParts(parts: ClientParts): Promise<Footing> {
  return footingOf({
    temporal: async (deadline) => {
      const client = temporalOf(parts);
      const { namespace } = client.options;
      await client.withDeadline(deadline, () => client.workflowService.describeNamespace({ namespace }));
    },
    ledger: async () => ledgerOf(parts).state(),
  });
}
