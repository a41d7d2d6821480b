import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { ERASED } from '../../domain/personal';
import type { PurchaseRequest } from '../../domain/request';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { Ledger } from '../../ledger/ledger';
import { fingerprintOf, isSameRequest } from '../../validation/fingerprint';
import { tutorialRequest } from '../support/requests';
import { falsify } from './book-to-falsify';
import { DATABASES, type DatabaseForTests } from './databases';

const actor = 'wonce:workflow';
const EMAIL = 'Ann.Arbor@Harbour-Hotels.example';
const ERASING = { by: 'Dora', why: 'she asked for it', via: 'wonce command, dora@desk' };

describe.each(DATABASES)('personal data on %s', (_name, freshDatabase) => {
  let database: DatabaseForTests;
  let ledger: Ledger;
  let sql: pg.Client;

  beforeAll(async () => {
    database = await freshDatabase();
    ledger = await Ledger.open(database.url);
    sql = new pg.Client({ connectionString: database.url });
    await sql.connect();
  });
  afterAll(async () => {
    await sql.end();
    await ledger.close();
    await database.drop();
  });

  function newRequest(email = EMAIL): PurchaseRequest {
    return { ...tutorialRequest(`personal-${randomUUID()}`), billingContact: { email } };
  }

  function accept(request: PurchaseRequest) {
    const { requestId } = request;
    const [fingerprint, workflowId] = [fingerprintOf(request), purchaseWorkflowIdOf(requestId)];
    return ledger.accept({ request, fingerprint, workflowId, actor, via: 'wonce command, ann@desk' });
  }

  function open({ requestId, ...rest }: PurchaseRequest) {
    const fingerprint = fingerprintOf({ requestId, ...rest });
    return ledger.openAttempt({ requestId, fingerprint, body: '{"billingId":1}', actor });
  }

  /** A purchase about which a person decided; her name and address stand wherever they can. */
  async function bought(request = newRequest()): Promise<PurchaseRequest> {
    const { requestId } = request;
    await accept(request);
    const reason = {
      code: 'BillingContactAmbiguous',
      message: 'There are 2: a…@Harbour-Hotels.example, last name Arb….',
    };
    const asked = `Which of ${EMAIL}, phone …12?`;
    const question = {
      id: '1',
      verb: 'choose',
      asked,
      candidates: [],
      since: '2026-11-27T23:00:00Z',
    } as const;
    const status = 'waiting-for-choice';
    await ledger.recordStatus({
      requestId,
      status,
      kind: 'choice-asked',
      actor,
      reason,
      question: { ...question, candidates: [] },
    });
    const said = { verb: 'choose', id: '1', why: 'Bob told me', via: 'API, token 0a1b2c3d' };
    await ledger.recordStatus({ requestId, kind: 'decision', actor: 'Ann', data: said });
    await open(request);
    const absent = {
      outcome: 'not-created',
      why: 'not-sent',
      code: 'OrderDecidedAbsent',
      message: 'Ann decided that the order was not created: it is ordered again.',
      evidence: { vendorMessage: `no such contact: ${EMAIL}` },
    } as const;
    await ledger.recordOutcome({ requestId, attempt: 1, outcome: absent, status: 'ordering', actor: 'Ann' });
    await open(request);
    const order = { orderNo: `ZC${randomUUID()}`, orderStatus: 'succeed' };
    const created = { outcome: 'created', order, evidence: { httpStatus: 200 } } as const;
    await ledger.recordOutcome({ requestId, attempt: 2, outcome: created, status: 'ordered', actor });
    return request;
  }

  /** All that is stored of a record, as text. */
  async function stored(id: string): Promise<string> {
    const { rows } = await sql.query(
      `select (select jsonb_agg(p) from purchases p where request_id = $1) as a,
        (select jsonb_agg(o) from order_attempts o where request_id = $1) as b,
        (select jsonb_agg(e) from events e where request_id = $1) as c,
        (select jsonb_agg(d) from deals d where deal = $1) as d,
        (select jsonb_agg(e) from deal_events e where deal = $1) as e`,
      [id],
    );
    return JSON.stringify(rows);
  }

  const kept = async (id: string) =>
    (
      await sql.query<{ value: string | null; key: string | null }>(
        'select value, key from personal_values where id = $1',
        [id],
      )
    ).rows;
  const isVerified = async (id: string) => expect((await ledger.verify(id)).ok).toBe(true);
  const PERSONAL = /ann|arbor|bob|dora|desk|harbour-hotels|0a1b2c3d|Arb…|…12/i;

  it('nothing of a person stands in the record, and whoever reads it sees no difference', async () => {
    const request = await bought();
    const { requestId } = request;
    expect(await stored(requestId)).not.toMatch(PERSONAL);
    expect(await ledger.find(requestId)).toMatchObject({ request, fingerprint: fingerprintOf(request) });
    const events = await ledger.events(requestId);
    expect(events.map(({ actor: who }) => who)).toContain('Ann');
    expect(events[0]!.data).toMatchObject({ request, via: 'wonce command, ann@desk' });
    expect(events.find(({ kind }) => kind === 'decision')!.data).toMatchObject({ why: 'Bob told me' });
    expect((await ledger.attempts(requestId))[0]!.result).toMatchObject({
      why: 'not-sent',
      message: 'Ann decided that the order was not created: it is ordered again.',
    });
    await isVerified(requestId);
  });

  it('an unkeyed digest of the address does not stand there either: the fingerprint goes with it', async () => {
    const request = await bought();
    expect(await stored(request.requestId)).not.toContain(fingerprintOf(request));
    const company = {
      ...tutorialRequest(`company-${randomUUID()}`),
      billingContact: { company: 'Blue GmbH' },
    };
    await accept(company);
    expect(await stored(company.requestId)).toContain(fingerprintOf(company));
  });

  it('the same once more adds no event, although it would have another commitment', async () => {
    const request = newRequest();
    const { requestId } = request;
    await accept(request);
    const change = { requestId, kind: 'decision-ignored', actor: 'Ann', data: { verb: 'x', why: 'so' } };
    await ledger.recordStatus(change);
    await ledger.recordStatus(change);
    expect(await ledger.events(requestId)).toHaveLength(2);
  });

  it('a purchase is found by a word of it and the address of its billing contact', async () => {
    const email = `found-${randomUUID()}@desk.example`;
    const request = await bought(newRequest(email));
    for (const text of [email, `Ultimate ${email.toUpperCase()}`]) {
      const { purchases } = await ledger.list({ text });
      expect(purchases.map(({ requestId }) => requestId)).toEqual([request.requestId]);
    }
    expect((await ledger.list({ text: `Standard ${email}` })).purchases).toEqual([]);
  });

  it('a text that looks like a commitment is kept as what it is', async () => {
    const request = await bought();
    const { rows } = await sql.query<{ commitment: string }>(
      'select commitment from personal_values where value = $1',
      [EMAIL],
    );
    const poNumber = `$personal${rows[0]!.commitment}`;
    const other = { ...newRequest(), poNumber };
    await accept(other);
    expect((await ledger.find(other.requestId))!.request.poNumber).toBe(poNumber);
    await isVerified(request.requestId);
  });

  it('what is erased of a purchase is gone with its keys, and the ledger still verifies', async () => {
    const request = await bought();
    const { requestId } = request;
    const before = await ledger.events(requestId);
    const found = await ledger.personalData.find({ requestId });
    expect(await ledger.personalData.erase({ requestId }, ERASING)).toEqual(found);
    const [record] = found.records;
    expect(record).toMatchObject({ record: 'purchase', id: requestId, status: 'ordered', inTheClear: 0 });
    expect(record!.fields).toMatchObject({
      'request.billingContact.email': 1,
      fingerprint: 1,
      actor: 1,
      via: 2,
      why: 1,
    });
    expect(JSON.stringify(found)).not.toMatch(PERSONAL);

    const values = await kept(requestId);
    expect(
      values
        .map(({ value }) => value)
        .filter(Boolean)
        .sort(),
    ).toEqual(['Dora', 'dora@desk', 'she asked for it']);
    expect(values.every(({ key, value }) => (key === null) === (value === null))).toBe(true);
    expect(await ledger.find(requestId)).toMatchObject({
      status: 'ordered',
      request: { billingContact: { email: ERASED } },
    });
    const events = await ledger.events(requestId);
    expect(events).toHaveLength(before.length + 1);
    expect(events.at(-1)).toMatchObject({
      kind: 'personal-data-erased',
      actor: 'Dora',
      data: { why: ERASING.why },
    });
    expect(JSON.stringify(events.slice(0, -1))).not.toMatch(PERSONAL);
    expect((await ledger.attempts(requestId))[0]!.result).toMatchObject({
      why: 'not-sent',
      message: `${ERASED} decided that the order was not created: it is ordered again.`,
    });
    await isVerified(requestId);
    expect(await ledger.personalData.find({ requestId })).toMatchObject({ records: [{ fields: {} }] });
  });

  it('a request that is told again is recognised before and after the erasure, and another one is not', async () => {
    const request = await bought();
    const { requestId } = request;
    const isKnown = async (asked: PurchaseRequest) => isSameRequest((await ledger.find(requestId))!, asked);
    const otherPerson = { ...request, billingContact: { email: 'eve@x.example' } };
    expect([await isKnown(request), await isKnown(otherPerson)]).toEqual([true, false]);
    await ledger.personalData.erase({ requestId }, ERASING);
    expect(await isKnown(request)).toBe(true);
    for (const other of [{ years: 3 }, { billingContact: { company: 'x' } }, { plan: 'Standard' }])
      expect(await isKnown({ ...request, ...other })).toBe(false);
    expect(await accept(request)).toMatchObject({ isNew: false, purchase: { status: 'ordered' } });
    expect(await open(request)).toMatchObject({ opened: false });
  });

  it('a purchase that has not ended is not erased, and it is said which and how it stands', async () => {
    const request = newRequest();
    const { requestId } = request;
    await accept(request);
    await open(request);
    const erasing = ledger.personalData.erase({ requestId }, ERASING);
    await expect(erasing).rejects.toMatchObject({
      code: 'LedgerErasureRefused',
      message: expect.stringContaining(`the purchase "${requestId}" is ordering`) as string,
    });
    expect((await kept(requestId)).every(({ value }) => value !== null)).toBe(true);
    await expect(ledger.personalData.erase({ person: EMAIL }, ERASING)).rejects.toMatchObject({
      code: 'LedgerErasureRefused',
    });
    const reason = { code: 'x', message: 'x' };
    const outcome = { outcome: 'not-created', why: 'refused', ...reason, evidence: {} } as const;
    await ledger.recordOutcome({ requestId, attempt: 1, outcome, status: 'refused', reason, actor });
    await ledger.personalData.erase({ requestId }, ERASING);
    await isVerified(requestId);
  });

  it('what was quoted and erased is not ordered: nobody knows any more what was seen', async () => {
    const request = newRequest();
    const { requestId } = request;
    const quote = { requestId, body: '{"billingId":1}', prices: [], doubts: [], at: '2026-11-27T23:00:00Z' };
    const [fingerprint, workflowId] = [fingerprintOf(request), purchaseWorkflowIdOf(requestId)];
    await ledger.recordQuote({
      request,
      fingerprint,
      workflowId,
      actor,
      quote: { ...quote, prices: [], doubts: [] },
    });
    await ledger.personalData.erase({ requestId }, ERASING);
    const erased = { code: 'LedgerPersonalDataErased' };
    await expect(accept(request)).rejects.toMatchObject(erased);
    await expect(open(request)).rejects.toMatchObject(erased);
    expect(await ledger.attempts(requestId)).toEqual([]);
  });

  it('a person is erased from all that has ended, by their address, and others are not', async () => {
    const email = `${randomUUID()}@desk.example`;
    const [one, two, other] = [newRequest(email), newRequest(email.toUpperCase()), newRequest(`x${email}`)];
    for (const request of [one, two, other]) await bought(request);
    await ledger.vendorLists.replace('billing-contact', [
      { name: email, label: 'Desk' },
      { name: `x${email}`, label: 'Desk' },
    ]);
    const erasure = await ledger.personalData.erase({ person: email }, ERASING);
    const touched = erasure.records.filter(({ fields }) => Object.keys(fields).length > 0);
    expect(touched.map(({ id }) => id).sort()).toEqual([one.requestId, two.requestId].sort());
    expect(touched[0]!.fields).toMatchObject({ 'request.billingContact.email': 1, fingerprint: 1 });
    expect(touched[0]!.fields).not.toHaveProperty('actor');
    expect(erasure.vendorLists).toBe(1);
    expect(await ledger.vendorLists.find('billing-contact', email, 9)).toEqual([
      { name: `x${email}`, label: 'Desk' },
    ]);
    expect((await ledger.find(other.requestId))!.request).toEqual(other);
    for (const { requestId } of [one, two, other]) await isVerified(requestId);
  });

  it('what a notice tells of a question goes with it', async () => {
    const { requestId } = await bought();
    const notice = {
      type: 'purchase.waiting',
      address: 'one',
      foundAt: new Date(),
      data: { requestId, asked: 'Ann?' },
    } as const;
    await ledger.notices.keep([{ id: requestId, key: requestId, ...notice, data: { ...notice.data } }]);
    expect(await ledger.personalData.erase({ requestId }, ERASING)).toMatchObject({ notices: 1 });
    const { rows } = await sql.query<{ data: unknown }>('select data from notices where id = $1', [
      requestId,
    ]);
    expect(rows).toEqual([{ data: { requestId } }]);
  });

  it('a deal is erased with its purchases, and what a person filled in is not filled in any more', async () => {
    const deal = `hubspot:9001234:${Date.now()}${Math.floor(Math.random() * 1000)}`;
    const requestId = `${deal}:1`;
    await ledger.deals.recordNotification({ deal, source: 'hubspot', by: 'webhook' }, actor);
    const missing = [{ field: 'billingContact', problem: `expected one; came ${EMAIL}` }];
    await ledger.deals.record({ deal, status: 'incomplete', kind: 'incomplete', actor, missing });
    const request = { plan: 'Ultimate', billingContact: { email: EMAIL } };
    const fill = { years: 2, billingContact: { email: EMAIL } };
    await expect(ledger.personalData.erase({ deal }, ERASING)).rejects.toMatchObject({
      message: expect.stringContaining(`the deal "${deal}" is incomplete`) as string,
    });
    const requested = { deal, status: 'requested', kind: 'requested', actor, request } as const;
    await ledger.deals.addWin({ ...requested, requestId, after: 0 });
    await ledger.deals.record({
      deal,
      kind: 'decision',
      actor: 'Ann',
      data: { verb: 'fill', fill },
      id: randomUUID(),
    });
    await expect(ledger.personalData.erase({ deal }, ERASING)).rejects.toMatchObject({
      message: expect.stringContaining(`the purchase "${requestId}" is not begun`) as string,
    });
    await bought({ ...newRequest(), requestId });
    expect(await stored(deal)).not.toMatch(PERSONAL);
    expect(await ledger.deals.filledIn(deal)).toEqual(fill);
    const { records } = await ledger.personalData.erase({ deal }, ERASING);
    expect(records.map(({ id }) => id)).toEqual([requestId, deal]);
    expect(await ledger.deals.filledIn(deal)).toEqual({ years: 2 });
    expect(await ledger.deals.find(deal)).toMatchObject({
      status: { request: { billingContact: { email: ERASED } } },
    });
    expect((await ledger.deals.verify(deal)).ok).toBe(true);
    await isVerified(requestId);
  });

  it('what was written before stands as it did, and it is said that it stays', async () => {
    const request = await bought(tutorialRequest(`older-${randomUUID()}`));
    const { requestId } = request;
    await falsify(
      database.url,
      `update purchases set request = jsonb_set(request, '{billingContact}', '{"email": "old@desk.example"}') where request_id = '${requestId}'`,
      'triggers',
    );
    for (const what of [{ requestId }, { person: 'old@desk.example' }]) {
      const { records } = await ledger.personalData.find(what);
      expect(records).toMatchObject([{ id: requestId, inTheClear: 1 }]);
    }
    await falsify(
      database.url,
      `update purchases set request = jsonb_set(request, '{billingContact}', '{"billingContactId": "3197218168379846218"}') where request_id = '${requestId}'`,
      'triggers',
    );
  });

  describe('a falsified value is found', () => {
    async function problemAfter(change: string): Promise<string | undefined> {
      const { requestId } = await bought();
      await falsify(database.url, `${change.replaceAll('ID', `'${requestId}'`)}`, 'triggers');
      const verification = await ledger.verify(requestId);
      return verification.ok ? undefined : verification.problem;
    }
    const ONE = `id = ID and field = 'actor'`;

    it.each([
      [
        `update personal_values set value = 'Eve' where ${ONE}`,
        'a personal value was changed after it was written: actor',
      ],
      [
        `update personal_values set key = repeat('0', 64) where ${ONE}`,
        'a personal value was changed after it was written: actor',
      ],
      [
        `update personal_values set key = null, value = null, erased_at = now() where ${ONE}`,
        'a personal value is gone, and no event says that it was erased: actor',
      ],
      [
        `delete from personal_values where ${ONE}`,
        /^a personal value is gone, and no event says .*: [0-9a-f]{8}$/,
      ],
    ])('%s', async (change, told) => {
      expect(await problemAfter(change)).toMatch(told);
    });

    it('one that was erased and put back', async () => {
      const { requestId } = await bought();
      const { rows } = await sql.query<{ commitment: string; key: string; value: string }>(
        `select * from personal_values where id = $1 and field = 'actor'`,
        [requestId],
      );
      const { commitment, key, value } = rows[0]!;
      await ledger.personalData.erase({ requestId }, ERASING);
      await falsify(
        database.url,
        `update personal_values set key = '${key}', value = '${value}', erased_at = null where commitment = '${commitment}'`,
        'triggers',
      );
      const { eventCount } = (await ledger.find(requestId))!;
      expect(await ledger.verify(requestId)).toMatchObject({
        problem: `a personal value that event ${eventCount} has erased is there: actor`,
      });
    });
  });

  it.each([
    `update personal_values set value = 'x'`,
    'update personal_values set id = id || 1, key = null, value = null, erased_at = now()',
    'delete from personal_values',
    'truncate personal_values',
  ])('the database itself refuses: %s', async (statement) => {
    await bought();
    await expect(sql.query(statement)).rejects.toThrow(/the ledger keeps what was written/);
  });
});
