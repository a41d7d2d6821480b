import { randomUUID } from 'node:crypto';
import { DealsStack } from '../support/deals-stack';

let deals: DealsStack;

beforeAll(async () => {
  deals = await DealsStack.start();
});
afterAll(() => deals.stop());

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: { cause?: { type?: string; message?: string } }) => error.cause,
  );

it.each([
  ['by is missing', { by: undefined }],
  ['by is another word', { by: 'Ann' }],
  ['source is no text', { source: 7 }],
  ['content is broken', { by: 'person', content: { isWon: true } }],
  ['the decision is broken', { by: 'person', decision: { verb: 'buy' } }],
])('a run of a deal that is started wrongly ends at once: %s', async (_what, wrong) => {
  const deal = deals.key('standard-webhooks', randomUUID().slice(0, 8));
  const { temporal, taskQueue } = deals.stack;
  const args = [{ source: deals.source('standard-webhooks'), deal, by: 'person', ...wrong }];
  const run = temporal.workflow.execute('dealWon', { workflowId: `deal:${deal}`, taskQueue, args });
  expect(await failureOf(run)).toMatchObject({ type: 'InvalidDeal' });
  expect(await deals.stack.ledger.deals.find(deal)).toBeUndefined();
});

it.each([[undefined], [7], ['The Shop'], [{}]])('a sweep of %j ends at once', async (source) => {
  const { temporal, taskQueue } = deals.stack;
  const workflowId = `sweep-${randomUUID()}`;
  const run = temporal.workflow.execute('sweepDeals', { workflowId, taskQueue, args: [source] });
  expect(await failureOf(run)).toMatchObject({ type: 'InvalidSweep' });
});

it.each([
  ['is gone from deals.yaml', 'gone', 'SourceUnknown'],
  ['cannot be asked', 'standard-webhooks', 'SourceNotSwept'],
])('a sweep of a source that %s fails once, and says which command removes it', async (_what, name, code) => {
  const { temporal, taskQueue } = deals.stack;
  const source = name === 'gone' ? `gone-${deals.account}` : deals.source(name);
  const workflowId = `sweep-${randomUUID()}`;
  const run = temporal.workflow.execute('sweepDeals', { workflowId, taskQueue, args: [source] });
  expect(await failureOf(run)).toMatchObject({
    type: code,
    message: expect.stringContaining(`temporal schedule delete --schedule-id sweep:${source}`) as string,
  });
});

it('signals and updates that are wrong change nothing', async () => {
  const id = await deals.pipedriveDeal({}, []);
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  const before = await deals.reaches(deal, 'incomplete');
  const run = deals.stack.temporal.workflow.getHandle(`deal:${deal}`);
  const word = { source: deals.source('pipedrive'), deal, by: 'person' };
  await run.signal('notify', { ...word, by: 'nobody', decision: { verb: 'dismiss', by: 'Ann' } });
  await run.signal('notify', {
    ...word,
    deal: deals.key('pipedrive', 1),
    decision: { verb: 'dismiss', by: 'Ann' },
  });
  await run.signal('notify', { ...word, content: { dealId: String(id), isWon: false } });
  await run.signal('dismiss', 'Ann');
  for (const [verb, input] of [
    ['dismiss', {}],
    ['buy', { by: 7 }],
    ['fill', { fill: { extensions: '100' }, by: 'Ann' }],
    ['fill', { fill: { services: Array.from({ length: 21 }, (_, n) => `S${n}`) }, by: 'Ann' }],
  ] as const) {
    await expect(run.executeUpdate(verb, { args: [input] })).rejects.toThrow();
  }
  expect(await run.query('status')).toMatchObject({ status: 'incomplete', missing: before.missing });
  const kinds = (await deals.stack.ledger.deals.events(deal)).map(({ kind }) => kind);
  expect(kinds).toEqual(['notified', 'incomplete']);
});

it('a decision that comes with `notify` into an open run is recorded, once, and acted on', async () => {
  const id = await deals.pipedriveDeal({}, []);
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  await deals.reaches(deal, 'incomplete');
  const decision = { verb: 'fill', fill: { plan: 'Ultimate', extensions: 100 }, by: 'Ann', why: 'she asked' };
  const word = { source: deals.source('pipedrive'), deal, by: 'person', decision };
  await deals.stack.temporal.workflow.getHandle(`deal:${deal}`).signal('notify', word);
  await deals.purchaseOf((await deals.reaches(deal, 'requested')).requestId!);
  const decided = (await deals.stack.ledger.deals.events(deal)).filter(({ kind }) => kind === 'decision');
  const { by: _, ...data } = decision;
  expect(decided).toMatchObject([{ actor: 'Ann', data }]);
});
