import { Client, Connection } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { decideWin } from '../../activities/deal/decide-win';
import { dismissCancelled } from '../../activities/deal/record';
import type { ActivityDeps } from '../../activities/dependencies';
import { aboutWhatIsShown } from '../../domain/deal';
import { dealWorkflowIdOf, purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { Ledger } from '../../ledger/ledger';
import type { DismissedDeal, WinDecision, WinQuestion } from '../../workflows/messages/deal';
import { pipedriveSource } from '../crm/pipedrive-source';
import { freshPostgres, type DatabaseForTests } from '../ledger/databases';
import { tutorialRequest } from '../support/requests';
import { required } from '../support/required';

/** What becomes of a win that was dismissed after its purchase had been decided on, and before that began. */

const { requestId: _, ...request } = tutorialRequest('of no purchase');

let database: DatabaseForTests;
let ledger: Ledger;
let temporal: Client;
let deps: ActivityDeps;
let deals = 0;
let steps = 0;

beforeAll(async () => {
  database = await freshPostgres();
  ledger = await Ledger.open(database.url);
  const address = required('WONCE_TEST_TEMPORAL_ADDRESS');
  temporal = new Client({ connection: await Connection.connect({ address }) });
  deps = { ledger, sources: new Map([['sales', { source: pipedriveSource() }]]) } as unknown as ActivityDeps;
});
afterAll(async () => {
  await temporal.connection.close();
  await ledger.close();
  await database.drop();
});

/** Another step of the deal's run. */
const step = () => new MockActivityEnvironment({ activityId: String(steps++) }, { client: temporal });

/** A deal, and what its CRM tells of its win. */
async function newWin(wonAt: string | undefined): Promise<WinQuestion> {
  const deal = `pipedrive:7700001:${deals++}`;
  await ledger.deals.recordNotification({ source: 'sales', deal, by: 'webhook' }, 'test');
  return { source: 'sales', deal, request, ...(wonAt !== undefined && { wonAt }) };
}

const decide = (win: WinQuestion): Promise<WinDecision> => step().run(decideWin(deps), win);
const dismissed = (win: WinQuestion) => decide({ ...win, decision: { verb: 'dismiss', by: 'Ann' } });

/** The operator cancels the deal's run before it has read the deal, unless it is said otherwise. */
const cancelled = ({ deal }: WinQuestion, known: object = {}): Promise<DismissedDeal> =>
  step().run(dismissCancelled(deps), {
    notification: { source: 'sales', deal, by: 'webhook' as const },
    isRead: false,
    ...known,
  });
const MISSING = [{ field: 'plan', problem: 'no line item' }];

/** A person says buy to what is shown. */
async function bought(win: WinQuestion): Promise<WinDecision> {
  const { status } = (await ledger.deals.find(win.deal))!;
  return decide({ ...win, decision: aboutWhatIsShown({ verb: 'buy', by: 'Bea' }, status) });
}

/** The purchase begins that the deal has decided on. */
async function begun({ deal }: WinQuestion, requestId: string): Promise<void> {
  const workflowId = dealWorkflowIdOf(deal);
  const fingerprint = 'a'.repeat(64);
  const purchase = { request: { ...request, requestId }, fingerprint, workflowId: `purchase:${requestId}` };
  await ledger.accept({ ...purchase, actor: 'workflow', startedBy: workflowId, via: workflowId });
}

const TIMES: [string, string | undefined][] = [
  ['with a time', '2026-11-23T09:14:02.000Z'],
  ['without a time', undefined],
];

describe.each(TIMES)('of a win %s', (_what, wonAt) => {
  it('a person’s dismissal counts as long as its purchase has not begun', async () => {
    const win = await newWin(wonAt);
    expect(await decide(win)).toMatchObject({ then: 'buy' });
    const status = { status: 'dismissed' };
    expect(await dismissed(win)).toMatchObject({ then: 'nothing', status });
    // Asked once more, and after another message.
    expect(await dismissed(win)).toMatchObject({ then: 'nothing', status });
    expect(await decide(win)).toMatchObject({ then: 'nothing', status });
  });

  it('a dismissal comes too late once its purchase has begun', async () => {
    const win = await newWin(wonAt);
    const { requestId } = await decide(win);
    await begun(win, requestId!);
    expect(await dismissed(win)).toMatchObject({
      then: 'follow',
      requestId,
      status: { status: 'requested' },
    });
  });

  it.each([
    ['a person', dismissed],
    ['a cancellation', cancelled],
  ])('that %s has dismissed, a person’s buy makes one purchase, under its first id', async (_by, dismiss) => {
    const win = await newWin(wonAt);
    const { requestId } = await decide(win);
    await dismiss(win);
    expect(await decide(win)).toMatchObject({ then: 'nothing', status: { status: 'dismissed' } });
    const isRequested = { requestId, status: { status: 'requested', requestId } };
    expect(await bought(win)).toMatchObject({ then: 'buy', ...isRequested });
    // Asked once more before it has begun, by a run that has not heard the word.
    expect(await decide(win)).toMatchObject({ then: 'buy', ...isRequested });
    await begun(win, requestId!);
    // Whatever comes then is about that purchase.
    expect(await decide(win)).toMatchObject({ then: 'follow', ...isRequested });
    expect(await bought(win)).toMatchObject({ then: 'follow', ...isRequested });
    await ledger.recordStatus({
      requestId: requestId!,
      status: 'refused',
      kind: 'refused',
      actor: 'workflow',
    });
    expect(await decide(win)).toMatchObject({ then: 'nothing', status: isRequested.status });
    // Of what was not bought another purchase may be made.
    expect(await bought(win)).toMatchObject({ then: 'buy', status: { status: 'requested' } });
    expect((await ledger.deals.wins(win.deal)).filter((known) => known.requestId)).toHaveLength(2);
  });
});

describe.each(TIMES)('of a win %s', (_what, wonAt) => {
  it('that is bought, a run that is cancelled later changes nothing', async () => {
    const win = await newWin(wonAt);
    const { requestId } = await decide(win);
    await begun(win, requestId!);
    await cancelled(win);
    const isRequested = { requestId, status: { status: 'requested' } };
    expect(await decide(win)).toMatchObject({ then: 'follow', ...isRequested });
    expect(await bought(win)).toMatchObject({ then: 'follow', ...isRequested });
  });

  it('that was dismissed while its purchase was on its way, it is shown that there is one', async () => {
    const win = await newWin(wonAt);
    const { requestId } = await decide(win);
    await dismissed(win);
    await begun(win, requestId!);
    expect(await decide(win)).toMatchObject({ then: 'follow', requestId, status: { status: 'requested' } });
  });

  it('of which something is missing again, a cancelled run leaves nothing to be bought', async () => {
    const win = await newWin(wonAt);
    await decide(win);
    expect(await decide({ ...win, missing: MISSING })).toMatchObject({ then: 'wait' });
    const known = { isRead: true, isComplete: false, ...(wonAt !== undefined && { wonAt }) };
    expect(await cancelled(win, known)).toMatchObject({ status: { status: 'dismissed' } });
    expect(await decide(win)).toMatchObject({ then: 'nothing', status: { status: 'dismissed' } });
  });

  it('that can be bought, a cancelled run buys what was decided on', async () => {
    const win = await newWin(wonAt);
    const { requestId } = await decide(win);
    const known = { isRead: true, isComplete: true, ...(wonAt !== undefined && { wonAt }) };
    expect(await cancelled(win, known)).toMatchObject({ requestId, status: { status: 'requested' } });
    // A run that does not know what to buy cannot.
    const unknown = await cancelled(win, { ...known, isComplete: false });
    expect(unknown).toMatchObject({ status: { status: 'dismissed' } });
    expect(unknown).not.toHaveProperty('requestId');
  });

  it('that was dismissed unread, a person’s first word buys, though a message came since', async () => {
    const win = await newWin(wonAt);
    await cancelled(win);
    expect(await decide(win)).toMatchObject({ then: 'nothing', status: { status: 'dismissed' } });
    expect(await bought(win)).toMatchObject({ then: 'buy', status: { status: 'requested' } });
  });

  it('whose purchase a person wanted and that is incomplete, a cancelled run is the end', async () => {
    const win = await newWin(wonAt);
    await decide(win);
    await dismissed(win);
    const decision = { verb: 'buy', by: 'Bea' } as const;
    expect(await decide({ ...win, missing: MISSING, decision })).toMatchObject({ then: 'wait' });
    await cancelled(win, { isRead: true, isComplete: false, ...(wonAt !== undefined && { wonAt }) });
    expect(await decide(win)).toMatchObject({ then: 'nothing', status: { status: 'dismissed' } });
  });
});

it('a purchase whose run goes on is not dismissed before it is in the ledger', async () => {
  const win = await newWin('2026-11-23T09:14:02.000Z');
  const { requestId } = await decide(win);
  // No worker takes it up.
  const run = { workflowId: purchaseWorkflowIdOf(requestId!), taskQueue: 'nobody-there', args: [] };
  const handle = await temporal.workflow.start('purchaseLicense', run);
  expect(await dismissed(win)).toMatchObject({ then: 'follow', requestId, status: { status: 'requested' } });
  await handle.terminate();
  expect(await dismissed(win)).toMatchObject({ then: 'nothing', status: { status: 'dismissed' } });
});

it('an activation code is no part of what is decided', async () => {
  const win = await newWin('2026-11-23T09:14:02.000Z');
  const requestId = (await decide(win)).requestId!;
  await begun(win, requestId);
  const activationCode = 'SECRET-CODE';
  await ledger.recordStatus({ requestId, status: 'ordered', kind: 'code', actor: 'test', activationCode });
  const decided = await decide(win);
  expect(Object.keys(decided).sort()).toEqual(['status', 'then']);
  expect(JSON.stringify(decided)).not.toContain(activationCode);
});

it('a question without a time is answered by who has seen one: that of a message before', async () => {
  const win = await newWin(undefined);
  await decide({ ...win, toldAt: '2020-01-02T03:04:05.000Z' });
  const told = { ...win, toldAt: new Date().toISOString() };
  await decide(told);
  expect(await bought(told)).toMatchObject({ then: 'buy', status: { status: 'requested' } });
});

it('a purchase that was on its way when something was missing is shown', async () => {
  const win = await newWin('2026-11-23T09:14:02.000Z');
  const requestId = (await decide(win)).requestId!;
  expect(await decide({ ...win, missing: MISSING })).toMatchObject({ then: 'wait' });
  await begun(win, requestId);
  expect(await decide(win)).toMatchObject({ then: 'follow', requestId, status: { status: 'requested' } });
});

it('a cancelled run of a deal whose id somebody else has used leaves nothing open', async () => {
  const win = await newWin('2026-11-23T09:14:02.000Z');
  const requestId = (await decide(win)).requestId!;
  const foreign = { request: { ...request, requestId }, fingerprint: 'a'.repeat(64), actor: 'workflow' };
  await ledger.accept({ ...foreign, workflowId: `purchase:${requestId}`, via: 'somebody' });
  expect(await decide(win)).toMatchObject({ then: 'wait', status: { reason: { code: 'PurchaseIdTaken' } } });
  const known = { isRead: true, isComplete: true, wonAt: win.wonAt };
  const ended = await cancelled(win, known);
  expect(ended).toMatchObject({ status: { status: 'dismissed' } });
  expect(ended).not.toHaveProperty('requestId');
});

it('what a sender told too long ago is bought once a person says so', async () => {
  const told = { ...(await newWin(undefined)), toldAt: '2020-01-02T03:04:05.000Z' };
  expect(await decide(told)).toMatchObject({ then: 'nothing', status: { status: 'dismissed' } });
  expect(await bought(told)).toMatchObject({ then: 'buy', status: { status: 'requested' } });
});

it('what was not won for a while shows as requested when it is bought after all', async () => {
  const win = await newWin('2026-11-23T09:14:02.000Z');
  const { requestId } = await decide(win);
  await ledger.deals.record({ deal: win.deal, status: 'not-won', kind: 'not-won', id: 'n', actor: 'test' });
  expect(await decide(win)).toMatchObject({ then: 'buy', requestId, status: { status: 'requested' } });
});

it('a dismissal of a later win stands, though the first one’s purchase was begun', async () => {
  const win = await newWin('2026-11-23T09:14:02.000Z');
  const { requestId } = await decide(win);
  await begun(win, requestId!);
  await cancelled(win);
  const again = { ...win, wonAt: new Date(Date.now() - 1_000).toISOString() };
  expect(await decide(again)).toMatchObject({ then: 'nothing' });
});
