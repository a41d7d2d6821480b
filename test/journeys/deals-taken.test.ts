import { randomUUID } from 'node:crypto';
import { fingerprintOf } from '../../validation/fingerprint';
import { parseRequest } from '../../validation/request-schema';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { DealsStack } from '../support/deals-stack';
import { requestFile, wonceWith } from '../support/npm-start';
import { tutorialRequest } from '../support/requests';
import { until } from '../support/until';

let deals: DealsStack;

beforeAll(async () => {
  deals = await DealsStack.start();
});
afterAll(() => deals.stop());

const stranger = (requestId: string) => ({
  ...tutorialRequest(requestId),
  plan: 'Enterprise',
  extensions: 20,
  services: [],
});

async function newDeal() {
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  return { id, deal, requestId: `${deal}:1` };
}

/** The deal's own license, and not the stranger's. */
async function boughtAs(requestId: string) {
  expect((await deals.purchaseOf(requestId)).status).toBe('ordered');
  expect((await deals.stack.ledger.find(requestId))!.request).toMatchObject({
    plan: 'Ultimate',
    extensions: 100,
  });
}

function startByHand(requestId: string, taskQueue = deals.stack.taskQueue) {
  const workflowId = purchaseWorkflowIdOf(requestId);
  return deals.stack.temporal.workflow.start('purchaseLicense', {
    workflowId,
    taskQueue,
    args: [stranger(requestId)],
  });
}

it('ids of deals’ purchases are refused from outside, by the API and by the command', async () => {
  const { requestId } = await newDeal();
  const answer = await fetch(`${deals.url}/purchases`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${deals.token}` },
    body: JSON.stringify(stranger(requestId)),
  });
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({
    code: 'InvalidRequest',
    detail: expect.stringContaining('made by Wonce for the purchases of won deals') as string,
  });
  const said = await wonceWith(deals.stack.env(), 'buy', requestFile('taken.json', stranger(requestId)));
  expect(said).toMatchObject({ code: 1, stdout: '' });
  expect(said.stderr).toMatch(/^InvalidRequest: requestId: /);
  // The deal itself may have been found by a sweep and bought.
  expect((await deals.stack.ledger.find(requestId))?.request.plan).not.toBe('Enterprise');
});

it('one that is started in Temporal ends at once, and the deal is bought', async () => {
  const { id, requestId } = await newDeal();
  const run = await startByHand(requestId);
  await expect(run.result()).rejects.toMatchObject({ cause: { type: 'InvalidRequest' } });
  await deals.tellOfPipedrive(id);
  await boughtAs(requestId);
});

it('a run that holds the id keeps the deal waiting until it has ended', async () => {
  const { id, deal, requestId } = await newDeal();
  const run = await startByHand(requestId, `nobody-${randomUUID()}`);
  await deals.tellOfPipedrive(id);
  await deals.reaches(deal, 'requested');
  expect(await deals.stack.ledger.find(requestId)).toBeUndefined();
  await run.terminate();
  await boughtAs(requestId);
});

it('a purchase that the deal has not begun is not shown as its own: a person says buy, under another id', async () => {
  const { id, deal, requestId } = await newDeal();
  const request = parseRequest(stranger(requestId));
  const workflowId = purchaseWorkflowIdOf(requestId);
  await deals.stack.ledger.accept({
    request,
    fingerprint: fingerprintOf(request),
    workflowId,
    actor: 'test',
  });
  await deals.tellOfPipedrive(id);
  expect(await deals.reaches(deal, 'waiting-for-decision')).toMatchObject({
    reason: { code: 'PurchaseIdTaken' },
  });
  await deals.stack.client.deals.decide(deal, { verb: 'buy', by: 'ann' });
  await until('the purchase', () => deals.stack.ledger.find(`${deal}:2`));
  await boughtAs(`${deal}:2`);
  expect(await deals.status(deal)).toMatchObject({ status: 'requested', requestId: `${deal}:2` });
});

it('of a win that was decided about and whose id was taken before it began, too', async () => {
  const { id, deal, requestId } = await newDeal();
  const run = await startByHand(requestId, `nobody-${randomUUID()}`);
  await deals.tellOfPipedrive(id);
  await deals.reaches(deal, 'requested');
  const request = parseRequest(stranger(requestId));
  const workflowId = purchaseWorkflowIdOf(requestId);
  await deals.stack.ledger.accept({
    request,
    fingerprint: fingerprintOf(request),
    workflowId,
    actor: 'test',
  });
  expect(await deals.reaches(deal, 'waiting-for-decision')).toMatchObject({
    reason: { code: 'PurchaseIdTaken' },
  });
  await deals.stack.client.deals.decide(deal, { verb: 'dismiss', by: 'ann' });
  await deals.reaches(deal, 'dismissed');
  await run.terminate();
});

it.each([`wonce-0123456789abcdef`, `WONCE-0123456789ABCDEF`])(
  'a purchase order number that is made like a reference of ours is refused: %s',
  (poNumber) => {
    expect(() => parseRequest({ ...tutorialRequest('own-1'), poNumber })).toThrow(/poNumber.*made by Wonce/);
  },
);
