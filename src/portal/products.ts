import { textOf } from './envelope';
import { announcedIn, readPages, wantAll, type OnPage } from './paging';
import type { Reader } from './reader';

/** A PBX of the account (vendor page "Query Product List"). */
export interface Product {
  /** Serial number, in the vendor's spelling. */
  productNo: string;
}

const PATH = '/product/openapi/instance_product/v1/client/instance_product_list';

/**
 * Looks for a serial number, in capitals or not: the first page tells how many there are, the rest are read a few at
 * a time, and reading stops as soon as it is seen.
 *
 * @param onPage told of every page that was read
 * @returns the product, or, when it is not there, all that there is, each once
 * @throws PortalError; PortalMalformed when it is not there and the list announces more than it gives
 */
export async function findProduct(
  reader: Reader,
  wanted: { productId: number; serialNumber: string; pageSize: number },
  onPage: OnPage = () => undefined,
): Promise<{ product?: Product; seen: Product[] }> {
  const { productId, pageSize } = wanted;
  const key = wanted.serialNumber.toUpperCase();
  const seen = new Map<string, Product>();
  let [announced, given] = [0, 0];
  await readPages({
    pageSize,
    readPage: async (pageNo) => {
      const result = await reader.read(PATH, { productId, pageNo, pageSize });
      announced = Math.max(announced, announcedIn(result));
      return result;
    },
    take: (entries) => {
      onPage();
      given += entries.length;
      for (const productNo of entries.map((entry) => textOf(entry.productNo))) {
        if (productNo !== undefined) seen.set(productNo.toUpperCase(), { productNo });
      }
      return seen.has(key) ? 'stop' : 'go on';
    },
  });
  const product = seen.get(key);
  if (product === undefined) wantAll(announced, given);
  return { ...(product && { product }), seen: [...seen.values()] };
}
