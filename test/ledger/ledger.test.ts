import { randomUUID } from 'node:crypto';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { Ledger } from '../../ledger/ledger';
import type { OpenedAttempt } from '../../ledger/purchase-ledger';
import { SORT_KEYS } from '../../ledger/page';
import type { PurchaseRecord } from '../../ledger/purchase-record';
import { fingerprintOf } from '../../validation/fingerprint';
import type { OrderOutcome } from '../../domain/outcome';
import { PURCHASE_STATES } from '../../domain/status';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { OF_THIS_DATABASE } from '../support/held-table';
import { DIST, RunningProcess } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { required } from '../support/required';
import { until } from '../support/until';
import { DATABASES, freshPostgres, type DatabaseForTests } from './databases';

const run = promisify(execFile);
const actor = 'test';
/** Each order belongs to one request. */
const newOrder = () =>
  ({
    outcome: 'created',
    order: {
      orderNo: `ZC${randomUUID()}`,
      orderStatus: 'succeed',
      transactionNo: 'AK3206258126833573889',
    },
    evidence: { httpStatus: 200 },
  }) satisfies OrderOutcome;
const unknown: OrderOutcome = {
  outcome: 'unknown',
  code: 'Cut',
  message: 'cut',
  evidence: { errorCode: 'ECONNRESET' },
};
const notSent: OrderOutcome = {
  outcome: 'not-created',
  why: 'not-sent',
  code: 'Down',
  message: 'down',
  evidence: {},
};

describe.each(DATABASES)('the ledger on %s', (_name, freshDatabase) => {
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

  let created: ReturnType<typeof newOrder>;
  beforeEach(() => {
    created = newOrder();
  });

  const newRequest = () => tutorialRequest(`ledger-${randomUUID()}`);
  const fingerprint = fingerprintOf(tutorialRequest(''));

  function accept(request = newRequest(), by = ledger) {
    const { requestId } = request;
    return by.accept({
      request,
      fingerprint: fingerprintOf(request),
      workflowId: purchaseWorkflowIdOf(requestId),
      actor,
    });
  }
  function open(requestId: string, by = ledger) {
    return by.openAttempt({ requestId, fingerprint, body: '{"billingId":3197218168379846218}', actor });
  }
  function record(requestId: string, attempt: number, outcome: OrderOutcome) {
    const status = outcome.outcome === 'created' ? 'ordered' : 'waiting-for-decision';
    return ledger.recordOutcome({ requestId, attempt, outcome, status, actor });
  }
  function recordOf(opened: OpenedAttempt & { opened: true }, outcome: OrderOutcome) {
    const { requestId, attempt } = opened.latestAttempt;
    const ended = { requestId, attempt, outcome, status: 'ordered', actor } as const;
    return ledger.recordOutcome(ended, opened);
  }
  async function accepted(): Promise<string> {
    return (await accept()).purchase.requestId;
  }
  const kinds = async (requestId: string) => (await ledger.events(requestId)).map((event) => event.kind);

  it('a request is accepted once; again, it is answered with what is there', async () => {
    const request = newRequest();
    const first = await accept(request);
    const second = await accept({ ...request, years: 5 });
    expect([first.isNew, second.isNew]).toEqual([true, false]);
    expect(second.purchase).toEqual(first.purchase);
    expect(second.purchase.request).toEqual(request);
    expect(await kinds(request.requestId)).toEqual(['accepted']);
  });

  it('of fifty connections of several processes that open an attempt at once, exactly one may send', async () => {
    const requestId = await accepted();
    const script = `
      const { Ledger } = require(${JSON.stringify(join(DIST, 'ledger/ledger.js'))});
      const [url, requestId, fingerprint] = process.argv.slice(1);
      const each = (work) => Promise.all(Array.from({ length: 10 }, work));
      void (async () => {
        const ledger = await Ledger.open(url, { maxConnections: 10, migrate: false });
        await each(() => ledger.find(requestId));
        console.log('connected');
        await new Promise((resolve) => process.stdin.once('data', resolve));
        const input = { requestId, fingerprint, body: '{}', actor: String(process.pid) };
        const results = await each(() => ledger.openAttempt(input));
        console.log('opened', results.filter(({ opened }) => opened).length, 'of', results.length);
        await ledger.close();
        process.stdin.destroy();
      })();`;
    const rivals = Array.from(
      { length: 5 },
      () => new RunningProcess(spawn(process.execPath, ['-e', script, database.url, requestId, fingerprint])),
    );
    await Promise.all(rivals.map((rival) => rival.saw(/connected/)));
    for (const rival of rivals) rival.child.stdin!.write('go');
    const opened = await Promise.all(rivals.map((rival) => rival.saw(/opened (\d+) of 10/)));
    expect(opened.map(([, times]) => Number(times)).sort()).toEqual([0, 0, 0, 0, 1]);
    expect(await Promise.all(rivals.map((rival) => rival.ended()))).toEqual([0, 0, 0, 0, 0]);
    expect(await ledger.attempts(requestId)).toHaveLength(1);
    expect(await kinds(requestId)).toEqual(['accepted', 'attempt-started']);
    expect((await ledger.verify(requestId)).ok).toBe(true);
  });

  it('an attempt without an outcome stands in the way of another, also for whoever writes by hand', async () => {
    const requestId = await accepted();
    expect(await open(requestId)).toMatchObject({ opened: true, latestAttempt: { attempt: 1 } });
    expect(await open(requestId)).toMatchObject({ opened: false, earlier: { attempt: 1 } });
    const insert = sql.query(
      `insert into order_attempts (request_id, attempt, body, started_at) values ($1, 2, '', now())`,
      [requestId],
    );
    await expect(insert).rejects.toMatchObject({ code: '23505' });
  });

  it.each([
    ['created', newOrder()],
    ['unknown', unknown],
  ])('an attempt that ended as %s stands in the way of another, for ever', async (_outcome, outcome) => {
    const requestId = await accepted();
    await open(requestId);
    await record(requestId, 1, outcome);
    expect(await open(requestId)).toMatchObject({ opened: false, earlier: { result: outcome } });
  });

  it('an attempt that provably sent nothing lets another be opened', async () => {
    const requestId = await accepted();
    await open(requestId);
    await record(requestId, 1, notSent);
    expect(await open(requestId)).toMatchObject({ opened: true, latestAttempt: { attempt: 2 } });
    expect(await ledger.find(requestId)).toMatchObject({ attempts: 2, status: 'ordering' });
  });

  it('a recorded success is never downgraded', async () => {
    const requestId = await accepted();
    await open(requestId);
    await record(requestId, 1, created);
    expect(await record(requestId, 1, unknown)).toMatchObject({ outcome: 'created', result: created });
    expect(await ledger.find(requestId)).toMatchObject({ status: 'ordered', order: created.order });
    const downgrade = sql.query(`update order_attempts set outcome = 'not-created' where request_id = $1`, [
      requestId,
    ]);
    await expect(downgrade).rejects.toThrow(/the ledger keeps what was written/);
  });

  it('an unknown outcome may become known', async () => {
    const requestId = await accepted();
    await open(requestId);
    await record(requestId, 1, unknown);
    await record(requestId, 1, created);
    expect(await kinds(requestId)).toEqual([
      'accepted',
      'attempt-started',
      'attempt-unknown',
      'attempt-created',
    ]);
    expect((await ledger.find(requestId))!.evidence).toBeUndefined();
  });

  it('an order belongs to one request for ever: another cannot be given it', async () => {
    const [owner, other] = [await accepted(), await accepted()];
    for (const requestId of [owner, other]) await open(requestId);
    await record(owner, 1, created);
    await expect(record(other, 1, created)).rejects.toMatchObject({ code: 'LedgerOrderTaken' });
    expect(await ledger.latestAttempt(other)).not.toHaveProperty('outcome');
    expect(await ledger.ownersOf([created.order.orderNo, 'ZC0'])).toEqual(
      new Map([[created.order.orderNo, owner]]),
    );
    expect((await ledger.verify(other)).ok).toBe(true);
  });

  it('an order that turns up after it was decided to be absent is written down, and changes nothing', async () => {
    const requestId = await accepted();
    await open(requestId);
    await record(requestId, 1, unknown);
    await record(requestId, 1, notSent);
    expect(await record(requestId, 1, created)).toMatchObject({ outcome: 'not-created' });
    expect((await ledger.events(requestId)).at(-1)).toMatchObject({
      kind: 'order-found-too-late',
      data: { order: created.order },
    });
  });

  it('the outcome of an attempt just opened is recorded without reading it again', async () => {
    const requestId = await accepted();
    const opened = await open(requestId);
    if (!opened.opened) throw new Error('not opened');
    expect(await recordOf(opened, created)).toMatchObject({ outcome: 'created', result: created });
    expect(await ledger.find(requestId)).toMatchObject({ status: 'ordered', order: created.order });
    expect((await ledger.verify(requestId)).ok).toBe(true);
  });

  it('an outcome is recorded as the attempt stands, whatever has become of it since it was opened', async () => {
    const [asked, decided] = [await accepted(), await accepted()];
    const [ofAsked, ofDecided] = [await open(asked), await open(decided)];
    if (!ofAsked.opened || !ofDecided.opened) throw new Error('not opened');
    await ledger.recordStatus({ requestId: asked, kind: 'decision', actor, cancellationRequested: true });
    await record(decided, 1, notSent);
    expect(await recordOf(ofAsked, created)).toMatchObject({ outcome: 'created' });
    expect(await recordOf(ofDecided, newOrder())).toMatchObject({ outcome: 'not-created' });
    expect(await kinds(asked)).toEqual(['accepted', 'attempt-started', 'decision', 'attempt-created']);
    expect((await kinds(decided)).slice(2)).toEqual(['attempt-not-created', 'order-found-too-late']);
    expect(await ledger.find(asked)).toMatchObject({ status: 'ordered', cancellationRequested: true });
    for (const requestId of [asked, decided]) expect((await ledger.verify(requestId)).ok).toBe(true);
  });

  it('attempts that nobody has resolved are told of, but not to their own request', async () => {
    const [open1, unknown1, done] = [await accepted(), await accepted(), await accepted()];
    for (const requestId of [open1, unknown1, done]) await open(requestId);
    await record(unknown1, 1, unknown);
    await record(done, 1, created);
    const told = (await ledger.unresolvedAttempts(open1)).map(({ requestId }) => requestId);
    expect(told).toContain(unknown1);
    expect(told).not.toContain(open1);
    expect(told).not.toContain(done);
  });

  it('what a person is asked stands with the purchase until another status comes', async () => {
    const requestId = await accepted();
    const question = {
      id: '1a2b3c4d',
      verb: 'choose' as const,
      asked: 'Which?',
      candidates: [{ id: '1', description: 'one' }],
      since: new Date().toISOString(),
    };
    await ledger.recordStatus({
      requestId,
      status: 'waiting-for-choice',
      kind: 'choice-asked',
      actor,
      question,
    });
    expect(await ledger.find(requestId)).toMatchObject({ status: 'waiting-for-choice', question });
    await ledger.recordStatus({ requestId, kind: 'decision-ignored', actor, data: { verb: 'settle' } });
    expect(await ledger.find(requestId)).toMatchObject({ status: 'waiting-for-choice', question });
    await ledger.recordStatus({ requestId, status: 'looking-up', kind: 'decision', actor: 'Ann' });
    expect(await ledger.find(requestId)).not.toHaveProperty('question');
  });

  it('what is recorded twice is written once', async () => {
    const requestId = await accepted();
    await open(requestId);
    await record(requestId, 1, created);
    await record(requestId, 1, created);
    const late = {
      requestId,
      status: 'ordered',
      kind: 'cancellation-too-late',
      cancellationRequested: true,
      actor,
    } as const;
    await ledger.recordStatus(late);
    await ledger.recordStatus(late);
    expect(await kinds(requestId)).toEqual([
      'accepted',
      'attempt-started',
      'attempt-created',
      'cancellation-too-late',
    ]);
    expect(await ledger.find(requestId)).toMatchObject({ cancellationRequested: true, order: created.order });
  });

  it('what another person says is written too, though it is the same', async () => {
    const requestId = await accepted();
    const decision = { requestId, kind: 'decision', data: { verb: 'choose', id: '7' } };
    for (const actor of ['Ann', 'Ann', 'Bob']) await ledger.recordStatus({ ...decision, actor });
    const decisions = (await ledger.events(requestId)).filter(({ kind }) => kind === 'decision');
    expect(decisions.map((event) => event.actor)).toEqual(['Ann', 'Bob']);
  });

  it('a status that comes back after another one is written again', async () => {
    const requestId = await accepted();
    const confirming = { requestId, status: 'confirming', kind: 'looked', actor } as const;
    await ledger.recordStatus(confirming);
    await ledger.recordStatus({ requestId, status: 'waiting-for-decision', kind: 'asked', actor });
    await ledger.recordStatus(confirming);
    expect((await ledger.find(requestId))!.status).toBe('confirming');
    expect(await kinds(requestId)).toEqual(['accepted', 'looked', 'asked', 'looked']);
  });

  it('the outcome of an earlier attempt, recorded again, is answered and changes nothing', async () => {
    const requestId = await accepted();
    await open(requestId);
    await record(requestId, 1, notSent);
    await open(requestId);
    expect(await record(requestId, 1, notSent)).toMatchObject({ attempt: 1, result: notSent });
    expect((await ledger.find(requestId))!.status).toBe('ordering');
    await expect(record(requestId, 3, notSent)).rejects.toMatchObject({ code: 'LedgerUnknownPurchase' });
  });

  it('an answer with characters that no database keeps is recorded all the same', async () => {
    const requestId = await accepted();
    await open(requestId);
    const order = { orderNo: 'ZC1\0', orderStatus: 'succeed\ud800' };
    await record(requestId, 1, { ...newOrder(), order, evidence: { vendorMessage: '\0\udc00 \u{1F4DE}' } });
    expect((await ledger.latestAttempt(requestId))!.result).toMatchObject({
      order: { orderNo: 'ZC1\uFFFD', orderStatus: 'succeed\uFFFD' },
      evidence: { vendorMessage: '\uFFFD\uFFFD \u{1F4DE}' },
    });
    expect((await ledger.verify(requestId)).ok).toBe(true);
  });

  it('an attempt that may have bought stands in the way even when a later one was written by hand', async () => {
    const requestId = await accepted();
    await open(requestId);
    await sql.query(
      `insert into order_attempts (request_id, attempt, body, started_at, outcome)
       values ($1, 2, '', now(), 'not-created')`,
      [requestId],
    );
    expect(await open(requestId)).toMatchObject({ opened: false, earlier: { attempt: 1 } });
  });

  it.each(['refused', 'cancelled'] as const)(
    'a purchase that ended as %s opens no attempt: somebody was told that nothing will be bought',
    async (status) => {
      const requestId = await accepted();
      await ledger.recordStatus({ requestId, status, kind: status, actor });
      await expect(open(requestId)).rejects.toMatchObject({ code: 'LedgerSettled' });
      expect(await ledger.latestAttempt(requestId)).toBeUndefined();
    },
  );

  it.each(['refused', 'cancelled'] as const)(
    'what may have been bought is not %s by what became of another run of it',
    async (status) => {
      const requestId = await accepted();
      await open(requestId);
      await record(requestId, 1, created);
      const reason = { code: 'PlanNotFound', message: 'There is no such plan.' };
      await ledger.recordStatus({ requestId, status, kind: status, reason, actor });
      expect(await ledger.find(requestId)).toMatchObject({ status: 'ordered' });
      expect(await ledger.find(requestId)).not.toHaveProperty('reason');
      expect(await kinds(requestId)).toContain(status);
      // The vendor's own word counts.
      await ledger.recordStatus({ requestId, status: 'refused', kind: 'order-status', reason, actor });
      expect(await ledger.find(requestId)).toMatchObject({ status: 'refused', reason });
    },
  );

  it('another content under the same id opens no attempt', async () => {
    const requestId = await accepted();
    const attempt = ledger.openAttempt({ requestId, fingerprint: 'other', body: '{}', actor });
    await expect(attempt).rejects.toMatchObject({ code: 'LedgerConflict' });
    await expect(open('never-accepted')).rejects.toMatchObject({ code: 'LedgerUnknownPurchase' });
  });

  it('many writers of one purchase leave one chain that holds', async () => {
    const requestId = await accepted();
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        ledger.recordStatus({ requestId, status: 'confirming', kind: `look-${index}`, actor }),
      ),
    );
    expect(await ledger.verify(requestId)).toEqual({ ok: true, events: 11 });
  });

  it('a chain that is verified while it grows is not called broken', async () => {
    const requestId = await accepted();
    let isWriting = true;
    const writing = (async () => {
      for (let look = 0; look < 60; look++)
        await ledger.recordStatus({ requestId, status: 'confirming', kind: `look-${look}`, actor });
    })().finally(() => (isWriting = false));
    while (isWriting) expect(await ledger.verify(requestId)).toMatchObject({ ok: true });
    await writing;
  });

  it('fifty purchases at once, of several ledgers, all get through into one chain, which is verified meanwhile', async () => {
    const ledgers = await Promise.all(
      Array.from({ length: 5 }, () => Ledger.open(database.url, { maxConnections: 10, migrate: false })),
    );
    const ids = Array.from({ length: 50 }, () => `at-once-${randomUUID()}`);
    const buying = Promise.all(
      ids.map(async (requestId, index) => {
        const by = ledgers[index % ledgers.length]!;
        await accept(tutorialRequest(requestId), by);
        expect(await open(requestId, by)).toMatchObject({ opened: true });
        await by.recordOutcome({ requestId, attempt: 1, outcome: newOrder(), status: 'ordered', actor });
      }),
    );
    let isWriting = true;
    void buying.finally(() => (isWriting = false)).catch(() => undefined);
    do {
      const { broken, chain } = await ledger.verifyAll();
      expect(broken.filter(({ requestId }) => ids.includes(requestId))).toEqual([]);
      expect(chain.broken).toEqual([]);
    } while (isWriting);
    await buying;
    for (const requestId of ids) expect(await ledger.verify(requestId)).toEqual({ ok: true, events: 3 });
    const { chain } = await ledger.verifyAll();
    expect(chain).toEqual({ links: (await ledger.checkpoint()).seq, broken: [] });
    await Promise.all(ledgers.map((one) => one.close()));
  });

  it.each([
    `update events set kind = 'x'`,
    'delete from events',
    'truncate events',
    'delete from order_attempts',
    'truncate order_attempts cascade',
    'delete from purchases',
    'truncate purchases cascade',
    `update purchases set fingerprint = 'x'`,
    `update purchases set request = '{}'`,
    `update order_attempts set body = 'x'`,
    `update order_attempts set attempt = attempt + 100`,
    `update order_attempts set request_id = (select min(request_id) from purchases where attempts = 0)`,
  ])('the database itself refuses: %s', async (statement) => {
    const requestId = await accepted();
    await open(requestId);
    await expect(sql.query(statement)).rejects.toThrow(/the ledger keeps what was written/);
    expect((await ledger.verify(requestId)).ok).toBe(true);
  });

  it('an event that its owner forges past the trigger is found', async () => {
    const requestId = await accepted();
    await open(requestId);
    await sql.query('alter table events disable trigger events_are_kept');
    await sql.query(`update events set data = '{"attempt": 9}' where request_id = $1 and seq = 2`, [
      requestId,
    ]);
    await sql.query('alter table events enable trigger events_are_kept');
    expect(await ledger.verify(requestId)).toEqual({
      ok: false,
      seq: 2,
      problem: 'was changed after it was written',
    });
    const { broken } = await ledger.verifyAll();
    expect(broken).toContainEqual({ requestId, seq: 2, problem: 'was changed after it was written' });
  });

  it.each(SORT_KEYS.flatMap((by) => [false, true].map((isDescending) => ({ by, isDescending }))))(
    'lists by $by, descending: $isDescending, page by page, each purchase once',
    async (sort) => {
      const poNumber = `sorted${randomUUID().slice(0, 8)}`;
      const requests = [
        { ...newRequest(), poNumber },
        { ...newRequest(), poNumber, plan: 'Enterprise' },
        { ...newRequest(), poNumber, operation: 'renew' as const },
        { ...newRequest(), poNumber, license: { kind: 'new' as const } },
        { ...newRequest(), poNumber },
      ];
      for (const request of requests) await accept(request);
      const { requestId } = requests[1]!;
      await ledger.openAttempt({ requestId, fingerprint: fingerprintOf(requests[1]!), body: '{}', actor });
      await ledger.recordOutcome({ requestId, attempt: 1, outcome: created, actor, status: 'ordered' });
      const { requestId: refused } = requests[3]!;
      await ledger.recordStatus({ requestId: refused, kind: 'refused', actor, status: 'refused' });
      const whole = (await ledger.list({ text: poNumber, sort })).purchases;
      const paged: typeof whole = [];
      let after: string | undefined;
      do {
        const page = await ledger.list({
          text: poNumber,
          sort,
          limit: 2,
          ...(after !== undefined && { after }),
        });
        paged.push(...page.purchases);
        after = page.next;
      } while (after !== undefined);
      const ids = paged.map((purchase) => purchase.requestId);
      expect(ids).toEqual(whole.map((purchase) => purchase.requestId));
      expect(new Set(ids)).toEqual(new Set(requests.map((request) => request.requestId)));
      const shown = {
        what: ({ request }: PurchaseRecord) => request.operation ?? '',
        status: ({ status }: PurchaseRecord) => String(PURCHASE_STATES.indexOf(status)),
        order: ({ order }: PurchaseRecord) => order?.orderNo ?? '',
        accepted: ({ createdAt }: PurchaseRecord) => createdAt.toISOString(),
      };
      const keys = paged.map(shown[sort.by]);
      const sorted = [...keys].sort();
      expect(keys).toEqual(sort.isDescending ? sorted.reverse() : sorted);
    },
  );

  it('lists newest first, page by page, each purchase once', async () => {
    const ids = [];
    for (let index = 0; index < 5; index++) ids.push(await accepted());
    const listed: string[] = [];
    let after: string | undefined;
    do {
      const page = await ledger.list({
        limit: 2,
        status: 'looking-up',
        ...(after !== undefined && { after }),
      });
      listed.push(...page.purchases.map((purchase) => purchase.requestId));
      after = page.next;
    } while (after !== undefined);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.slice(0, 5).sort()).toEqual([...ids].sort());
  });

  it('many processes bring the tables up to date at once', async () => {
    const fresh = await freshDatabase();
    const script = `require(${JSON.stringify(join(DIST, 'ledger/ledger.js'))}).Ledger
      .open(process.argv[1]).then((ledger) => ledger.close());`;
    const opened = Array.from({ length: 6 }, () => run(process.execPath, ['-e', script, fresh.url]));
    const results = await Promise.allSettled(opened);
    expect(results.filter((result) => result.status === 'rejected')).toEqual([]);
    await fresh.drop();
  });

  it('a worker of the version before starts on tables that a newer one has brought further', async () => {
    await sql.query("insert into kysely_migration values ('2999-12-31-of-a-newer-version', '2999-12-31')");
    const older = await Ledger.open(database.url);
    const { requestId } = newRequest();
    await expect(older.find(requestId)).resolves.toBeUndefined();
    await older.close();
    await sql.query("delete from kysely_migration where name = '2999-12-31-of-a-newer-version'");
  });
});

it('connections that end with a question under way fail that question, and not the process', async () => {
  const database = await freshPostgres();
  const [ledger, locking] = [
    await Ledger.open(database.url),
    new pg.Client({ connectionString: database.url }),
  ];
  await locking.connect();
  await locking.query('begin; lock table purchases in access exclusive mode');
  const asked = Promise.allSettled([ledger.find('one'), ledger.find('other')]);
  await until('both to wait', async () => {
    const { rows } = await locking.query(
      `select 1 from pg_locks where not granted and relation = 'purchases'::regclass and ${OF_THIS_DATABASE}`,
    );
    return rows.length === 2;
  });
  await locking.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  for (const answer of await asked) {
    expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'LedgerUnavailable' } });
  }
  await locking.query('rollback');
  // A connection that has failed is given up a moment later, when its end is noticed.
  await until('the ledger to answer again', () =>
    ledger.find('one').then(
      () => true,
      () => false,
    ),
  );
  await Promise.all([locking.end(), ledger.close()]);
  await database.drop();
});

it('goes on when the database went without a word and came back: old connections are not asked for ever', async () => {
  const database = await freshPostgres();
  const front = await frontOf(database.url);
  const ledger = await Ledger.open(front.url);
  await Promise.all(Array.from({ length: 8 }, () => ledger.find('one')));
  front.silence();
  await expect(ledger.find('one')).rejects.toMatchObject({ code: 'LedgerUnavailable' });
  await until(
    'the ledger to answer again',
    () =>
      ledger.find('one').then(
        () => true,
        () => false,
      ),
    60_000,
  );
  await ledger.close();
  front.close();
  await database.drop();
}, 120_000);

/** A way to the database whose connections can go silent: no answer, and no end. New ones work. */
async function frontOf(databaseUrl: string) {
  const url = new URL(databaseUrl);
  const sockets: Socket[] = [];
  const server = createServer((incoming) => {
    const outgoing = connect(Number(url.port), url.hostname);
    incoming.pipe(outgoing).pipe(incoming);
    for (const socket of [incoming, outgoing]) sockets.push(socket.on('error', () => undefined));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const front = new URL(databaseUrl);
  front.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: front.href,
    silence: () => sockets.forEach((socket) => socket.unpipe().pause()),
    close() {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    },
  };
}

describe('a ledger that cannot be used says so, without its password', () => {
  it.each([
    ['an address that cannot be read', 'postgres://wonce:planted-secret/#@127.0.0.1:5432:x/wonce'],
    ['nobody listens', 'postgres://wonce:planted-secret@127.0.0.1:1/wonce'],
    ['no such database', () => required('WONCE_TEST_POSTGRES_URL').replace(/\/postgres$/, '/nowhere')],
  ])('%s', async (_name, url) => {
    const error = await Ledger.open(typeof url === 'string' ? url : url()).catch(
      (reason: unknown) => reason as Error,
    );
    expect(error).toMatchObject({ name: 'LedgerError', code: 'LedgerUnavailable' });
    expect((error as Error).message).toMatch(
      /The ledger at (127\.0\.0\.1:\d+\/\w+|an address that cannot be read) .*DATABASE_URL/,
    );
    expect((error as Error).message).not.toContain('planted-secret');
  });
});
