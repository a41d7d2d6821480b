import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { DealStatus } from '../../domain/deal';
import {
  COMPARE_BOOKS_WORKFLOW,
  dealWorkflowIdOf,
  noticeWorkflowIdOf,
  purchaseWorkflowIdOf,
  quoteWorkflowIdOf,
  SWEEP_WORKFLOW,
  TELL_RENEWALS_WORKFLOW,
  TELL_WAITING_WORKFLOW,
} from '../../domain/workflow-ids';
import type { DecisionContent } from '../../domain/decision';
import type { PurchaseRequest } from '../../domain/request';
import { withApprovals } from '../support/approval-rules';
import { DealsStack, LICENSE_LINES, SERIAL_FIELD } from '../support/deals-stack';
import { holdTable } from '../support/held-table';
import { NoticeReceiver } from '../support/notice-receiver';
import { ROOT } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { startTemporal } from '../support/temporal';
import { until } from '../support/until';
import { FIXED_PAYLOAD_KEY } from './fixed-payload-key';
import { OPERATION_WAYS, renewalOf, withPlan } from './ways-of-operations';

/**
 * Records the history of every way a purchase, a deal, a sweep and the telling of renewals and waits can take, as fixtures of the
 * replay test. Run by hand, for a way that is new: npm test -- --testMatch '<rootDir>/test/replay/record.ts' -t '^NAME$'.
 * Once somebody runs Wonce, a recording that exists is never made anew because a change broke it: that is what it is for.
 */
type Way = (stack: TestStack, request: PurchaseRequest) => Promise<void>;

const started: Way = async (stack, request) => {
  await stack.client.start(request);
};

const refusedPlan: Way = async (stack, request) => {
  await stack.client.start({ ...request, plan: 'Platinum', services: [] });
};

/** A person is asked about the purchase, and the ledger says so. */
async function asked(stack: TestStack, { requestId }: PurchaseRequest) {
  const { status } = await stack.client.wait(requestId);
  await until('the question in the ledger', async () => (await stack.ledger.find(requestId))?.question);
  return status.question!;
}

const decide = (stack: TestStack, { requestId }: PurchaseRequest, decision: DecisionContent) =>
  stack.client.decide(requestId, { ...decision, by: 'Ann', why: 'looked into the portal' });

/** The vendor never took the order, and a person is asked what became of it. */
const neverTaken: Way = async (stack, request) => {
  await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'before' });
  await stack.client.start(request);
  await asked(stack, request);
};

const forOneOfTwoPartners: Way = async (stack, request) => {
  await stack.client.start({ ...request, license: { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } } });
};

/** The run is gone, and what the ledger has of it is started again. */
async function lostAndRecovered(stack: TestStack, { requestId }: PurchaseRequest): Promise<void> {
  await stack.temporal.workflow.getHandle(`purchase:${requestId}`).terminate();
  const { purchases } = await stack.client.recovery.recover({ author: { by: 'Ann', via: 'test' } });
  expect(purchases).toMatchObject({ broughtBack: 1, failed: [] });
}

/** The rules of the house want everything approved. */
async function waitingForApproval(stack: TestStack, request: PurchaseRequest, people: 1 | 2) {
  await stack.workers[0]!.stop();
  await stack.startWorker(withApprovals(`{ name: all, people: ${people} }`));
  await stack.client.start(request);
  await asked(stack, request);
}

/** Pending at several looks, and then done. */
const watched: Way = async (stack, request) => {
  await stack.portal.settings({ orderStatus: 'pending' });
  await stack.client.start(request);
  await until('a third look', async () => (await looks(stack)) >= 3);
  const [order] = await stack.portal.orders();
  await stack.portal.setOrderStatus(order!.orderNo, 'succeed');
};

/** A person is asked about a candidate, a look fails, and then they decide. */
async function despiteFailedLook(stack: TestStack, request: PurchaseRequest) {
  await stack.portal.settings({ showOrderSummary: false });
  await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'after' });
  await stack.client.start(request);
  const { candidates } = await asked(stack, request);
  await stack.portal.fault({ endpoint: 'order-list', kind: 'endless-list', times: null });
  await until('a failed look', async () => {
    const { status } = await stack.client.status(request.requestId);
    return status.reason?.code === 'PortalRejected';
  });
  await stack.portal.clearFaults();
  await decide(stack, request, { verb: 'settle', created: candidates[0]!.id });
}

/** A cancellation comes too late, and then a person decides. */
async function stoppedWhenCancelled(stack: TestStack, request: PurchaseRequest) {
  await neverTaken(stack, request);
  await stack.temporal.workflow.getHandle(`purchase:${request.requestId}`).cancel();
  await until('the cancellation', async () => {
    const { status } = await stack.client.status(request.requestId);
    return status.cancellationRequested;
  });
  await decide(stack, request, { verb: 'settle', notCreated: 'stop' }).catch(() => undefined);
}

async function looks({ portal }: TestStack): Promise<number> {
  return (await portal.requests()).filter(({ endpoint }) => endpoint === 'order-details').length;
}

/** Another worker finds what became of the order. */
const withWorkerKilled: Way = async (stack, request) => {
  await stack.portal.fault({ endpoint: 'orders', kind: 'hang', when: 'after' });
  await stack.client.start(request);
  await until('the attempt', () => stack.ledger.latestAttempt(request.requestId));
  await stack.workers[0]!.kill();
  await stack.startWorker();
};

const chosenPartner: Way = async (stack, request) => {
  await forOneOfTwoPartners(stack, request);
  const { candidates } = await asked(stack, request);
  await decide(stack, request, { verb: 'choose', id: candidates[1]!.id });
};

const cancelled: Way = async (stack, request) => {
  await stack.portal.fault({ endpoint: 'plans', kind: 'latency', ms: 5000, times: 2 });
  await stack.client.start(request);
  await until('acceptance', () => stack.ledger.find(request.requestId));
  await stack.temporal.workflow.getHandle(`purchase:${request.requestId}`).cancel();
};

/** Since what an order needs is looked up within the first workflow task. */
const WAYS_AT_ONCE: Record<string, Way> = {
  'ordered-at-once': started,
  'refused-plan-not-found-at-once': refusedPlan,
  'chosen-partner-at-once': chosenPartner,
  'cancelled-at-once': cancelled,
  'cancelled-before-it-began': async (stack, request) => {
    await stack.workers[0]!.stop();
    await stack.client.start(request);
    const run = stack.temporal.workflow.getHandle(purchaseWorkflowIdOf(request.requestId));
    await run.signal('cancel', { by: 'Ann' });
    await stack.startWorker();
  },
  'settled-after-lost-heartbeat': withWorkerKilled,
  // Too early, as the worker may only be held up, and again when it cannot be any more.
  'stopped-when-it-cannot-be-under-way': async (stack, request) => {
    await stack.portal.fault({ endpoint: 'order-list', kind: 'short-list', hide: null, times: null });
    await withWorkerKilled(stack, request);
    const stop = () => decide(stack, request, { verb: 'settle', notCreated: 'stop' });
    await until('the outcome', async () => (await stack.ledger.latestAttempt(request.requestId))?.outcome);
    const early: unknown = await stop().catch((error: Error) => error.message);
    if (!/may still reach the vendor/.test(String(early))) throw new Error(`Not refused: ${String(early)}`);
    await until('it to be accepted', () => stop().catch(() => undefined), 90_000, 2_000);
  },
};

const WAYS: Record<string, Way> = {
  ...WAYS_AT_ONCE,
  ordered: started,
  'ordered-new-license': async (stack, request) => {
    await stack.client.start({
      ...request,
      license: { kind: 'new', partner: { email: 'it@harbour-hotels.example' } },
    });
  },
  'ordered-after-slow-down': async (stack, request) => {
    await stack.portal.fault({ endpoint: 'orders', kind: 'rate-limit', retryAfterSeconds: 1 });
    await stack.client.start(request);
  },
  'ordered-after-confirming': async (stack, request) => {
    await stack.portal.settings({ orderStatus: 'pending' });
    await stack.client.start(request);
    const [order] = await until('the order', async () => {
      const orders = await stack.portal.orders();
      return orders.length > 0 && orders;
    });
    await stack.portal.setOrderStatus(order!.orderNo, 'succeed');
  },
  'ordered-cancellation-too-late': async (stack, request) => {
    await stack.portal.fault({ endpoint: 'orders', kind: 'latency', ms: 2000 });
    await stack.client.start(request);
    await until('the attempt', () => stack.ledger.latestAttempt(request.requestId));
    await stack.temporal.workflow.getHandle(`purchase:${request.requestId}`).cancel();
  },
  'refused-plan-not-found': refusedPlan,
  'refused-by-vendor': async (stack, request) => {
    await stack.portal.fault({
      endpoint: 'orders',
      kind: 'refuse',
      httpStatus: 200,
      code: 'parameter_validation_failed',
      detailMessage: 'no',
    });
    await stack.client.start(request);
  },
  cancelled,
  'settled-after-worker-killed': withWorkerKilled,
  'settled-by-reference': async (stack, request) => {
    await stack.portal.settings({ returnPoNumber: true });
    await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'after' });
    await stack.client.start(request);
  },
  'settled-by-content': async (stack, request) => {
    await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'after' });
    await stack.client.start(request);
  },
  'settled-by-decision': async (stack, request) => {
    await stack.portal.settings({ showOrderSummary: false });
    await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'after' });
    await stack.client.start(request);
    const { candidates } = await asked(stack, request);
    await decide(stack, request, { verb: 'settle', created: candidates[0]!.id });
  },
  'settled-despite-failed-scan': despiteFailedLook,
  'ordered-again-by-decision': async (stack, request) => {
    await neverTaken(stack, request);
    await decide(stack, request, { verb: 'settle', notCreated: 'order-again' });
  },
  'stopped-by-decision': async (stack, request) => {
    await neverTaken(stack, request);
    await decide(stack, request, { verb: 'settle', notCreated: 'stop' });
  },
  'stopped-despite-cancellation': stoppedWhenCancelled,
  'chosen-partner': chosenPartner,
  'cancelled-by-decision': async (stack, request) => {
    await forOneOfTwoPartners(stack, request);
    await asked(stack, request);
    await decide(stack, request, { verb: 'cancel' });
  },
  'cancelled-in-an-earlier-run': async (stack, request) => {
    await stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
    await stack.client.start(request);
    await until('acceptance', () => stack.ledger.find(request.requestId));
    const data = { verb: 'cancel', via: 'test' };
    await stack.ledger.recordStatus({ requestId: request.requestId, kind: 'decision', actor: 'Ann', data });
    await lostAndRecovered(stack, request);
  },
  'chosen-in-an-earlier-run': async (stack, request) => {
    await forOneOfTwoPartners(stack, { ...request, billingContact: undefined });
    const { candidates } = await asked(stack, request);
    await decide(stack, request, { verb: 'choose', id: candidates[1]!.id });
    const isAskedFor = async () => /billing contact/.test((await asked(stack, request)).asked);
    await until('the question for the contact', isAskedFor);
    await lostAndRecovered(stack, request);
    const { candidates: contacts } = await asked(stack, request);
    await decide(stack, request, { verb: 'choose', id: contacts[0]!.id });
  },
  approved: async (stack, request) => {
    await waitingForApproval(stack, request, 1);
    await decide(stack, request, { verb: 'approve' });
  },
  'approved-by-two': async (stack, request) => {
    await waitingForApproval(stack, request, 2);
    await decide(stack, request, { verb: 'approve' });
    await stack.client.decide(request.requestId, { verb: 'approve', by: 'Ben' });
  },
  'renewal-approved': async (stack, request) => {
    await withPlan(stack, 'full');
    await waitingForApproval(stack, renewalOf(request), 1);
    await decide(stack, request, { verb: 'approve' });
  },
  rejected: async (stack, request) => {
    await waitingForApproval(stack, request, 2);
    await decide(stack, request, { verb: 'approve' });
    await stack.client.decide(request.requestId, { verb: 'reject', by: 'Ben' });
  },
  'no-rule-applied': async (stack, request) => {
    await stack.workers[0]!.stop();
    await stack.startWorker(withApprovals('{ name: large, extensions: { atLeast: 500 } }'));
    await stack.client.start(request);
  },
  'waiting-for-decision': neverTaken,
  'reordered-after-absence': async (stack, request) => {
    await stack.workers[0]!.stop();
    await stack.startWorker({ WONCE_REORDER_AFTER_ABSENCE: '1s' });
    await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'before' });
    await stack.client.start(request);
  },
  watched,
  'watched-continued': watched,
  'ordered-with-search-attributes': started,
  'refused-with-search-attributes': refusedPlan,
  'watched-with-search-attributes': watched,
  ...OPERATION_WAYS,
};

/** Whose run is still open when it is recorded. */
const OPEN = ['waiting-for-decision'];

/** Whose server suggests to continue as new after few events, as any does after some thousand. */
const SHORT_HISTORIES = ['watched-continued', 'deal-stayed-too-long', 'deal-lost-after-continuing'];

/** Whose namespace has the search attributes. */
const isWithSearchAttributes = (name: string) => name.endsWith('-with-search-attributes');

/** @returns which run is recorded; without a run id, the last one */
type DealWay = (deals: DealsStack) => Promise<{ workflowId: string; runId?: string }>;

/** A deal of Pipedrive, of which it tells, comes to a status. */
async function told(
  deals: DealsStack,
  wanted: DealStatus['status'],
  { deal, products }: { deal?: Record<string, unknown>; products?: object[] } = {},
) {
  const id = await deals.pipedriveDeal(deal, products);
  const key = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  const status = await deals.reaches(key, wanted);
  return { id, key, status, workflowId: dealWorkflowIdOf(key) };
}

const update = (deals: DealsStack, workflowId: string, verb: string, input: object) =>
  deals.stack.temporal.workflow.getHandle(workflowId).executeUpdate(verb, { args: [input] });

/** Stays with a purchase whose vendor is down, until its history is too long to go on. */
async function stayedTooLong(deals: DealsStack) {
  await deals.stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
  const { id, workflowId } = await told(deals, 'requested');
  const run = deals.stack.temporal.workflow.getHandle(workflowId);
  const { runId } = await run.describe();
  await until('continue-as-new', async () => {
    await deals.tellOfPipedrive(id);
    return (await run.describe()).runId !== runId;
  });
  return { id, workflowId, runId };
}

/** A person fills in what is missing while the ledger does not know the deal yet. */
async function filledInEarly(deals: DealsStack) {
  const ledger = new pg.Client({ connectionString: deals.stack.databaseUrl });
  await ledger.connect();
  await ledger.query('begin; lock table deals in share row exclusive mode');
  const id = await deals.pipedriveDeal({}, []);
  const workflowId = dealWorkflowIdOf(deals.key('pipedrive', id));
  await deals.tellOfPipedrive(id);
  const filledIn = { fill: { plan: 'Ultimate', extensions: 100 }, by: 'Ann' };
  const early = update(deals, workflowId, 'fill', filledIn);
  await Promise.race([early.catch(() => undefined), delay(1_000)]);
  await ledger.query('rollback');
  await ledger.end();
  await early.catch(() => update(deals, workflowId, 'fill', filledIn));
  return { workflowId };
}

/** A person fills in what is missing. */
async function filledIn(deals: DealsStack) {
  const { workflowId } = await told(deals, 'incomplete', { products: [] });
  await update(deals, workflowId, 'fill', { fill: { plan: 'Ultimate', extensions: 100 }, by: 'Ann' });
  return { workflowId };
}

/** Another win of a deal that was bought, of which nothing is bought. */
async function wonAgainDismissed(deals: DealsStack) {
  const { id, key, workflowId } = await told(deals, 'requested');
  await deals.rests(key);
  const later = { won_time: '2026-11-24T11:11:11Z', custom_fields: { [SERIAL_FIELD]: '3651E1292455' } };
  await deals.crm.put('pipedrive', 'deals', id, { status: 'won', ...later });
  await deals.tellOfPipedrive(id);
  await deals.reaches(key, 'waiting-for-decision');
  await update(deals, workflowId, 'dismiss', { by: 'Ann', why: 'the same license' });
  return { workflowId };
}

/** The ledger takes longer than a workflow task has time for. */
async function boughtThoughLate(deals: DealsStack) {
  const held = await holdTable(deals.stack.databaseUrl, 'deals', 'share row exclusive');
  const id = await deals.pipedriveDeal();
  const workflowId = dealWorkflowIdOf(deals.key('pipedrive', id));
  await deals.tellOfPipedrive(id);
  await until('the step of its own', async () => {
    const run = deals.stack.temporal.workflow.getHandle(workflowId);
    const described = await run.describe().catch(() => undefined);
    return (described?.raw.pendingActivities ?? []).length > 0;
  });
  await held.release();
  return { workflowId };
}

/** Since a win is decided about within the first workflow task. */
const DEAL_WAYS_AT_ONCE: Record<string, DealWay> = {
  'deal-bought-at-once': (deals) => told(deals, 'requested'),
  'deal-filled-in-at-once': filledIn,
  'deal-won-again-dismissed-at-once': wonAgainDismissed,
  'deal-not-won-at-once': (deals) => told(deals, 'not-won', { deal: { status: 'lost', won_time: null } }),
  'deal-bought-though-late': boughtThoughLate,
  /** The CRM is down when it is asked at once. */
  'deal-bought-step-by-step': async (deals) => {
    await deals.crm.fault('pipedrive', { kind: 'server-error', path: '/v2/deals/' });
    return told(deals, 'requested');
  },
};

const DEAL_WAYS: Record<string, DealWay> = {
  ...DEAL_WAYS_AT_ONCE,
  'deal-bought': (deals) => told(deals, 'requested'),
  'deal-incomplete-then-notified': async (deals) => {
    const { id, workflowId } = await told(deals, 'incomplete', { products: [] });
    for (const product of LICENSE_LINES) await deals.addProduct(id, product);
    await deals.tellOfPipedrive(id);
    return { workflowId };
  },
  'deal-filled-in': filledIn,
  'deal-filled-in-early': filledInEarly,
  'deal-won-again-dismissed': wonAgainDismissed,
  'deal-not-won': (deals) => told(deals, 'not-won', { deal: { status: 'lost', won_time: null } }),
  'deal-stayed-too-long': async (deals) => {
    const { workflowId, runId } = await stayedTooLong(deals);
    return { workflowId, runId };
  },
  'deal-lost-after-continuing': async (deals) => {
    const { id, workflowId } = await stayedTooLong(deals);
    await deals.crm.put('pipedrive', 'deals', id, { status: 'lost', custom_fields: {} });
    await deals.tellOfPipedrive(id);
    return { workflowId };
  },
  'deal-lost-before-order': async (deals) => {
    // The vendor is down, so that the order has to wait.
    await deals.stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
    const { id, status, workflowId } = await told(deals, 'requested');
    await until('the purchase to begin', () => deals.stack.ledger.find(status.requestId!));
    await deals.crm.put('pipedrive', 'deals', id, { status: 'lost', custom_fields: {} });
    await deals.tellOfPipedrive(id);
    return { workflowId };
  },
  'deal-cancelled': async (deals) => {
    const { key, workflowId } = await told(deals, 'incomplete', { products: [] });
    await deals.stack.temporal.workflow.getHandle(workflowId).cancel();
    await deals.reaches(key, 'dismissed');
    return { workflowId };
  },
  'deal-cancelled-before-it-began': async (deals) => {
    await deals.stack.workers[0]!.stop();
    const id = await deals.pipedriveDeal();
    await deals.tellOfPipedrive(id);
    const workflowId = dealWorkflowIdOf(deals.key('pipedrive', id));
    const run = deals.stack.temporal.workflow.getHandle(workflowId);
    await until('the run', () =>
      run.cancel().then(
        () => true,
        () => false,
      ),
    );
    await deals.stack.startWorker(deals.workerEnv);
    return { workflowId };
  },
  /** Of two deals that nothing is decided about, one waits in a run of its own. */
  'sweep-of-two-one-open': async (deals) => {
    await told(deals, 'incomplete', { products: [] });
    await deals.pipedriveDeal();
    const { temporal, taskQueue } = deals.stack;
    const workflowId = `sweep-${randomUUID()}`;
    const args = [deals.source('pipedrive')];
    await temporal.workflow.start(SWEEP_WORKFLOW, { workflowId, taskQueue, args });
    return { workflowId };
  },
};

it.each(Object.entries(WAYS))(
  '%s',
  async (name, way) => {
    const file = newFile(name);
    const temporal = await temporalOf(name);
    const stack = await TestStack.start(temporal && { temporalAddress: temporal.address });
    if (isWithSearchAttributes(name)) await stack.client.searchAttributes.register();
    await stack.startWorker();
    const requestId = `${name}-${randomUUID().slice(0, 8)}`;
    await way(stack, tutorialRequest(requestId));
    const handle = stack.temporal.workflow.getHandle(`purchase:${requestId}`);
    if (!OPEN.includes(name)) await handle.result().catch(() => undefined);
    await write(file, handle);
    await stack.stop();
    await temporal?.stop();
  },
  150_000,
);

it.each(Object.entries(DEAL_WAYS))(
  '%s',
  async (name, way) => {
    const file = newFile(name);
    const temporal = await temporalOf(name);
    const deals = await DealsStack.start({}, temporal && { temporalAddress: temporal.address });
    const { workflowId, runId } = await way(deals);
    const handle = deals.stack.temporal.workflow.getHandle(workflowId, runId, { followRuns: false });
    await handle.result().catch(() => undefined);
    await write(file, handle);
    await deals.stop();
    await temporal?.stop();
  },
  150_000,
);

it('renewals-told', async () => {
  const file = newFile('renewals-told');
  const stack = await TestStack.start();
  await stack.startWorker();
  const { temporal, taskQueue, client } = stack;
  const request = tutorialRequest(`renewals-told-${randomUUID().slice(0, 8)}`);
  await client.start(request);
  await client.wait(request.requestId);
  const workflowId = `renewals-${randomUUID()}`;
  const handle = await temporal.workflow.start(TELL_RENEWALS_WORKFLOW, {
    workflowId,
    taskQueue,
    args: [800],
  });
  await handle.result();
  await write(file, handle);
  await stack.stop();
}, 150_000);

it('books-compared', async () => {
  const file = newFile('books-compared');
  const stack = await TestStack.start();
  await stack.startWorker();
  const { temporal, taskQueue, client, portal } = stack;
  const request = tutorialRequest(`books-compared-${randomUUID().slice(0, 8)}`);
  await client.start(request);
  const { status } = await client.wait(request.requestId);
  await portal.setOrderStatus(status.order!.orderNo, 'refunded');
  const workflowId = `books:${randomUUID()}`;
  const handle = await temporal.workflow.start(COMPARE_BOOKS_WORKFLOW, { workflowId, taskQueue, args: [] });
  await handle.result();
  await write(file, handle);
  await stack.stop();
}, 150_000);

/** A server of its own, for those that need one. */
async function temporalOf(name: string) {
  if (!SHORT_HISTORIES.includes(name)) return isWithSearchAttributes(name) ? startTemporal() : undefined;
  return startTemporal({ 'limit.historyCount.suggestContinueAsNew': '40' });
}

function newFile(name: string, folder = 'histories'): string {
  const file = join(__dirname, folder, `${name}.json`);
  if (existsSync(file)) throw new Error(`${file} is there, and stays.`);
  return file;
}

async function write(file: string, handle: WorkflowHandle): Promise<void> {
  const json = JSON.stringify(JSON.parse(historyToJSON(await handle.fetchHistory())), null, 1);
  // Neither the machine's name and folders nor the process's number is part of the specification.
  const impersonal = json.replace(/\d+@[\w.-]+/g, 'worker@recorded').replaceAll(`${ROOT}/`, '/app/');
  writeFileSync(file, `${impersonal}\n`);
}

it('encrypted-chosen-partner', async () => {
  const file = newFile('chosen-partner', 'encrypted-histories');
  const stack = await TestStack.start({ payloadKeys: FIXED_PAYLOAD_KEY });
  await stack.startWorker();
  const request = tutorialRequest('record-encrypted');
  await forOneOfTwoPartners(stack, request);
  const { candidates } = await asked(stack, request);
  await decide(stack, request, { verb: 'choose', id: candidates[0]!.id });
  await stack.client.wait(request.requestId);
  const handle = stack.temporal.workflow.getHandle(purchaseWorkflowIdOf(request.requestId));
  await handle.result();
  await write(file, handle);
  await stack.stop();
}, 150_000);

it('quoted', async () => {
  const file = newFile('quoted');
  const stack = await TestStack.start();
  await stack.startWorker();
  const request = tutorialRequest('record-quoted');
  await stack.client.quote(request);
  await write(file, stack.temporal.workflow.getHandle(quoteWorkflowIdOf(request.requestId)));
  await stack.stop();
}, 150_000);

it('vendor-lists-read', async () => {
  const file = newFile('vendor-lists-read');
  const stack = await TestStack.start();
  await stack.startWorker();
  await stack.client.vendorLists.refresh();
  const handle = stack.temporal.workflow.getHandle(`vendor-lists:${stack.taskQueue}`);
  await handle.result();
  await write(file, handle);
  await stack.stop();
}, 150_000);

const NOTICES_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** What a run that looks for notices does, and what one that sends a notice does. */
it.each(['notices-found', 'notice-told', 'notice-given-up'])(
  '%s',
  async (name) => {
    const file = newFile(name);
    const [stack, receiver] = await Promise.all([TestStack.start(), NoticeReceiver.start(NOTICES_SECRET)]);
    await stack.startWorker({ WONCE_NOTICES: `${receiver.url}/`, WONCE_NOTICES_SECRET: NOTICES_SECRET });
    const request = {
      ...tutorialRequest(`${name}-${randomUUID().slice(0, 8)}`),
      license: { kind: 'new' as const, partner: { company: 'Blue Lagoon Ltd' } },
    };
    await stack.client.start(request);
    await stack.client.wait(request.requestId);
    if (name === 'notice-given-up') receiver.answer('/', request.requestId, { status: 410 });
    const { workflow } = stack.temporal;
    const looks = await workflow.start(TELL_WAITING_WORKFLOW, {
      workflowId: `${name}-${randomUUID()}`,
      taskQueue: stack.taskQueue,
      args: [60],
    });
    await looks.result();
    const [notice] = await receiver.got('/', request.requestId, 1);
    const sends = workflow.getHandle(noticeWorkflowIdOf(notice!.headers['webhook-id'] as string));
    if (name === 'notice-given-up') await sends.cancel();
    await sends.result().catch(() => undefined);
    await write(file, name === 'notices-found' ? looks : sends);
    await stack.stop();
    await receiver.stop();
  },
  150_000,
);
