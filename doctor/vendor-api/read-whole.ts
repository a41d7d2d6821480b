import { handled, notHandled, REPORT_IT, type Finding } from '../row';
import type { VendorAccount } from './vendor-account';

/** What came of reading a list as the product does. */
export type WholeReading = 'at once' | 'read again' | 'not whole' | 'endless';

/**
 * Reads a list whole, and once more where it moved meanwhile: the product does so too.
 *
 * @param readAll whether it is proven to be whole
 */
export async function readWhole(
  account: VendorAccount,
  path: string,
  readAll: () => Promise<boolean>,
): Promise<WholeReading> {
  if (await readAll()) return 'at once';
  if (account.transport.isSpent(path)) return 'endless';
  account.transport.forget(path);
  if (await readAll()) return 'read again';
  return account.transport.isSpent(path) ? 'endless' : 'not whole';
}

export function wholeProblem(reading: Exclude<WholeReading, 'at once'>): Finding {
  switch (reading) {
    case 'read again':
      return handled('at the second reading: it moved at the first', 'Nothing: it is read again.');
    case 'not whole':
      return notHandled(
        'not proven to be whole: it moves while it is read, or its pages do not add up',
        `From part of a list nothing is chosen. Run it again while nobody works in the portal; if it stays: ${REPORT_IT}`,
      );
    case 'endless':
      return notHandled('it has more pages than it says', `It cannot be read whole. ${REPORT_IT}`);
  }
}
