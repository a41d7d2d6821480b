import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ProductId } from './catalogue';
import { Journal, JournalBroken } from './journal';
import { parseFields } from './json-fields';
import { afterOrder, type PbxState } from './pbx-state';
import type { Products } from './products';

/** An order that was taken. */
export interface PlacedOrder {
  id: string;
  orderNo: string;
  transactionNo: string;
  instanceId: string;
  orderStatus: string;
  productNo: string;
  poNumber?: string;
  /** Milliseconds since 1970. */
  createTime: number;
  /** The request's body, character for character as it came. */
  body: string;
}

/** An order that keeps the rules and may be taken. Without a serial number it is for a new license. */
export interface OrderToTake {
  body: string;
  productNo?: string;
  poNumber?: string;
  orderStatus: string;
  /** Milliseconds since 1970. */
  createTime: number;
}

/** What a PBX has been given by hand; without a state it has no plan. */
export interface PbxByHand {
  productNo: string;
  productId: ProductId;
  state?: PbxState;
}

/** A change of them, one line of their file. */
type Entry =
  | { order: PlacedOrder; newProduct?: string }
  | { orderNo: string; orderStatus: string }
  | { orderNo: string; body: string }
  | { orderNo: string; isGone: true }
  | { products: string[]; createTime: number }
  | { pbx: PbxByHand; createTime: number };

/** The tutorial's, vendor tutorial "Result". */
const FIRST_INSTANCE = 1_282_391;

/**
 * The orders that the fake portal took, and the PBXs that came with them. With a folder, every entry is on the disk before
 * anybody hears of it.
 */
export class Orders {
  readonly all: PlacedOrder[] = [];
  private readonly byNumber = new Map<string, PlacedOrder>();
  private readonly instances = new Map<string, string>();
  private lastNumber = 0n;

  private constructor(
    readonly products: Products,
    private readonly journal: Journal | undefined,
  ) {}

  /** @param folder of their file; without one they live in memory. @throws JournalBroken */
  static async open(folder: string | undefined, products: Products): Promise<Orders> {
    const journal = folder === undefined ? undefined : await Journal.open(join(folder, 'orders.jsonl'));
    const orders = new Orders(products, journal);
    try {
      journal?.lines.forEach((line, index) => orders.apply(entryOf(line, index + 1)));
    } catch (error) {
      await orders.close();
      throw error;
    }
    return orders;
  }

  /** Takes an order; resolves when it is on the disk. @throws JournalBroken */
  async take({ body, productNo, poNumber, orderStatus, createTime }: OrderToTake): Promise<PlacedOrder> {
    const newProduct = productNo === undefined ? this.newSerialNumber() : undefined;
    const bought = productNo ?? newProduct!;
    const id = this.nextNumber();
    const order: PlacedOrder = {
      id,
      orderNo: `ZC${id}`,
      transactionNo: `AK${this.nextNumber()}`,
      instanceId: this.instanceOf(bought),
      orderStatus,
      productNo: bought,
      ...(poNumber !== undefined && { poNumber }),
      createTime,
      body,
    };
    await this.enter({ order, ...(newProduct !== undefined && { newProduct }) });
    return order;
  }

  /** By order number or id. */
  find(orderNoOrId: string): PlacedOrder | undefined {
    return this.byNumber.get(orderNoOrId);
  }

  /** @returns whether there is such an order. @throws JournalBroken */
  async setStatus(orderNo: string, orderStatus: string): Promise<boolean> {
    return this.change(orderNo, { orderStatus });
  }

  /** Somebody changes what is in an order; what came of it stays. @returns whether there is such an order. @throws JournalBroken */
  async setBody(orderNo: string, body: string): Promise<boolean> {
    return this.change(orderNo, { body });
  }

  /** Takes an order out of all that is shown. @returns whether there was such an order. @throws JournalBroken */
  async remove(orderNo: string): Promise<boolean> {
    return this.change(orderNo, { isGone: true });
  }

  /** Adds PBXs that were not bought here. @throws JournalBroken */
  async addProducts(serialNumbers: string[]): Promise<void> {
    await this.enter({ products: serialNumbers, createTime: Date.now() });
  }

  /** Sets what a PBX has, and adds it where it is not there. @throws JournalBroken */
  async setPbx(pbx: PbxByHand): Promise<void> {
    await this.enter({ pbx, createTime: Date.now() });
  }

  async close(): Promise<void> {
    await this.journal?.close();
  }

  private async change(
    orderNo: string,
    change: { orderStatus: string } | { body: string } | { isGone: true },
  ): Promise<boolean> {
    const order = this.find(orderNo);
    if (order === undefined) return false;
    await this.enter({ orderNo: order.orderNo, ...change });
    return true;
  }

  private async enter(entry: Entry): Promise<void> {
    await this.journal?.append(JSON.stringify(entry));
    this.apply(entry);
  }

  private apply(entry: Entry): void {
    if ('order' in entry) this.applyOrder(entry.order, entry.newProduct);
    else if ('products' in entry) {
      const { products, createTime } = entry;
      products.forEach((productNo) =>
        this.products.add({ productNo, productId: '12', isNew: false, createTime }),
      );
    } else if ('pbx' in entry) {
      const { state, ...product } = entry.pbx;
      this.products.add({ ...product, isNew: false, createTime: entry.createTime });
      this.products.find(product.productNo)!.state = state;
    } else {
      const order = this.find(entry.orderNo);
      if (order !== undefined) this.applyChange(order, entry);
    }
  }

  private applyChange(order: PlacedOrder, change: Extract<Entry, { orderNo: string }>): void {
    if ('orderStatus' in change) order.orderStatus = change.orderStatus;
    else if ('body' in change) order.body = change.body;
    else {
      this.all.splice(this.all.indexOf(order), 1);
      this.byNumber.delete(order.orderNo);
      this.byNumber.delete(order.id);
    }
  }

  private applyOrder(order: PlacedOrder, newProduct: string | undefined): void {
    this.all.push(order);
    this.byNumber.set(order.orderNo, order).set(order.id, order);
    this.instances.set(order.productNo, order.instanceId);
    this.lastNumber = max(this.lastNumber, BigInt(order.transactionNo.slice(2)));
    if (newProduct !== undefined) {
      this.products.add({
        productNo: newProduct,
        productId: '12',
        isNew: true,
        createTime: order.createTime,
      });
    }
    this.applyToPbx(order);
  }

  /** An order that failed when it was taken did nothing; one that fails later is not undone. */
  private applyToPbx({ productNo, orderStatus, body, createTime }: PlacedOrder): void {
    const product = this.products.find(productNo);
    if (product === undefined || orderStatus === 'failed') return;
    product.state = afterOrder(product.state, parseFields(body), createTime);
  }

  /** 19 digits, odd, so that none survives a float64; never one again, even when the clock is set back. */
  private nextNumber(): string {
    this.lastNumber = max(this.lastNumber + 2n, BigInt(Date.now()) * 1_000_000n) | 1n;
    return String(this.lastNumber);
  }

  /** A PBX stays the same instance however often it is ordered for. */
  private instanceOf(productNo: string): string {
    const instance = this.instances.get(productNo) ?? String(FIRST_INSTANCE + this.instances.size);
    this.instances.set(productNo, instance);
    return instance;
  }

  /** One that no PBX has, nor any order that is on its way to the disk. */
  private newSerialNumber(): string {
    for (;;) {
      const productNo = `3651E2${randomBytes(3).toString('hex').toUpperCase()}`;
      if (this.products.find(productNo) === undefined && !this.instances.has(productNo)) return productNo;
    }
  }
}

function entryOf(line: string, number: number): Entry {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    throw new JournalBroken(`Line ${number} of the file of orders is not JSON: was the file edited?`);
  }
}

function max(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
