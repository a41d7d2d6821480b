import { heartbeat } from '@temporalio/activity';
import { pickOne } from '../orders/pick-one';
import type { ActivityDeps } from './deps';

/**
 * The serial number of an existing PBX as the vendor writes it; reads the account's products until it is seen.
 *
 * @throws Refusal SerialNumberNotFound
 */
export function fetchSerialNumber({ portal }: ActivityDeps) {
  return async (serialNumber: string): Promise<string> => {
    const { product, seen } = await portal.findProduct(serialNumber, heartbeat);
    const found =
      product ??
      pickOne(seen, {
        asked: `PBX with the serial number ${serialNumber} in this account`,
        matches: (entry) => entry.productNo === serialNumber,
        describe: (entry) => entry.productNo,
        idOf: (entry) => entry.productNo,
        notFound: 'SerialNumberNotFound',
        ambiguous: 'SerialNumberNotFound',
      });
    return found.productNo;
  };
}
