import { randomUUID } from 'node:crypto';
import type { EventRecord } from '../../ledger/hash-chain';
import type { PurchaseRequest } from '../../domain/request';
import { ERASED } from '../../domain/personal';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { requestFile, unwrapped, wonceWith } from '../support/npm-start';
import { closeUnharmed, PageStack, pageRequest, TWO_PARTNERS } from '../support/page-stack';

let all: PageStack;

beforeAll(async () => {
  all = await PageStack.start();
});
afterAll(() => all.stop());
afterEach(() => all.stack.portal.clearFaults());

const EMAIL = 'accounts@reseller.example';
const ERASING = ['--by', 'Dora', '--why', 'they asked for it'];
const wonce = (...args: string[]) => wonceWith(all.stack.env(), ...args);

/** A request that names its billing contact by their address. */
async function withContact(): Promise<PurchaseRequest> {
  return pageRequest({ license: await all.ownPbx(), billingContact: { email: EMAIL } });
}

async function bought(): Promise<PurchaseRequest> {
  const wanted = await withContact();
  const file = requestFile(`${randomUUID()}.json`, wanted);
  expect(await wonce('buy', file)).toMatchObject({ code: 0 });
  return wanted;
}

const exported = async () => {
  const day = (ms: number) => new Date(ms).toISOString();
  return wonce('audit', '--export', `${day(Date.now() - 3_600_000)}..${day(Date.now() + 3_600_000)}`);
};

it('an order whose people were erased is what it was: status, audit, page, export and verification tell it', async () => {
  const wanted = await bought();
  const { requestId } = wanted;
  const before = await wonce('status', requestId, '--json');
  expect(unwrapped((await wonce('audit', requestId)).stdout)).toMatch(new RegExp(EMAIL));

  const dryRun = await wonce('erase', '--request', requestId, '--dry-run');
  expect(dryRun).toMatchObject({ code: 0, stderr: '' });
  expect(dryRun.stdout).toMatch(
    new RegExp(
      `^Would be erased, and nothing is yet:\n  purchase ${requestId}, ordered: fingerprint, request.billingContact.email, via`,
    ),
  );
  expect(dryRun.stdout).not.toContain(EMAIL);
  expect((await all.stack.ledger.find(requestId))!.request).toEqual(wanted);

  const erased = await wonce('erase', '--request', requestId, ...ERASING, '--json');
  expect(erased).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(erased.stdout)).toMatchObject({
    dryRun: false,
    records: [{ record: 'purchase', id: requestId, fields: { 'request.billingContact.email': 1 } }],
  });

  const status = JSON.parse((await wonce('status', requestId, '--json')).stdout) as object;
  expect({ ...status, updatedAt: '' }).toEqual({ ...(JSON.parse(before.stdout) as object), updatedAt: '' });
  const audit = await wonce('audit', requestId);
  expect(audit.code).toBe(0);
  expect(unwrapped(audit.stdout)).toMatch(
    /to \(erased\)[\s\S]*personal data erased: fingerprint,[\s\S]* — they asked for it/,
  );
  expect(unwrapped(audit.stdout)).toMatch(/The chain of 4 events holds/);
  expect(audit.stdout).not.toContain(EMAIL);
  const list = await exported();
  expect(list.code).toBe(0);
  expect(list.stdout).toMatch(new RegExp(`,${requestId},`));
  expect(await wonce('audit', '--verify')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(' 0 broken.') as string,
  });

  const window = await all.signedIn();
  await window.page.goto(`/orders/${requestId}`);
  await window.page.locator('.title .mark.done').waitFor();
  expect(await window.page.content()).not.toContain(EMAIL);
  expect(await window.page.content()).toContain(ERASED);
  await closeUnharmed(window);
});

it('a request that is told again after the erasure is the purchase there is, also to another run of it', async () => {
  const wanted = await bought();
  const { requestId } = wanted;
  const { order } = (await all.stack.client.status(requestId)).status;
  await wonce('erase', '--request', requestId, ...ERASING);
  expect(await all.stack.client.start(wanted)).toMatchObject({ kind: 'existing', status: { order } });
  expect(await all.stack.client.start({ ...wanted, years: 3 })).toMatchObject({
    kind: 'conflict',
    differences: ['years (2 before, 3 now)'],
  });
  // Temporal has forgotten the first.
  const again = await all.stack.temporal.workflow.start('purchaseLicense', {
    workflowId: purchaseWorkflowIdOf(requestId),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    taskQueue: all.stack.taskQueue,
    args: [wanted],
  });
  expect(await again.result()).toMatchObject({ status: 'ordered', order });
  expect(await all.stack.portal.ordersWithPo(requestId)).toHaveLength(1);
});

it('a purchase that has not ended is not erased, and is bought as it was asked for', async () => {
  const wanted = await all.waiting({ ...pageRequest(TWO_PARTNERS), billingContact: { email: EMAIL } });
  const { requestId } = wanted;
  const refused = await wonce('erase', '--request', requestId, ...ERASING);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(
    new RegExp(`LedgerErasureRefused: Nothing was erased: the purchase "${requestId}" is waiting-for-choice`),
  );
  expect((await wonce('erase', '--person', EMAIL, '--dry-run')).code).toBe(1);
  const { status } = await all.stack.client.status(requestId);
  await all.stack.client.decide(requestId, {
    verb: 'choose',
    id: status.question!.candidates[0]!.id,
    by: 'Ann',
  });
  expect((await all.stack.client.wait(requestId)).status.status).toBe('ordered');
  expect(await wonce('erase', '--person', EMAIL, ...ERASING)).toMatchObject({ code: 0 });
  expect((await all.stack.ledger.find(requestId))!.request.billingContact).toEqual({ email: ERASED });
  const choice = (await all.stack.ledger.events(requestId)).find(({ kind }) => kind === 'decision');
  expect(choice).toMatchObject({ actor: 'Ann' });
});

it('an erased value is never sent: whoever sends the request as the audit shows it is refused', async () => {
  const { requestId } = await bought();
  await wonce('erase', '--request', requestId, ...ERASING);
  const { events } = JSON.parse((await wonce('audit', requestId, '--json')).stdout) as {
    events: EventRecord[];
  };
  const { request } = events[0]!.data as { request: PurchaseRequest };
  const copied = { ...request, requestId: `copy-${requestId}`, poNumber: `copy-${requestId}` };
  const refused = await wonce('buy', requestFile('copy.json', copied));
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /InvalidRequest[\s\S]*billingContact\.email: expected what stood there before it was erased/,
  );
  // Past the door of the command, too.
  await all.stack.client.start(copied);
  expect((await all.stack.client.wait(copied.requestId)).status).toMatchObject({
    status: 'refused',
    reason: { code: 'InvalidRequest' },
  });
  expect(await all.stack.portal.ordersWithPo(copied.poNumber)).toEqual([]);
});

it('who erases and why has to be said, and one thing to be erased', async () => {
  for (const args of [
    [],
    ['--request', 'a', '--deal', 'b'],
    ['--request', 'a', '--by', 'Dora'],
    ['--person', ' ', ...ERASING],
  ])
    expect(await wonce('erase', ...args)).toMatchObject({ code: 2, stdout: '' });
  const nobody = await wonce('erase', '--request', 'nobody', ...ERASING);
  expect(nobody).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('LedgerUnknownPurchase') as string,
  });
  const system = await wonce('erase', '--request', 'a', '--by', 'wonce:workflow', '--why', 'x');
  expect(system).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--by: expected the name') as string,
  });
  const nothing = await wonce('erase', '--person', 'nobody@desk.example', '--dry-run');
  expect(nothing).toMatchObject({ code: 0, stdout: 'Nothing is kept that can be erased.\n' });
});
