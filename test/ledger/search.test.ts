import { randomUUID } from 'node:crypto';
import type { PurchaseRequest } from '../../domain/request';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { Ledger } from '../../ledger/ledger';
import { SORT_KEYS } from '../../ledger/page';
import { fingerprintOf } from '../../validation/fingerprint';
import { tutorialRequest } from '../support/requests';
import { DATABASES, type DatabaseForTests } from './databases';

const MANY = 130;
const ACTOR = 'test';

describe.each(DATABASES)('a search on %s', (_name, freshDatabase) => {
  let database: DatabaseForTests;
  let ledger: Ledger;

  const ids: string[] = [];
  async function accept(change: Partial<PurchaseRequest> = {}): Promise<string> {
    const request = { ...tutorialRequest(`search-${randomUUID()}`), ...change };
    const { requestId } = request;
    const workflowId = purchaseWorkflowIdOf(requestId);
    await ledger.accept({ request, fingerprint: fingerprintOf(request), workflowId, actor: ACTOR });
    ids.push(requestId);
    return requestId;
  }
  const found = async (text: string) =>
    (await ledger.list({ text })).purchases.map(({ requestId }) => requestId);

  let oldest: string;
  let ordered: string;
  beforeAll(async () => {
    database = await freshDatabase();
    ledger = await Ledger.open(database.url);
    oldest = await accept({
      requestId: 'hubspot:1234:5678.1',
      license: { kind: 'new', partner: { company: 'Müller-Lüdenscheidt GmbH & Co' } },
      poNumber: 'PO-0731-x/17',
      billingContact: { email: 'Orders.North@reseller.example' },
    });
    ordered = await accept({ license: { kind: 'new' }, poNumber: 'crm:12:7.b' });
    await order(ordered);
    for (let n = 0; n < MANY; n++) await accept({ plan: 'Enterprise' });
  });
  afterAll(async () => {
    await ledger.close();
    await database.drop();
  });

  async function order(requestId: string): Promise<void> {
    const fingerprint = fingerprintOf({
      ...tutorialRequest(requestId),
      license: { kind: 'new' },
      poNumber: 'crm:12:7.b',
    });
    await ledger.openAttempt({ requestId, fingerprint, body: '{}', actor: ACTOR });
    const made = {
      orderNo: 'ZC-17',
      transactionNo: 'AK17',
      orderStatus: 'succeed',
      productNo: '3651E0000017',
    };
    const outcome = { outcome: 'created', order: made, evidence: {} } as const;
    await ledger.recordOutcome({ requestId, attempt: 1, outcome, status: 'ordered', actor: ACTOR });
  }

  it.each([
    'hubspot:1234:5678.1',
    '5678.1',
    'hubspot',
    'Müller-Lüdenscheidt',
    'MÜLLER',
    'lüden',
    'müller-lüd',
    'müller gm',
  ])('%s finds what it names, though a hundred are newer', async (text) =>
    expect(await found(text)).toEqual([oldest]),
  );

  it.each([
    'PO-0731-x/17',
    'PO-0731',
    'po-07',
    'orders.north@reseller.example',
    'orders.north@res',
    'ORDERS.N',
  ])('%s finds what begins so', async (text) => expect(await found(text)).toEqual([oldest]));

  it.each(['ZC-17', 'AK17', '3651e0000017', 'crm:12:7', 'crm:12'])(
    '%s finds what was ordered',
    async (text) => expect(await found(text)).toEqual([ordered]),
  );

  it.each([
    'zc-1',
    'crm:1:7',
    'Mü-Lüdenscheidt',
    'po-0-x',
    'enterprise gmbh',
    'o’clock',
    "q'x",
    '\\',
    '!',
    '& |',
    "':*",
  ])('%s finds nothing', async (text) => expect(await found(text)).toEqual([]));

  it.each(SORT_KEYS.flatMap((by) => [false, true].map((isDescending) => ({ by, isDescending }))))(
    'what many have is found page by page, each once, by %o',
    async (sort) => {
      const paged: string[] = [];
      let after: string | undefined;
      do {
        const page = await ledger.list({ text: 'enterp', sort, ...(after !== undefined && { after }) });
        paged.push(...page.purchases.map(({ requestId }) => requestId));
        after = page.next;
      } while (after !== undefined);
      expect(new Set(paged)).toEqual(new Set(ids.slice(2)));
      expect(paged).toHaveLength(MANY);
    },
  );
});
