import type { StatusChange } from '../messages/purchase';
import type { PurchaseStatus } from '../../domain/status';
import { recordStatus } from '../activity-proxies';
import { hasFailed } from '../failures';

/**
 * Writes what happened to the ledger.
 *
 * @returns how the purchase now stands there; undefined when it could not be written
 */
export async function recordEvent(change: StatusChange): Promise<PurchaseStatus | undefined> {
  return (await inLedger(() => recordStatus(change))) ?? undefined;
}

/**
 * A write to the ledger that an operator has ended, or whose purchase the ledger has lost, changes nothing of what
 * happened: the run goes on with what it knows.
 */
export async function inLedger<Answer>(write: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await write();
  } catch (failure) {
    if (!hasFailed(failure)) throw failure;
    return undefined;
  }
}
