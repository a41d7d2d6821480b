import { PRODUCT_IDS, type ProductId } from './catalogue';
import { invalid, Refused } from './envelope';
import { stateAt, type PbxState } from './pbx-state';
import type { Product, Products } from './products';
import type { Query } from './request-parts';

/** @throws Refused */
export function wantProductId({ productId }: Query): ProductId {
  const wanted = PRODUCT_IDS.find((id) => id === productId);
  if (wanted !== undefined) return wanted;
  throw invalid(
    'productId: required; expected 12, the P-Series Software Edition, or 11, the Appliance Edition',
  );
}

/** The PBX of a look-up. @throws Refused where there is none, or none of this product */
export function wantProduct(products: Products, query: Query): Product {
  const productId = wantProductId(query);
  const { productNo } = query;
  const product = typeof productNo === 'string' ? products.find(productNo) : undefined;
  if (product === undefined) throw invalid('productNo: expected a serial number of this account');
  if (product.productId !== productId) {
    throw new Refused(
      404,
      'product_not_found',
      `productNo: product ${productId} has no ${product.productNo}`,
    );
  }
  return product;
}

export function stateNow({ state }: Product): PbxState | undefined {
  return state && stateAt(state, Date.now());
}
