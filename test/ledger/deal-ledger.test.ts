import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Ledger } from '../../ledger/ledger';
import { DATABASES, type DatabaseForTests } from './databases';

const actor = 'test';
const FIRST_WIN = '2026-11-24T09:00:00.000Z';
const SECOND_WIN = '2026-11-25T09:00:00.000Z';

describe.each(DATABASES)('deals in the ledger on %s', (_name, freshDatabase) => {
  let database: DatabaseForTests;
  let ledger: Ledger;
  let sql: pg.Client;

  beforeAll(async () => {
    database = await freshDatabase();
    ledger = await Ledger.open(database.url);
    sql = new pg.Client({ connectionString: database.url, query_timeout: 10_000 });
    await sql.connect();
  });
  afterAll(async () => {
    await sql.end();
    await ledger.close();
    await database.drop();
  });

  async function notified() {
    const deal = `hubspot:9001234:${randomUUID()}`;
    await ledger.deals.recordNotification({ deal, source: 'hubspot', by: 'webhook' }, actor);
    return deal;
  }
  const kinds = async (deal: string) => (await ledger.deals.events(deal)).map(({ kind }) => kind);

  it('keeps every word of a deal, and lets it stand as it did', async () => {
    const deal = await notified();
    await ledger.deals.record({ deal, status: 'not-won', kind: 'not-won', actor });
    await ledger.deals.recordNotification({ deal, source: 'hubspot', by: 'sweep' }, actor);
    expect((await ledger.deals.find(deal))?.status).toMatchObject({
      status: 'not-won',
      notifiedBy: 'webhook',
    });
    expect(await kinds(deal)).toEqual(['notified', 'not-won', 'notified']);
  });

  it('says what is missing until nothing is', async () => {
    const deal = await notified();
    const missing = [{ field: 'plan', problem: 'no line item' }];
    const change = {
      deal,
      status: 'incomplete',
      kind: 'incomplete',
      actor,
      missing,
      wonAt: FIRST_WIN,
    } as const;
    await ledger.deals.record(change);
    await ledger.deals.record(change);
    expect(await kinds(deal)).toEqual(['notified', 'incomplete']);
    expect((await ledger.deals.find(deal))?.status).toMatchObject({ missing, wonAt: FIRST_WIN });
    const requestId = `${deal}:1`;
    await ledger.deals.addWin({ deal, status: 'requested', kind: 'requested', actor, requestId, after: 0 });
    const { status } = (await ledger.deals.find(deal))!;
    expect(status).toMatchObject({ status: 'requested', requestId });
    expect(status).not.toHaveProperty('missing');
  });

  it('of two who decide about one win at once, one decides', async () => {
    const deal = await notified();
    const win = (requestId: string) =>
      ledger.deals.addWin({
        deal,
        status: 'requested',
        kind: 'requested',
        actor,
        wonAt: FIRST_WIN,
        requestId,
        after: 0,
      });
    const taken = await Promise.all(
      [win(`${deal}:1`), win(`${deal}:1b`)].map((one) => one.catch(() => false)),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await ledger.deals.wins(deal)).toHaveLength(1);
  });

  it('tells the wins that are known from those that are not', async () => {
    const deal = await notified();
    const other = await notified();
    await ledger.deals.addWin({
      deal,
      status: 'dismissed',
      kind: 'dismissed',
      actor,
      wonAt: FIRST_WIN,
      after: 0,
    });
    const swept = [
      { deal, wonAt: FIRST_WIN },
      { deal: other, wonAt: FIRST_WIN },
    ];
    expect(await ledger.deals.knownOf(swept)).toEqual(new Set([deal]));
    expect(await ledger.deals.knownOf([{ deal, wonAt: SECOND_WIN }, { deal }])).toEqual(new Set());
  });

  it('knows since when a deal is told to be won, and forgets it when it is not', async () => {
    const deal = await notified();
    expect(await ledger.deals.wonSince(deal)).toBeUndefined();
    const told = { deal, status: 'dismissed', kind: 'left', actor } as const;
    await ledger.deals.record({ ...told, wonAt: SECOND_WIN });
    await ledger.deals.record({ ...told, wonAt: FIRST_WIN });
    expect(await ledger.deals.wonSince(deal)).toBe(FIRST_WIN);
    for (const kind of ['not-won', 'no-longer-won', 'lost-before-order']) {
      await ledger.deals.record({ deal, kind, actor, data: {} });
      expect(await ledger.deals.wonSince(deal)).toBeUndefined();
      await ledger.deals.record({ ...told, wonAt: SECOND_WIN, reason: { code: 'WonAgain', message: kind } });
      expect(await ledger.deals.wonSince(deal)).toBe(SECOND_WIN);
    }
  });

  it('a changed event of a deal breaks its chain, and the database refuses the change', async () => {
    const deal = await notified();
    await ledger.deals.record({ deal, status: 'not-won', kind: 'not-won', actor });
    expect(await ledger.deals.verify(deal)).toEqual({ ok: true, events: 2 });
    const forge = () => sql.query(`update deal_events set actor = 'nobody' where deal = $1`, [deal]);
    await expect(forge()).rejects.toThrow(/refused/);
    await sql.query('alter table deal_events disable trigger deal_events_are_kept');
    await forge();
    await sql.query('alter table deal_events enable trigger deal_events_are_kept');
    expect(await ledger.deals.verify(deal)).toMatchObject({ ok: false, seq: 1 });
    await expect(sql.query('delete from deals where deal = $1', [deal])).rejects.toThrow(/refused/);
  });

  it('remembers how far the sweeps of a source came', async () => {
    expect(await ledger.sweeps.sweepOf('pipedrive')).toBeUndefined();
    const at = new Date();
    await ledger.sweeps.recordSweep('pipedrive', {
      askedUntil: new Date(FIRST_WIN),
      at,
      found: 3,
      caughtUp: 1,
    });
    await ledger.sweeps.recordSweep('pipedrive', {
      askedUntil: new Date(SECOND_WIN),
      at,
      found: 0,
      caughtUp: 0,
    });
    expect(await ledger.sweeps.sweepOf('pipedrive')).toMatchObject({
      askedUntil: new Date(SECOND_WIN),
      found: 0,
    });
  });

  it('lists newest first, page by page, each deal once', async () => {
    const deals: string[] = [];
    for (let index = 0; index < 5; index++) deals.push(await notified());
    const listed: string[] = [];
    let after: string | undefined;
    do {
      const page = await ledger.deals.page({ limit: 2, status: 'reading', ...(after && { after }) });
      listed.push(...page.deals.map(({ status }) => status.deal));
      after = page.next;
    } while (after !== undefined);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.slice(0, 5).sort()).toEqual([...deals].sort());
  });

  it('a deal that nobody was notified of is unknown', async () => {
    expect(await ledger.deals.find('hubspot:1:2')).toBeUndefined();
    await expect(ledger.deals.verify('hubspot:1:2')).rejects.toMatchObject({ code: 'LedgerUnknownDeal' });
  });
});
