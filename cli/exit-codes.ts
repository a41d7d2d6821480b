import type { PurchaseStatus } from '../domain/status';

/** What the exit codes of `wonce` mean. */
export const EXIT = { done: 0, failed: 1, wrongUse: 2, waiting: 3 } as const;

/** The exit code that tells a script how a purchase stands; one that is still under way is no failure. */
export function exitCodeOf(status: PurchaseStatus): number {
  switch (status.status) {
    case 'refused':
    case 'cancelled':
      return EXIT.failed;
    case 'waiting-for-choice':
    case 'waiting-for-decision':
      return EXIT.waiting;
    case 'looking-up':
    case 'ordering':
    case 'settling':
    case 'confirming':
    case 'ordered':
      return EXIT.done;
  }
}
