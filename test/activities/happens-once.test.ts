import { MockActivityEnvironment } from '@temporalio/testing';
import { dismissCancelled, recordNotification, recordDealEvent } from '../../activities/deal/record';
import { ledgerOfSuite } from './ledger-of-suite';

const suite = ledgerOfSuite();
let deals = 0;

const newDeal = () => `hubspot:9001234:${deals++}`;
const kindsOf = async (deal: string) => (await suite.ledger.deals.events(deal)).map(({ kind }) => kind);

/** An activity of a run, tried so often: its write was committed, and its answer was lost. */
async function tried<Input, Output>(
  times: number,
  step: (input: Input) => Promise<Output>,
  input: Input,
  { activityId = '1', runId = 'run-1' } = {},
): Promise<void> {
  for (let attempt = 1; attempt <= times; attempt++) {
    const workflowExecution = { workflowId: 'deal', runId };
    await new MockActivityEnvironment({ activityId, attempt, workflowExecution }).run(step, input);
  }
}

it('a notification of a deal, and the decision with it, are written once however often it is tried', async () => {
  const deal = newDeal();
  const decision = { verb: 'buy', by: 'Ann', why: 'she asked' } as const;
  const notification = { source: 'hubspot', deal, by: 'person', decision } as const;
  await tried(3, recordNotification(suite.deps), notification, { runId: `first-${deal}` });
  expect(await kindsOf(deal)).toEqual(['notified', 'decision']);
  // The same word once more is another one.
  await tried(2, recordNotification(suite.deps), notification, { runId: `second-${deal}` });
  expect(await kindsOf(deal)).toEqual(['notified', 'decision', 'notified', 'decision']);
  expect(await suite.ledger.deals.verify(deal)).toMatchObject({ ok: true });
});

it('what happened to a deal is written once by each activity, and in a run that was reset once more', async () => {
  const deal = newDeal();
  await suite.ledger.deals.recordNotification({ source: 'hubspot', deal, by: 'webhook' }, 'test');
  const note = { deal, kind: 'lost-before-order', data: { requestId: `${deal}:1` } };
  await tried(3, recordDealEvent(suite.deps), note, { activityId: '7', runId: deal });
  await tried(3, recordDealEvent(suite.deps), note, { activityId: '8', runId: deal });
  await tried(3, recordDealEvent(suite.deps), note, { activityId: '7', runId: `${deal}-reset` });
  expect((await kindsOf(deal)).slice(1)).toEqual(Array(3).fill('lost-before-order'));
});

it('two attempts at the same time write once', async () => {
  const deal = newDeal();
  await suite.ledger.deals.recordNotification({ source: 'hubspot', deal, by: 'webhook' }, 'test');
  const note = { deal, kind: 'decision', data: { verb: 'buy' } };
  await Promise.all([1, 2, 3].map(() => tried(1, recordDealEvent(suite.deps), note, { runId: deal })));
  expect(await kindsOf(deal)).toEqual(['notified', 'decision']);
});

it('a deal that the ledger does not know is dismissed once when its run is cancelled', async () => {
  const deal = newDeal();
  const notification = { source: 'hubspot', deal, by: 'webhook' } as const;
  await tried(3, dismissCancelled(suite.deps), { notification, isRead: false }, { runId: deal });
  expect(await kindsOf(deal)).toEqual(['notified', 'dismissed']);
  expect(await suite.ledger.deals.wins(deal)).toHaveLength(1);
  // Whatever was won until then is not swept up again; what is won later is.
  const before = { deal, wonAt: new Date(Date.now() - 60_000).toISOString() };
  const later = { deal, wonAt: new Date(Date.now() + 60_000).toISOString() };
  expect(await suite.ledger.deals.knownOf([before])).toEqual(new Set([deal]));
  expect(await suite.ledger.deals.knownOf([later])).toEqual(new Set());
});
