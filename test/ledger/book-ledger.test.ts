import type { Difference } from '../../domain/books';
import { Ledger } from '../../ledger/ledger';
import type { Comparison, Found } from '../../ledger/book-ledger';
import type { PurchaseRequest } from '../../domain/request';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { fingerprintOf } from '../../validation/fingerprint';
import { tutorialRequest } from '../support/requests';
import { until } from '../support/until';
import { DATABASES, type DatabaseForTests } from './databases';

const actor = 'wonce:workflow';
const COMPARED: Comparison = {
  ...{ at: '2026-11-28T02:00:00.000Z', since: '2026-11-01T00:00:00.000Z', isComplete: true },
  ...{ ordersAtVendor: 0, ordersHere: 0, contentsCompared: 0, notRead: 0, unclear: 0, contested: 0 },
  unsettled: { count: 0, requestIds: [] },
};
const BEGINNING = new Date(0);

describe.each(DATABASES)('on %s', (_name, fresh) => {
  let database: DatabaseForTests;
  let ledger: Ledger;
  let count = 0;

  beforeAll(async () => {
    database = await fresh();
    ledger = await Ledger.open(database.url, { maxConnections: 1 });
  });
  afterAll(async () => {
    await ledger.close();
    await database.drop();
  });

  const record = ({ differences = [], gone = [] }: Partial<Found>) =>
    ledger.books.record(`comparison-${(count += 1)}`, COMPARED, { differences, gone });

  async function accepted(requestId: string, more: Partial<PurchaseRequest> = {}): Promise<string> {
    const request = { ...tutorialRequest(requestId), ...more };
    const fingerprint = fingerprintOf(request);
    await ledger.accept({ request, fingerprint, workflowId: purchaseWorkflowIdOf(requestId), actor });
    return fingerprint;
  }

  async function sent(requestId: string, reference: string, orderNo?: string): Promise<void> {
    const fingerprint = await accepted(requestId);
    const body = `{"productId":12,"poNumber":${JSON.stringify(reference)},"serviceList":[]}`;
    await ledger.openAttempt({ requestId, fingerprint, body, actor });
    if (orderNo === undefined) return;
    const order = { orderNo, orderStatus: 'succeed' };
    const outcome = { outcome: 'created', order, evidence: {} } as const;
    await ledger.recordOutcome({ requestId, attempt: 1, outcome, status: 'ordered', actor });
  }

  it('a difference is news once, when it changes, and when it comes back', async () => {
    const unasked: Difference = { kind: 'unasked', orderNo: 'ZC1', orderStatus: 'pending' };
    const news = async (found: Partial<Found>) => (await record(found)).news.count;
    expect(await news({ differences: [unasked] })).toBe(1);
    expect(await news({ differences: [unasked] })).toBe(0);
    const done = { ...unasked, orderStatus: 'succeed' };
    expect(await news({ differences: [done] })).toBe(1);
    expect(await news({ gone: [done] })).toBe(0);
    expect(await ledger.books.differences(BEGINNING)).toEqual([]);
    expect(await news({ differences: [done] })).toBe(1);
    expect(await ledger.books.differences(BEGINNING)).toMatchObject([done]);
  });

  it('those of older orders are left out; of those without a time nobody knows', async () => {
    const of = (orderNo: string, orderedAt?: string): Difference => ({
      ...{ kind: 'unasked', orderNo },
      ...(orderedAt !== undefined && { orderedAt }),
    });
    await record({
      differences: [
        of('old', '2026-10-31T00:00:00.000Z'),
        of('new', '2026-11-02T00:00:00.000Z'),
        of('undated'),
      ],
    });
    const since = await ledger.books.differences(new Date('2026-11-01T00:00:00Z'));
    const numbers = since.map(({ orderNo }) => orderNo);
    expect(numbers).toEqual(expect.arrayContaining(['new', 'undated']));
    expect(numbers).not.toContain('old');
  });

  it('a comparison that is written again, because its answer was lost, is the one that is there', async () => {
    const differences: Difference[] = [{ kind: 'missing', orderNo: 'ZC1' }];
    const first = await ledger.books.record('once', COMPARED, { differences, gone: [] });
    expect(await ledger.books.comparison('once')).toEqual(first);
    await expect(ledger.books.record('once', COMPARED, { differences, gone: [] })).rejects.toThrow();
    expect(await ledger.books.withNews(BEGINNING)).toContainEqual({ id: 'once', result: first });
  });

  it.each(['PO-1', 'a "quoted" \\ one', 'ünïcode', 'wonce-0123456789abcdef'])(
    'the requests of the reference %j: of those that were sent with it, and of those that gave it and sent nothing',
    async (reference) => {
      const [one, two] = [`books-sent-${(count += 1)}`, `books-unsent-${count}`];
      await sent(one, reference, `ZC-${one}`);
      await sent(`books-other-${count}`, 'PO-OTHER');
      await accepted(two, { poNumber: reference });
      const requests = await ledger.books.requestsOf([reference, 'PO-NOBODY']);
      expect([...requests.keys()]).toEqual([reference]);
      expect(requests.get(reference)).toEqual([
        {
          requestId: one,
          status: 'ordered',
          orderNo: `ZC-${one}`,
          body: expect.stringContaining('poNumber') as string,
        },
        { requestId: two, status: 'looking-up' },
      ]);
    },
  );

  it('orders come a page at a time, each once, and none that was made after the comparison began', async () => {
    const since = new Date();
    for (let n = 0; n < 3; n += 1) await sent(`made-${n}`, `PO-${n}`, `ZC${n}`);
    const knownBefore = new Date(Date.now() + 1);
    await until('a later moment', () => Date.now() > knownBefore.getTime());
    await sent('later', 'PO-LATER', 'ZC-LATER');
    const which = { since, knownBefore };
    const numbers: string[] = [];
    for await (const page of ledger.books.orders(which)) numbers.push(...page.map(({ orderNo }) => orderNo));
    expect(numbers).toEqual(['ZC0', 'ZC1', 'ZC2']);
    expect(await ledger.books.countOfOrders(which)).toBe(3);
  });
});
