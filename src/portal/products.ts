import { entriesOf } from './entries';
import { isRecord, textOf } from './envelope';
import { PortalError } from './portal-error';
import type { Reader } from './reader';

/** A PBX of the account (vendor page "Query Product List"). */
export interface Product {
  /** Serial number. */
  productNo: string;
}

const PATH = '/product/openapi/instance_product/v1/client/instance_product_list';
const PAGE_SIZE = 25;
/** Pages read at the same time. */
const AT_ONCE = 4;
/** 50,000 products; a list that goes on beyond is no list. */
const MAX_PAGES = 2_000;

/**
 * Looks for a serial number: the first page tells how many there are, the rest are read a few at a time, and reading
 * stops as soon as it is seen.
 *
 * @returns the product, or, when it is not there, all that there is
 */
export async function findProduct(
  reader: Reader,
  productId: number,
  serialNumber: string,
): Promise<{ product?: Product; seen: Product[] }> {
  const seen = new Map<string, Product>();
  const readPage = async (pageNo: number) => {
    const result = await reader.read(PATH, { productId, pageNo, pageSize: PAGE_SIZE });
    for (const product of readProducts(result)) seen.set(product.productNo, product);
    return result;
  };
  const pages = pageCount(await readPage(1));
  for (let next = 2; next <= pages && !seen.has(serialNumber); next += AT_ONCE) {
    const group = Array.from({ length: Math.min(AT_ONCE, pages - next + 1) }, (_, index) => next + index);
    await Promise.all(group.map(readPage));
  }
  const product = seen.get(serialNumber);
  return { ...(product && { product }), seen: [...seen.values()] };
}

function readProducts(result: unknown): Product[] {
  return entriesOf(result).flatMap((entry) => {
    const productNo = textOf(entry.productNo);
    return productNo === undefined ? [] : [{ productNo }];
  });
}

function pageCount(result: unknown): number {
  if (!isRecord(result)) return 1;
  const number = (key: string) => Number(textOf(result[key]) ?? Number.NaN);
  const byTotal = Math.ceil((number('total') || number('count')) / (number('pageSize') || PAGE_SIZE));
  const pages = number('totalPage') || byTotal || 1;
  if (pages <= MAX_PAGES) return pages;
  throw new PortalError(
    'PortalRejected',
    `The Partner Portal announces ${pages} pages of products; at most ${MAX_PAGES} are read. Ask the vendor's support.`,
  );
}
