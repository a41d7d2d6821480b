import type { Row } from '../row';
import { checkAddress, checkToken, tokenNotChecked } from './access';
import { checkEnvelopes, envelopesNotChecked } from './envelopes';
import { checkOrders, ordersNotChecked } from './orders';
import { checkPbxs, pbxsNotChecked } from './pbxs';
import { checkPeople, peopleNotChecked } from './people';
import { checkPlans, plansNotChecked } from './plans';
import { VendorAccount } from './vendor-account';

export interface VendorToCheck {
  url: string;
  clientId: string;
  clientSecret: string;
  /** Whether nobody can read on the way what is sent to the address. */
  isPrivate: boolean;
  /** How far the vendor's clock may be behind ours, in ms. */
  clockAllowanceMs: number;
}

/**
 * Reads every endpoint of the vendor's that Wonce reads, once, and holds the answers against what Wonce counts on. Nothing
 * here can order: see `ReadOnlyTransport`.
 *
 * @param progress told what is read next
 */
export async function checkVendor(
  { url, clientId, clientSecret, isPrivate, clockAllowanceMs }: VendorToCheck,
  progress: (what: string) => void,
): Promise<Row[]> {
  const address = await checkAddress(url, isPrivate);
  const why = 'the client secret would go in clear';
  if (!isPrivate) return [...address, ...tokenNotChecked(why), ...readsNotChecked(why)];
  const account = new VendorAccount({ url, clientId, clientSecret });
  try {
    progress('token');
    const { rows, hasToken } = await checkToken(account, clockAllowanceMs);
    const reads = hasToken ? await checkReads(account, progress) : readsNotChecked('there is no token');
    return [...address, ...rows, ...reads];
  } finally {
    account.close();
  }
}

async function checkReads(account: VendorAccount, progress: (what: string) => void): Promise<Row[]> {
  progress('partners and billing contacts');
  const people = await checkPeople(account);
  progress('orders');
  const orders = await checkOrders(account);
  progress('PBXs');
  const pbxs = await checkPbxs(account, orders.serialNumber);
  progress('plans and services');
  const plans = await checkPlans(account, pbxs.serialNumber);
  progress('refusals');
  const envelopes = await checkEnvelopes(account);
  return [...envelopes, ...people, ...orders.rows, ...pbxs.rows, ...plans];
}

function readsNotChecked(why: string): Row[] {
  return [envelopesNotChecked, peopleNotChecked, ordersNotChecked, pbxsNotChecked, plansNotChecked].flatMap(
    (notChecked) => notChecked(why),
  );
}
