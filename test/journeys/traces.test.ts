import { API_TOKENS, DealsStack, SECRETS } from '../support/deals-stack';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { TraceReceiver, type ReceivedSpan } from '../support/trace-receiver';

describe('with a collector', () => {
  let deals: DealsStack;
  let receiver: TraceReceiver;

  beforeAll(async () => {
    receiver = await TraceReceiver.start();
    deals = await DealsStack.start({}, { worker: receiver.env, server: receiver.env });
  });
  afterAll(async () => {
    await deals.stop();
    await receiver.stop();
  });

  /** The names of a span and of all that it stands under, up to the first. */
  function pathOf(span: ReceivedSpan): string[] {
    const parent = receiver.spans.find(({ spanId }) => spanId === span.parentSpanId);
    return [...(parent === undefined ? [] : pathOf(parent)), span.name];
  }

  it('one trace leads from the webhook to the vendor', async () => {
    const id = await deals.wonDeal('hubspot');
    await deals.tellOf('hubspot', id);
    const { requestId } = await deals.reaches(deals.key('hubspot', id), 'requested');
    expect((await deals.purchaseOf(requestId!)).status).toBe('ordered');
    const webhook = await receiver.span('POST /webhooks/:source');
    expect(webhook.parentSpanId ?? '').toBe('');
    const order = await receiver.span('vendor create-order', webhook.traceId);
    await receiver.span('RunActivity:createOrder', webhook.traceId);
    await receiver.span('SignalWithStartWorkflow:dealWon', webhook.traceId);
    expect(pathOf(order)).toEqual([
      'POST /webhooks/:source',
      'SignalWithStartWorkflow:dealWon',
      'RunActivity:createOrder',
      'vendor create-order',
    ]);
    const activity = await receiver.span('RunActivity:createOrder', webhook.traceId);
    expect(activity.attributes).toContainEqual({
      key: 'temporalWorkflowId',
      value: { stringValue: `purchase:${requestId}` },
    });
  });

  it('a purchase by the API is one trace as well', async () => {
    const requestId = 'traces-by-api';
    const answer = await fetch(`${deals.url}/purchases`, {
      method: 'POST',
      headers: { authorization: `Bearer ${deals.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(tutorialRequest(requestId)),
    });
    expect(answer.status).toBe(202);
    const { traceId } = await receiver.span('POST /purchases');
    expect(await receiver.span('vendor create-order', traceId)).toBeDefined();
  });

  it('spans hold nothing personal and no secret, of failures neither', async () => {
    const requestId = 'traces-personal';
    const email = 'planted.person@customer.example';
    await deals.stack.portal.fault({ endpoint: 'plans', kind: 'server-error' });
    await deals.stack.client.start({ ...tutorialRequest(requestId), billingContact: { email } });
    // Of a run that no trace began: its activities have traces of their own.
    const refused = await deals.stack.client.wait(requestId);
    expect(refused.status.status).not.toBe('ordered');
    await receiver.span('RunActivity:chooseBillingContact');
    expect(receiver.spans.some(({ status }) => status.code === 2)).toBe(true);
    for (const { status, events } of receiver.spans) expect([status.message ?? '', events]).toEqual(['', []]);
    const secrets = [...Object.values(SECRETS), ...Object.values(API_TOKENS), deals.token];
    for (const told of [email, '3651E1292455', 'fake-portal-secret', ...secrets]) {
      expect(receiver.received).not.toContain(told);
    }
  });

  it('who looks makes no traces', () => {
    expect(receiver.spans.filter(({ name }) => /Query|Describe|GET/.test(name))).toEqual([]);
  });
});

it('without the collector everything is bought as ever, and the worker ends as ever', async () => {
  const stack = await TestStack.start();
  try {
    const worker = await stack.startWorker({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
    await stack.client.start(tutorialRequest('traces-no-collector'));
    expect((await stack.client.wait('traces-no-collector')).status.status).toBe('ordered');
    const begun = Date.now();
    expect(await worker.stop()).toBe(0);
    expect(Date.now() - begun).toBeLessThan(15_000);
  } finally {
    await stack.stop();
  }
});

it('without the setting no history has a trace', async () => {
  const stack = await TestStack.start();
  try {
    await stack.startWorker();
    await stack.client.start(tutorialRequest('traces-off'));
    await stack.client.wait('traces-off');
    const { events } = await stack.temporal.workflow.getHandle('purchase:traces-off').fetchHistory();
    expect(JSON.stringify(events)).not.toContain('_tracer-data');
  } finally {
    await stack.stop();
  }
});
