import { WorkflowFailedError } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { DealsStack } from '../support/deals-stack';
import { signalRaw, startRaw, updateRaw, type RawPayload } from '../support/raw-payload';
import { tutorialRequest } from '../support/requests';
import { until } from '../support/until';

let deals: DealsStack;

beforeAll(async () => {
  deals = await DealsStack.start();
});
afterEach(() => deals.stack.portal.clearFaults());
afterAll(() => deals.stop());

const PAYLOADS: [string, RawPayload][] = [
  ['of another encoding', { encoding: 'json/protobuf', data: '{"by":"Ann"}' }],
  ['encrypted by somebody else', { encoding: 'binary/encrypted', data: '\u0001\u0002' }],
  ['without an encoding', { data: '{"by":"Ann"}' }],
  ['of JSON that is none', { encoding: 'json/plain', data: '{"by":' }],
  ['of bytes', { encoding: 'binary/plain', data: 'Ann' }],
  ['of nothing', { encoding: 'binary/null', data: '' }],
];

const temporal = () => deals.stack.temporal;

/** How a run ended: the failure's type. */
async function failureOf(workflowId: string): Promise<string | null | undefined> {
  const end: unknown = await temporal()
    .workflow.getHandle(workflowId)
    .result()
    .catch((error: unknown) => error);
  expect(end).toBeInstanceOf(WorkflowFailedError);
  return ((end as WorkflowFailedError).cause as { type?: string }).type;
}

/** No workflow task of it has failed: the SDK tries those again for ever. */
async function hasParked(workflowId: string): Promise<boolean> {
  const { events = [] } = await temporal().workflow.getHandle(workflowId).fetchHistory();
  return events!.some((event) => event.workflowTaskFailedEventAttributes);
}

/** A purchase that waits for a person. */
async function waiting(): Promise<string> {
  const requestId = `raw-${randomUUID().slice(0, 8)}`;
  const license = { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } } as const;
  await deals.stack.client.start({ ...tutorialRequest(requestId), license });
  await deals.stack.client.wait(requestId);
  return requestId;
}

const eventsOf = async (requestId: string, kind: string) =>
  (await deals.stack.ledger.events(requestId)).filter((event) => event.kind === kind);

describe.each(PAYLOADS)('a payload %s', (_what, payload) => {
  it.each([
    ['purchaseLicense', 'purchase:', 'InvalidRequest'],
    ['dealWon', 'deal:hubspot:1:', 'InvalidDeal'],
  ])('ends a start of %s at once', async (type, prefix, code) => {
    const workflowId = `${prefix}${randomUUID()}`;
    const { taskQueue } = deals.stack;
    await startRaw(temporal(), { workflowId, type, taskQueue }, payload);
    expect(await failureOf(workflowId)).toBe(code);
    expect(await hasParked(workflowId)).toBe(false);
  });

  it('changes nothing as a signal to a purchase, and is written down', async () => {
    const requestId = await waiting();
    const verbs = ['choose', 'settle', 'cancel'];
    for (const verb of verbs) await signalRaw(temporal(), `purchase:${requestId}`, verb, payload);
    const ignored = await until('all in the ledger', async () => {
      const events = await eventsOf(requestId, 'decision-ignored');
      return events.length === verbs.length && events;
    });
    for (const { data } of ignored) expect(data).toMatchObject({ reason: { code: 'DecisionInvalid' } });
    const { status } = await deals.stack.client.status(requestId);
    expect(status.status).toBe('waiting-for-choice');
    const id = status.question!.candidates[0]!.id;
    await deals.stack.client.decide(requestId, { verb: 'choose', id, by: 'Ann' });
    expect((await deals.stack.client.wait(requestId)).status.status).toBe('ordered');
    expect(await hasParked(`purchase:${requestId}`)).toBe(false);
  });

  it('is refused as an update', async () => {
    const requestId = await waiting();
    const refusal = await updateRaw(temporal(), `purchase:${requestId}`, 'cancel', payload);
    expect(refusal).toMatch(/^cancel: /);
    await deals.stack.client.decide(requestId, { verb: 'cancel', by: 'Ann' });
    expect((await deals.stack.client.wait(requestId)).status.status).toBe('cancelled');
  });

  it('changes nothing as a signal or an update to a deal', async () => {
    const id = await deals.pipedriveDeal({}, []);
    const deal = deals.key('pipedrive', id);
    await deals.tellOfPipedrive(id);
    await deals.reaches(deal, 'incomplete');
    for (const name of ['notify', 'fill', 'buy', 'dismiss']) {
      await signalRaw(temporal(), `deal:${deal}`, name, payload);
      if (name !== 'notify') expect(await updateRaw(temporal(), `deal:${deal}`, name, payload)).toMatch(name);
    }
    const run = temporal().workflow.getHandle(`deal:${deal}`);
    await run.executeUpdate('dismiss', { args: [{ by: 'Ann' }] });
    expect((await deals.reaches(deal, 'dismissed')).status).toBe('dismissed');
    expect(await hasParked(`deal:${deal}`)).toBe(false);
  });
});

it('a cancellation that comes while a start ends in a conflict is not written into the other purchase’s chain', async () => {
  const { client, ledger, taskQueue } = deals.stack;
  const requestId = `raw-${randomUUID().slice(0, 8)}`;
  await client.start(tutorialRequest(requestId));
  expect((await client.wait(requestId)).status.status).toBe('ordered');
  const before = await ledger.events(requestId);
  // As Temporal does once its retention has passed: it knows nothing of the run any more.
  const workflowId = `purchase:${requestId}`;
  await temporal().workflowService.deleteWorkflowExecution({
    namespace: temporal().options.namespace,
    workflowExecution: { workflowId },
  });
  const handle = await until('the id to be free', async () => {
    try {
      return await temporal().workflow.signalWithStart('purchaseLicense', {
        workflowId,
        taskQueue,
        args: [{ ...tutorialRequest(requestId), extensions: 20 }],
        signal: 'cancel',
        signalArgs: [{ by: 'Ann' }],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
      });
    } catch {
      return undefined;
    }
  });
  expect(await failureOf(handle.workflowId)).toBe('RequestConflict');
  expect(await ledger.events(requestId)).toEqual(before);
});
