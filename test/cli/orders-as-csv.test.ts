import { ordersAsCsv } from '../../cli/orders-as-csv';
import type { OrderMade } from '../../ledger/orders-made';

const ORDER: OrderMade = {
  ...{ orderedAt: '2026-11-30T23:30:00.000Z', deal: 'hubspot:9001234:1', requestId: 'hubspot:9001234:1:1' },
  ...{ operation: 'expand', product: 'software', askedBy: 'webhook', decidedBy: ['Ann', 'Müller, Bo'] },
  ...{ orderNo: 'ZC2026', transactionNo: '7', serialNumber: '3651E1292455', plan: 'Ultimate' },
  ...{ addExtensions: 20, services: [{ service: 'Recovery' }, { service: 'Calls', quantity: 5 }], years: 2 },
  status: 'ordered',
};

async function csv(...orders: OrderMade[]): Promise<string[]> {
  const lines: string[] = [];
  const given = async function* () {
    yield* await Promise.resolve(orders);
  };
  for await (const line of ordersAsCsv(given(), 'Europe/Berlin')) lines.push(line);
  return lines;
}

it('an order is a line after the header, with its local date and time', async () => {
  expect(await csv(ORDER)).toEqual([
    'date,orderedAt,deal,requestId,operation,askedBy,decidedBy,orderNo,transactionNo,serialNumber,product,plan,' +
      'extensions,addExtensions,addConcurrentCalls,services,years,billingCycle,status\r\n',
    '2026-12-01,2026-12-01T00:30:00+01:00,hubspot:9001234:1,hubspot:9001234:1:1,expand,webhook,"Ann, Müller, Bo",' +
      'ZC2026,7,3651E1292455,software,Ultimate,,20,,"Recovery, 5 × Calls",2,,ordered\r\n',
  ]);
});

it('what is not known is empty, and no orders are a header', async () => {
  const { orderedAt, requestId, operation, orderNo, product, plan, status } = ORDER;
  const bare = { orderedAt, requestId, operation, orderNo, product, plan, status, decidedBy: [] };
  expect((await csv(bare))[1]).toBe(
    '2026-12-01,2026-12-01T00:30:00+01:00,,hubspot:9001234:1:1,expand,,,ZC2026,,,software,Ultimate,,,,,,,ordered\r\n',
  );
  expect(await csv()).toHaveLength(1);
});

it.each([
  ['a formula', '=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ['a formula in full width', '＝1+1', "'＝1+1"],
  ['a formula after blanks', ' \u00a0@SUM(1)', " \u00a0'@SUM(1)"],
  ['a formula after a tab', '\t=1', '\\u{9}=1'],
  ['another line', 'x"\r\n=1', '"x""\\u{d}\\u{a}=1"'],
  ['a text from right to left', '\u202e=1', '\\u{202e}=1'],
  ['what nobody can see', '\u200b=1', '\\u{200b}=1'],
  ['markup', '<script>x</script>', '<script>x</script>'],
])('%s in every field that a deal, a vendor or a person can fill is a text', async (_name, text, cell) => {
  const hostile = {
    ...ORDER,
    ...{ deal: text, requestId: text, askedBy: text, decidedBy: [text], orderNo: text, transactionNo: text },
    ...{ serialNumber: text, plan: text, services: [{ service: text }] },
  };
  expect((await csv(hostile))[1]).toBe(
    [
      ...['2026-12-01', '2026-12-01T00:30:00+01:00', cell, cell, 'expand', cell, cell, cell, cell, cell],
      ...['software', cell, '', '20', '', cell, '2', '', 'ordered\r\n'],
    ].join(','),
  );
});
