import { findOutcome } from '../../activities/order/find-outcome';
import { holdPbx, releasePbx } from '../../activities/pbx/hold-pbx';
import { recordAsItStands, recordStatus } from '../../activities/purchase/record';
import { recordAbsence } from '../../activities/reconcile/absence';
import type { Question } from '../../domain/decision';
import type { OrderOutcome } from '../../domain/outcome';
import type { PurchaseRequest } from '../../domain/request';
import { ledgerOfSuite } from './ledger-of-suite';
import { tutorialRequest } from '../support/requests';

/** What is said of one attempt counts for no other: another one may be under way when the word is heard once more. */

const suite = ledgerOfSuite();
let purchases = 0;

const fingerprint = 'a'.repeat(64);
const actor = 'workflow';
const seen = { orders: [], isComplete: true };
const ORDER_AGAIN = { because: 'decision', then: 'order-again', by: 'Ann' } as const;
const STOP = { because: 'decision', then: 'stop', by: 'Ann' } as const;
const ABSENT = { because: 'absence', forMs: 100_000, neededMs: 10_000 } as const;
const LONG_AGO = new Date(Date.now() - 120_000);

async function accepted(change: Partial<PurchaseRequest> = {}): Promise<string> {
  const requestId = `one-attempt-${purchases++}`;
  const request = { ...tutorialRequest(requestId), ...change };
  await suite.ledger.accept({
    request,
    workflowId: `purchase:${requestId}`,
    fingerprint,
    actor,
    via: 'test',
  });
  return requestId;
}

const opened = (requestId: string, countsFrom = new Date()) =>
  suite.ledger.openAttempt({ requestId, fingerprint, body: '{}', actor, countsFrom });

/** A purchase whose first attempt nobody has heard of for long. */
async function unheardOf(): Promise<{ requestId: string; attempt: number }> {
  const requestId = await accepted();
  await opened(requestId, LONG_AGO);
  const unknown = await findOutcome(suite.deps)({
    requestId,
    code: 'TimeoutFailure',
    message: 'no heartbeat',
  });
  expect(unknown).toMatchObject({ outcome: 'unknown', attempt: 1 });
  return { requestId, attempt: 1 };
}

const created = (orderNo: string): OrderOutcome => ({
  outcome: 'created',
  order: { orderNo, orderStatus: 'succeed' },
  evidence: { httpStatus: 200 },
});

const kinds = async (requestId: string) => (await suite.ledger.events(requestId)).map(({ kind }) => kind);

it('a word that is heard once more is about the attempt it was said of, and not about one that is under way', async () => {
  const { requestId, attempt } = await unheardOf();
  const said = () => recordAbsence(suite.deps)({ requestId, attempt, absence: ORDER_AGAIN, seen });
  const first = await said();
  expect(first).toMatchObject({ outcome: 'not-created', why: 'not-sent' });
  expect(await opened(requestId)).toMatchObject({ opened: true });
  expect(await said()).toEqual(first);
  // Nothing stands in the way of what is under way, and no third attempt is made.
  expect(await opened(requestId)).toMatchObject({ opened: false, earlier: { attempt: 2 } });
  await recordAsItStands(suite.deps, { requestId, attempt: 2, outcome: created('ZC-two') });
  expect(await suite.ledger.find(requestId)).toMatchObject({
    status: 'ordered',
    order: { orderNo: 'ZC-two' },
  });
  expect(await kinds(requestId)).not.toContain('order-found-too-late');
});

it.each([
  ['under way', undefined],
  ['cut off', { outcome: 'unknown', code: 'Cut', message: 'cut', evidence: {} } as const],
])('nor is it about a later one that was %s', async (_what, outcome) => {
  const { requestId, attempt } = await unheardOf();
  await recordAbsence(suite.deps)({ requestId, attempt, absence: ORDER_AGAIN, seen });
  await opened(requestId);
  if (outcome !== undefined) await recordAsItStands(suite.deps, { requestId, attempt: 2, outcome });
  await recordAbsence(suite.deps)({ requestId, attempt, absence: ORDER_AGAIN, seen });
  expect(await suite.ledger.latestAttempt(requestId)).not.toMatchObject({ outcome: 'not-created' });
  expect(await opened(requestId)).toMatchObject({ opened: false });
});

it('a word that does not say of which attempt counts for none that is under way', async () => {
  const { requestId } = await unheardOf();
  await recordAbsence(suite.deps)({ requestId, absence: ORDER_AGAIN, seen });
  await opened(requestId);
  for (const absence of [ORDER_AGAIN, STOP]) {
    const said = recordAbsence(suite.deps)({ requestId, absence, seen });
    await expect(said).rejects.toThrow(/may only be held up: until 20\d\d-/);
  }
});

it('to stop is no end while a later attempt may have ordered', async () => {
  const { requestId, attempt } = await unheardOf();
  await recordAbsence(suite.deps)({ requestId, attempt, absence: ORDER_AGAIN, seen });
  await opened(requestId);
  const stopped = await recordAbsence(suite.deps)({ requestId, attempt, absence: STOP, seen });
  expect(stopped).toMatchObject({ outcome: 'unknown', attempt: 2 });
  expect(await suite.ledger.find(requestId)).toMatchObject({ status: 'settling' });
});

it.each([
  ['of the same attempt', { attempt: 1 }, { outcome: 'not-created', why: 'not-sent' }],
  ['of whichever is the latest', {}, { outcome: 'unknown', attempt: 2 }],
])('an absence that is told twice leads to one more attempt: %s', async (_what, about, stands) => {
  const { requestId } = await unheardOf();
  const absent = () => recordAbsence(suite.deps)({ requestId, ...about, absence: ABSENT, seen });
  expect(await absent()).toMatchObject({ outcome: 'not-created', why: 'not-sent' });
  await opened(requestId);
  expect(await absent()).toMatchObject(stands);
  expect(await opened(requestId)).toMatchObject({ opened: false });
});

it('an order that began while a person is asked keeps its status and its PBX', async () => {
  const license = { kind: 'existing', serialNumber: '3651E1292777' } as const;
  const renewal: Partial<PurchaseRequest> = { license, operation: 'renew' };
  const [first, second] = [await accepted(renewal), await accepted(renewal)];
  expect(await holdPbx(suite.deps)({ requestId: first })).toEqual({});
  await opened(first);
  await releasePbx(suite.deps)({ requestId: first });
  const question: Question = {
    ...{ id: 'q', verb: 'choose', asked: 'Which?', candidates: [], since: '2026-01-02T03:04:05.000Z' },
  };
  const asked = { requestId: first, status: 'waiting-for-choice', kind: 'choice-asked', question } as const;
  expect(await recordStatus(suite.deps)(asked)).toMatchObject({ status: 'ordering' });
  expect(await holdPbx(suite.deps)({ requestId: second })).toEqual({ heldBy: first });
});

it('a purchase that has ended does not end otherwise', async () => {
  const requestId = await accepted();
  await suite.ledger.recordStatus({ requestId, status: 'cancelled', kind: 'cancelled', actor });
  const reason = { code: 'LedgerSettled', message: 'It was cancelled.' };
  await suite.ledger.recordStatus({ requestId, status: 'refused', kind: 'refused', actor, reason });
  expect(await suite.ledger.find(requestId)).toMatchObject({ status: 'cancelled' });
  expect(await kinds(requestId)).toEqual(['accepted', 'cancelled', 'refused']);
});
