import type { PurchaseContext } from './purchase-context';
import { recordEvent } from './record-event';

/** A cancellation after the order had begun changes nothing; that it came is written down. */
export async function recordLateCancellation({ view, scope }: PurchaseContext): Promise<void> {
  if (!scope.consideredCancelled || view.isCancellationInLedger) return;
  view.isCancellationInLedger = true;
  const { requestId } = view.show({ cancellationRequested: true });
  // Without a status: the ledger may have the vendor's last word already.
  await recordEvent({ requestId, kind: 'cancellation-too-late', cancellationRequested: true });
}
