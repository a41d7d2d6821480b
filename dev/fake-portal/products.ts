import { createHash } from 'node:crypto';
import { APPLIANCES, SERIAL_NUMBERS, type ProductId } from './catalogue';
import type { PbxState } from './pbx-state';
import { statesAtStart } from './pbxs-at-start';

/** A PBX of the account. */
export interface Product {
  productNo: string;
  productId: ProductId;
  /** Bought as a new license, and so not activated yet. */
  isNew: boolean;
  /** Milliseconds since 1970. */
  createTime: number;
  /** What it has; nothing without a plan. It counts up to the last order: see `stateAt`. */
  state?: PbxState | undefined;
}

/** When the PBXs that were there at the beginning were bought, in ms since 1970. */
const LONG_AGO = 1_739_717_926_000;

/** The PBXs of the account, in the order in which they came. */
export class Products {
  readonly all: Product[] = [];
  private readonly byNumber = new Map<string, Product>();

  /** @param beganAt when the fake portal was first started, in ms since 1970 */
  constructor(beganAt = Date.now()) {
    const states = statesAtStart(beganAt);
    const addOld = (productId: ProductId) => (productNo: string) =>
      this.add({ productNo, productId, isNew: false, createTime: LONG_AGO, state: states.get(productNo) });
    SERIAL_NUMBERS.forEach(addOld('12'));
    APPLIANCES.forEach(addOld('11'));
  }

  of(productId: ProductId): Product[] {
    return this.all.filter((product) => product.productId === productId);
  }

  find(productNo: string): Product | undefined {
    return this.byNumber.get(productNo);
  }

  /** A serial number that is there already stays as it is. */
  add(product: Product): void {
    if (this.byNumber.has(product.productNo)) return;
    this.byNumber.set(product.productNo, product);
    this.all.push(product);
  }
}

/** The same for a serial number at all times, restarts included. */
export function activationCodeOf({ productNo }: Product): string {
  const digest = createHash('sha256').update(productNo).digest('hex').toUpperCase();
  return digest.slice(0, 20).replace(/(.{5})(?!$)/g, '$1-');
}
