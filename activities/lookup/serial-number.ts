import type { SerialNumberQuestion } from '../../workflows/messages/purchase';
import type { ActivityDeps } from '../dependencies';
import { listProgress } from '../list-progress';
import { pickOne } from './pick-one';

/**
 * The serial number of an existing PBX as the vendor writes it; reads the account's products until it is seen.
 *
 * @throws Refusal SerialNumberNotFound
 */
export function fetchSerialNumber({ portal }: ActivityDeps) {
  return async ({ serialNumber, product = 'software' }: SerialNumberQuestion): Promise<string> => {
    const { items, count } = await portal.findProduct(serialNumber, listProgress(), product);
    const { productNo } = pickOne(items, {
      asked: `PBX with the serial number ${serialNumber} in this account${product === 'software' ? '' : `, product ${product}`}`,
      matches: (entry) => entry.productNo.toUpperCase() === serialNumber.toUpperCase(),
      count,
      fieldsOf: () => [],
      idOf: (entry) => entry.productNo.toUpperCase(),
      notFound: 'SerialNumberNotFound',
      ambiguous: 'SerialNumberNotFound',
    });
    return productNo;
  };
}
