import type { Product as ProductName } from '../domain/request';
import { plainId } from '../domain/visible-text';
import { textOf } from './envelope';
import { findInList, type Found } from './find-in-list';
import type { ProgressLog } from './paging';
import type { Reader } from './reader';

/** A PBX of the account (vendor page "Query Product List"). */
export interface Product {
  /** Serial number, in the vendor's spelling. */
  productNo: string;
}

/** The vendor's product ids (vendor page "Create an Order", "Product ID"). */
const PRODUCT_IDS: Readonly<Record<ProductName, number>> = { software: 12, appliance: 11 };

export function productIdOf(product: ProductName): number {
  return PRODUCT_IDS[product];
}

const PATH = '/product/openapi/instance_product/v1/client/instance_product_list';

/** Every PBX of the account. @throws PortalError */
export async function listProducts(
  reader: Reader,
  wanted: { product: ProductName; pageSize: number },
): Promise<Product[]> {
  const list = listOf(reader, wanted);
  const log = { tell: () => undefined };
  return (await findInList(list, { matches: () => true, byId: false }, log)).items;
}

/**
 * Looks for a serial number, in capitals or not, with blanks or without; reading stops as soon as it is seen.
 *
 * @throws PortalError; PortalMalformed when it is not there and the list does not hold still
 */
export function findProduct(
  reader: Reader,
  wanted: { product: ProductName; serialNumber: string; pageSize: number },
  log: ProgressLog,
): Promise<Found<Product>> {
  const list = listOf(reader, wanted);
  const key = plainId(wanted.serialNumber).toUpperCase();
  return findInList(list, { matches: (product) => list.keyOf(product) === key, byId: true }, log);
}

function listOf(reader: Reader, { product, pageSize }: { product: ProductName; pageSize: number }) {
  const productId = productIdOf(product);
  return {
    name: 'list of PBXs',
    pageSize,
    readPage: (pageNo: number) => reader.read(PATH, { productId, pageNo, pageSize }),
    itemOf: (entry: Record<string, unknown>) => {
      const productNo = textOf(entry.productNo);
      return productNo === undefined ? undefined : { productNo };
    },
    keyOf: ({ productNo }: Product) => plainId(productNo).toUpperCase(),
  };
}
