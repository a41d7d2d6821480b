import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { jsonText } from '../domain/printable';
import type { OrderMade } from '../ledger/orders-made';
import { progress, withLedger } from './command-line';
import { readRange } from './export-range';
import { ordersAsCsv } from './orders-as-csv';

/** By it alone a spreadsheet of Microsoft knows that a file it opens is UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

/** `wonce audit --export`: the orders that were made in a time, an order a line, as they are read. */
export async function exportOrders(
  text: string,
  { json = false, bom = false }: { json?: boolean; bom?: boolean },
): Promise<void> {
  const { from, to } = readRange(text);
  await withLedger(async (client) => {
    const orders = client.ordersBetween(from, to);
    const lines = json ? ordersAsJson(orders) : ordersAsCsv(orders);
    await toStandardOutput(bom ? BYTE_ORDER_MARK : '', lines);
    const doubtful = await client.doubtfulBetween(from, to);
    if (doubtful === 0) return;
    progress(
      `Not among them: ${doubtful} of which nobody knows yet whether the order was made. See wonce list --status settling, and waiting-for-decision.`,
    );
  });
}

/** One object, `{"orders":[…]}`, an order a line. */
async function* ordersAsJson(orders: AsyncIterable<OrderMade>): AsyncGenerator<string> {
  let before = '{"orders":[\n';
  for await (const order of orders) {
    yield `${before}${jsonText(order)}`;
    before = ',\n';
  }
  yield before === ',\n' ? '\n]}\n' : '{"orders":[]}\n';
}

/** No faster than they are taken. Whoever reads no further, as `head` does, has what they wanted. */
async function toStandardOutput(first: string, lines: AsyncIterable<string>): Promise<void> {
  async function* all() {
    if (first !== '') yield first;
    yield* lines;
  }
  try {
    await pipeline(Readable.from(all()), process.stdout, { end: false });
  } catch (error) {
    if ((error as { code?: string }).code !== 'EPIPE') throw error;
  }
}
