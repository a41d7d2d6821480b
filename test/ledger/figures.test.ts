import pg from 'pg';
import type { Question } from '../../domain/decision';
import type { OrderOutcome } from '../../domain/outcome';
import type { PurchaseRequest } from '../../domain/request';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { Ledger } from '../../ledger/ledger';
import { fingerprintOf } from '../../validation/fingerprint';
import { tutorialRequest } from '../support/requests';
import { DATABASES, type DatabaseForTests } from './databases';

const actor = 'wonce:workflow';
const HOUR_MS = 60 * 60_000;

const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS);

describe.each(DATABASES)('on %s', (_name, fresh) => {
  let database: DatabaseForTests;
  let ledger: Ledger;

  beforeEach(async () => {
    database = await fresh();
    ledger = await Ledger.open(database.url, { maxConnections: 1 });
  });
  afterEach(async () => {
    await ledger.close();
    await database.drop();
  });

  async function accept(requestId: string, more: Partial<PurchaseRequest> = {}) {
    const request = { ...tutorialRequest(requestId), ...more };
    const fingerprint = fingerprintOf(request);
    await ledger.accept({ request, fingerprint, workflowId: purchaseWorkflowIdOf(requestId), actor });
    return fingerprint;
  }

  async function attempt(requestId: string, at: Date, outcome?: OrderOutcome) {
    const fingerprint = await accept(requestId);
    await ledger.openAttempt({ requestId, fingerprint, body: '{}', actor, countsFrom: at });
    if (outcome === undefined) return;
    const status = outcome.outcome === 'created' ? 'ordered' : 'settling';
    await ledger.recordOutcome({ requestId, attempt: 1, outcome, status, actor });
  }

  const created = (requestId: string): OrderOutcome => ({
    outcome: 'created',
    order: { orderNo: `ZC-${requestId}`, orderStatus: 'succeed' },
    evidence: {},
  });
  const unknown: OrderOutcome = { outcome: 'unknown', code: 'X', message: 'x', evidence: {} };

  const ask = async (requestId: string, since: Date) => {
    await accept(requestId);
    const question: Question = {
      ...{ id: 'q', verb: 'choose', asked: 'which?', candidates: [] },
      since: since.toISOString(),
    };
    await ledger.recordStatus({
      requestId,
      status: 'waiting-for-choice',
      kind: 'choice-asked',
      actor,
      question,
    });
  };

  it('an empty ledger has no figures, and none is made up', async () => {
    expect(await ledger.figures.read()).toEqual({
      open: [],
      quiet: [],
      ended: [],
      deals: [],
      waits: [],
      unknown: { count: 0, oldestSeconds: 0 },
      ordered: { count: 0 },
      sweeps: [],
    });
  });

  it('purchases are counted by status and operation: the open ones all, the ended ones of a day', async () => {
    await accept('a');
    await accept('b');
    await accept('c', { operation: 'renew' });
    await attempt('d', ago(1), created('d'));
    await attempt('e', ago(30), created('e'));
    const { open, ended, quiet } = await ledger.figures.read();
    expect(open).toHaveLength(2);
    expect(open).toContainEqual({ status: 'looking-up', operation: 'purchase', count: 2 });
    expect(open).toContainEqual({ status: 'looking-up', operation: 'renew', count: 1 });
    expect(ended).toEqual([{ status: 'ordered', operation: 'purchase', count: 2 }]);
    expect(quiet).toEqual([{ status: 'looking-up', seconds: expect.closeTo(0, -1) as number }]);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(`set session_replication_role = replica`);
    await client.query(
      `update purchases set updated_at = now() - interval '25 hours' where request_id in ('e', 'c')`,
    );
    await client.end();
    const later = await ledger.figures.read();
    expect(later.ended).toEqual([{ status: 'ordered', operation: 'purchase', count: 1 }]);
    expect(later.quiet[0]!.seconds).toBeGreaterThan(24 * 3600);
  });

  it('waits are counted once each, by how long they have waited', async () => {
    for (const [id, hours] of [
      ['young', 0.5],
      ['older', 5],
      ['old', 5],
      ['ancient', 100],
    ] as const) {
      await ask(id, ago(hours));
    }
    const deal = 'hubspot:1:waits';
    await ledger.deals.recordNotification({ deal, source: 'hubspot', by: 'sweep' }, 'test');
    await ledger.deals.record({ deal, kind: 'as-it-stands', actor: 'test', status: 'waiting-for-decision' });
    const { waits, deals } = await ledger.figures.read();
    expect(waits).toHaveLength(2);
    expect(waits).toContainEqual({
      record: 'purchase',
      status: 'waiting-for-choice',
      byAge: { '1h': 1, '8h': 2, '1d': 0, '3d': 0, longer: 1 },
      longestSeconds: expect.closeTo(100 * 3600, -2) as number,
    });
    expect(waits.find(({ record }) => record === 'deal')!.byAge).toEqual({
      ...{ '1h': 1, '8h': 0, '1d': 0, '3d': 0, longer: 0 },
    });
    expect(deals).toEqual([{ status: 'waiting-for-decision', count: 1 }]);
  });

  it('an outcome is unknown when it was written down so, or when nothing was written in the time of an attempt', async () => {
    await attempt('under-way', ago(0));
    expect((await ledger.figures.read()).unknown).toEqual({ count: 0, oldestSeconds: 0 });
    await attempt('unknown', ago(0), unknown);
    await attempt('abandoned', ago(2));
    await attempt('known', ago(3), created('known'));
    const figures = await ledger.figures.read();
    expect(figures.unknown.count).toBe(2);
    expect(figures.unknown.oldestSeconds).toBeCloseTo(2 * 3600, -2);
  });

  it('from won to ordered is told of the orders of a day that were made of deals', async () => {
    for (const [n, hours] of [1, 2, 3].entries()) {
      const deal = `hubspot:1:${n}`;
      await ledger.deals.recordNotification({ deal, source: 'hubspot', by: 'webhook' }, 'test');
      const wonAt = ago(hours + 1).toISOString();
      const win = { deal, wonAt, requestId: `${deal}:1`, status: 'requested', after: 0 } as const;
      await ledger.deals.addWin({ ...win, kind: 'requested', actor: 'test' });
      await attempt(`${deal}:1`, ago(1), created(`${n}`));
    }
    await attempt('by-hand', ago(2), created('by-hand'));
    const { ordered } = await ledger.figures.read();
    expect(ordered.count).toBe(4);
    expect(ordered.wonToOrderedSeconds!.map((seconds) => Math.round(seconds / 360) / 10)).toEqual([
      2, 2.8, 3,
    ]);
  });
});
