import { orAway } from '../config/or-away';
import type { Footing, LedgerState, TemporalState } from '../domain/readiness';
import { ledgerOf, temporalOf, type ClientParts } from './client-parts';

/** How long the questions may take, in ms. */
const PATIENCE_MS = 3_000;

/** How Temporal and the ledger are now. Never rejects: what does not answer is away. */
export async function footingOf(parts: ClientParts): Promise<Footing> {
  const deadline = Date.now() + PATIENCE_MS;
  const [temporal, ledger] = await Promise.all([
    orAway<TemporalState>(deadline, async () => {
      const client = temporalOf(parts);
      const { namespace } = client.options;
      await client.withDeadline(deadline, () => client.workflowService.describeNamespace({ namespace }));
      return 'answers';
    }),
    orAway<LedgerState>(deadline, () => ledgerOf(parts).state()),
  ]);
  return { temporal, ledger };
}
