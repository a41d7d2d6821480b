import type { Question } from '../../domain/decision';
import type { DealChange } from '../../ledger/deal-ledger';
import { Ledger } from '../../ledger/ledger';
import type { Wait } from '../../ledger/notice-ledger';
import { present } from '../../domain/optional';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { fingerprintOf } from '../../validation/fingerprint';
import { tutorialRequest } from '../support/requests';
import { DATABASES, type DatabaseForTests } from './databases';

describe.each(DATABASES)('on %s', (_name, fresh) => {
  let database: DatabaseForTests;
  let ledger: Ledger;

  beforeAll(async () => {
    database = await fresh();
    ledger = await Ledger.open(database.url, { maxConnections: 1 });
  });
  afterAll(async () => {
    await ledger.close();
    await database.drop();
  });

  const record = (deal: string, change: Partial<DealChange>) =>
    ledger.deals.record({ deal, kind: 'as-it-stands', actor: 'test', ...change });

  async function asked(deal: string, change: Partial<DealChange> = {}): Promise<string> {
    await ledger.deals.recordNotification({ deal, source: 'hubspot', by: 'sweep' }, 'test');
    await record(deal, { status: 'waiting-for-decision', wonAt: '2026-11-24T09:00:00.000Z', ...change });
    return deal;
  }

  const untold = (address: string, toldBy = new Date(0), limit = 100) =>
    ledger.notices.untold(address, toldBy, limit);

  const keyOf = async (deal: string) => (await untold('nobody')).find(({ id }) => id === deal)?.key;

  const tell = ({ key, record: what, isReminder }: Wait, address: string, foundAt: Date) =>
    ledger.notices.keep([
      {
        id: `${key} ${isReminder} ${address}`,
        key,
        address,
        foundAt,
        data: {},
        type: `${what}.${isReminder ? 'waits-too-long' : 'waiting'}`,
      },
    ]);

  it('a deal waits once, whatever is told of it; for another win, or after it went on, anew', async () => {
    const deal = await asked('hubspot:1:anew');
    const key = await keyOf(deal);
    await ledger.deals.recordNotification({ deal, source: 'hubspot', by: 'webhook' }, 'test');
    await record(deal, {
      status: 'waiting-for-decision',
      wonAt: '2026-11-24T09:00:00.000Z',
      reason: { code: 'Again', message: 'again' },
    });
    expect(await keyOf(deal)).toBe(key);
    await record(deal, { status: 'waiting-for-decision', wonAt: '2026-11-25T09:00:00.000Z' });
    const secondWin = await keyOf(deal);
    await record(deal, { status: 'dismissed' });
    expect(await keyOf(deal)).toBeUndefined();
    await record(deal, { status: 'waiting-for-decision', wonAt: '2026-11-25T09:00:00.000Z' });
    expect(new Set([key, secondWin, await keyOf(deal), undefined]).size).toBe(4);
  });

  it('what was told takes up no place of what was not, nor does what was told twice', async () => {
    const deals = [await asked('hubspot:2:a'), await asked('hubspot:2:b')];
    const [early, now] = [new Date(1_000), new Date()];
    for (const wait of await untold('two')) if (!deals.includes(wait.id)) await tell(wait, 'two', now);
    for (const isReminder of [false, true]) {
      for (const deal of deals) {
        const [wait, ...more] = await untold('two', new Date(2_000), 1);
        expect([wait!.id, wait!.isReminder, more]).toEqual([deal, isReminder, []]);
        await tell(wait!, 'two', isReminder ? now : early);
        if (!isReminder)
          expect((await untold('two', new Date(500), 2)).map(({ id }) => id)).not.toContain(deal);
      }
    }
    expect(await untold('two', new Date(2_000), 1)).toEqual([]);
    expect(await untold('another')).not.toEqual([]);
  });

  it('what was tried, was told or is for another address is not open; what was never tried comes first', async () => {
    const foundAt = new Date();
    const ids = ['tried', 'told', 'given-up', 'new', 'later'];
    for (const [at, id] of ids.entries()) {
      const times = new Date(foundAt.getTime() + at);
      await ledger.notices.keep([
        { id, key: id, type: 'deal.waiting', address: 'three', data: { deal: id }, foundAt: times },
      ]);
    }
    for (const id of ['tried', 'told', 'given-up']) await ledger.notices.tryNow(id);
    await ledger.notices.end('told');
    await ledger.notices.end('given-up', 'nobody there');
    const open = (since: Date, limit = 9) => ledger.notices.open(['three'], since, limit);
    expect(await open(foundAt)).toEqual(['new', 'later']);
    expect(await open(foundAt, 1)).toEqual(['new']);
    expect(await open(new Date(Date.now() + 1_000))).toEqual(['new', 'later', 'tried']);
    expect(await ledger.notices.open(['four'], foundAt, 9)).toEqual([]);
    expect(await Promise.all(['told', 'given-up'].map((id) => ledger.notices.tryNow(id)))).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('an approval is told of once more when it is late, by its own time and no other', async () => {
    const ask = async (requestId: string, remindAfterMs?: number) => {
      const request = tutorialRequest(requestId);
      const workflowId = purchaseWorkflowIdOf(requestId);
      await ledger.accept({ request, fingerprint: fingerprintOf(request), workflowId, actor: 'test' });
      const approval = { people: 1, askedBy: [], given: [], ...present({ remindAfterMs }) };
      const since = new Date(Date.now() - 60_000).toISOString();
      const question: Question = {
        id: '0a1b2c3d',
        verb: 'approve',
        asked: '?',
        candidates: [],
        since,
        approval,
      };
      const status = 'waiting-for-approval';
      await ledger.recordStatus({ requestId, status, kind: 'approval-asked', actor: 'test', question });
    };
    await ask('late', 59_000);
    await ask('not-late', 61_000);
    await ask('without', undefined);
    const names = async (toldBy: Date) =>
      (await untold('approver', toldBy)).filter(({ record: what }) => what === 'purchase');
    for (const wait of await names(new Date(0))) await tell(wait, 'approver', new Date());
    const reminded = async (toldBy: Date) =>
      (await names(toldBy)).map(({ id, isReminder }) => [id, isReminder]);
    expect(await reminded(new Date(0))).toEqual([['late', true]]);
    expect(await reminded(new Date(Date.now() + 1_000))).toEqual([
      ['late', true],
      ['without', true],
    ]);
  });
});
