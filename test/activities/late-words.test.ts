import { findOutcome } from '../../activities/order/find-outcome';
import { recordAsItStands } from '../../activities/purchase/record';
import { recordAbsence } from '../../activities/reconcile/absence';
import type { OrderOutcome } from '../../domain/outcome';
import { ledgerOfSuite } from './ledger-of-suite';
import { tutorialRequest } from '../support/requests';

/** What is written of an attempt whose worker was not heard of, and of what that worker says later. */

const suite = ledgerOfSuite();
let purchases = 0;

const FINGERPRINT = 'a'.repeat(64);
const actor = 'workflow';

/** A purchase with an attempt that began so long ago, whose worker was not heard of since. @returns its request id */
async function unheardOf(agoMs: number): Promise<string> {
  const requestId = `late-words-${purchases++}`;
  const purchase = { request: tutorialRequest(requestId), workflowId: `purchase:${requestId}`, actor };
  await suite.ledger.accept({ ...purchase, fingerprint: FINGERPRINT, via: 'test' });
  const countsFrom = new Date(Date.now() - agoMs);
  await suite.ledger.openAttempt({ requestId, fingerprint: FINGERPRINT, body: '{}', actor, countsFrom });
  const unknown = await findOutcome(suite.deps)({
    requestId,
    code: 'TimeoutFailure',
    message: 'no heartbeat',
  });
  expect(unknown).toMatchObject({ outcome: 'unknown' });
  return requestId;
}

const created = (orderNo: string): OrderOutcome => ({
  outcome: 'created',
  order: { orderNo, orderStatus: 'succeed' },
  evidence: { httpStatus: 200 },
});
const answered = (httpStatus?: number): OrderOutcome => ({
  outcome: 'unknown',
  code: 'OrderOutcomeUnknown',
  message: 'The Partner Portal answers 502.',
  evidence: httpStatus === undefined ? { errorCode: 'ECONNRESET' } : { httpStatus, vendorRequestId: 'V-1' },
});
const said = (requestId: string, outcome: OrderOutcome) =>
  recordAsItStands(suite.deps, { requestId, attempt: 1, outcome });
const late = async (requestId: string) =>
  (await suite.ledger.events(requestId)).filter(({ kind }) => kind === 'answer-came-late');

it('what the vendor answered is kept when the attempt counts as unknown already, and once', async () => {
  const requestId = await unheardOf(0);
  for (let tries = 0; tries < 2; tries++) {
    expect(await said(requestId, answered(502))).toMatchObject({ evidence: { errorCode: 'TimeoutFailure' } });
  }
  expect(await late(requestId)).toMatchObject([
    { data: { attempt: 1, evidence: { vendorRequestId: 'V-1' } } },
  ]);
  expect(await suite.ledger.verify(requestId)).toMatchObject({ ok: true });
});

it('an answer that names another order than the one that was found is kept', async () => {
  const [requestId, first, second] = [await unheardOf(0), `ZC${purchases}1`, `ZC${purchases}2`];
  expect(await said(requestId, created(first))).toMatchObject({ outcome: 'created' });
  expect(await said(requestId, created(second))).toMatchObject({ order: { orderNo: first } });
  expect(await late(requestId)).toMatchObject([{ data: { order: { orderNo: second } } }]);
});

it('what says nothing new is not written: no answer, the same order, and the same words', async () => {
  const [unanswered, same] = [await unheardOf(0), await unheardOf(0)];
  await said(unanswered, answered());
  const orderNo = `ZC${purchases}3`;
  for (let tries = 0; tries < 2; tries++) await said(same, created(orderNo));
  for (const requestId of [unanswered, same]) expect(await late(requestId)).toEqual([]);
});

it('an absence counts from when the order could not come to the vendor any more', async () => {
  const seen = { orders: [], isComplete: true };
  const absent = async (agoMs: number, neededMs: number) => {
    const absence = { because: 'absence', forMs: agoMs - 5_000, neededMs } as const;
    return recordAbsence(suite.deps)({ requestId: await unheardOf(agoMs), absence, seen });
  };
  // For a minute after it began it may be under way.
  expect(await absent(90_000, 40_000)).toMatchObject({ outcome: 'unknown' });
  expect(await absent(90_000, 20_000)).toMatchObject({ outcome: 'not-created', code: 'OrderProvenAbsent' });
  expect(await absent(50_000, 0)).toMatchObject({ outcome: 'unknown' });
});
