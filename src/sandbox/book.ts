import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** An order that was taken. */
export interface BookedOrder {
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

/** A change of the book, one line of its file. */
type Entry = { order: BookedOrder; newProduct?: string } | { orderNo: string; orderStatus: string };

/**
 * The stand-in's own book of orders. With a folder, every entry is on the disk before anybody hears of it; a last line
 * torn by a kill was never answered for and is dropped.
 */
export class Book {
  readonly orders: BookedOrder[] = [];
  readonly newProducts: string[] = [];
  private file: FileHandle | undefined;
  private lastWrite: Promise<void> = Promise.resolve();
  private nextNumber = BigInt(Date.now()) * 1_000_000n;

  static async open(folder: string | undefined): Promise<Book> {
    const book = new Book();
    if (folder === undefined) return book;
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'orders.jsonl');
    const whole = readWholeLines(path);
    whole.lines.forEach((line) => book.apply(JSON.parse(line) as Entry));
    book.file = await open(path, 'a');
    await book.file.truncate(whole.bytes);
    return book;
  }

  /** Takes an order; resolves when it is on the disk. */
  async take(order: {
    body: string;
    productNo?: string;
    poNumber?: string;
    orderStatus: string;
  }): Promise<BookedOrder> {
    const number = this.number();
    const newProduct =
      order.productNo === undefined ? `3651E2${randomBytes(3).toString('hex').toUpperCase()}` : undefined;
    const booked: BookedOrder = {
      id: String(number),
      orderNo: `ZC${number}`,
      transactionNo: `AK${this.number()}`,
      instanceId: String(1_282_391 + this.orders.length),
      orderStatus: order.orderStatus,
      productNo: order.productNo ?? newProduct!,
      ...(order.poNumber !== undefined && { poNumber: order.poNumber }),
      createTime: Date.now(),
      body: order.body,
    };
    await this.write({ order: booked, ...(newProduct !== undefined && { newProduct }) });
    return booked;
  }

  async setStatus(orderNo: string, orderStatus: string): Promise<boolean> {
    if (!this.orders.some((order) => order.orderNo === orderNo)) return false;
    await this.write({ orderNo, orderStatus });
    return true;
  }

  async close(): Promise<void> {
    await this.lastWrite;
    await this.file?.close();
  }

  private async write(entry: Entry): Promise<void> {
    const { file } = this;
    if (file !== undefined) {
      this.lastWrite = this.lastWrite.then(async () => {
        await file.appendFile(`${JSON.stringify(entry)}\n`);
        await file.datasync();
      });
      await this.lastWrite;
    }
    this.apply(entry);
  }

  private apply(entry: Entry): void {
    if ('order' in entry) {
      this.orders.push(entry.order);
      if (entry.newProduct !== undefined) this.newProducts.push(entry.newProduct);
      return;
    }
    const order = this.orders.find((candidate) => candidate.orderNo === entry.orderNo);
    if (order !== undefined) order.orderStatus = entry.orderStatus;
  }

  /** 19 digits, odd, so that none survives a float64. */
  private number(): bigint {
    this.nextNumber += 2n;
    return this.nextNumber | 1n;
  }
}

function readWholeLines(path: string): { lines: string[]; bytes: number } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return { lines: [], bytes: 0 };
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return { lines: whole.split('\n').filter((line) => line !== ''), bytes: Buffer.byteLength(whole) };
}
