import { wonceAsTyped } from './typed';
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { setTimeout as delay } from 'node:timers/promises';
import { sessionOf } from '../../cli/command-line';
import { environmentWith, type Stack } from '../../cli/running-stack';
import type { WonceClient } from '../../client/wonce-client';
import { dealRequestIdOf } from '../../domain/deal-ids';
import { dealWorkflowIdOf, purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { printable } from '../../domain/printable';
import type { PurchaseRequest } from '../../domain/request';
import type { PurchaseStatus } from '../../domain/status';
import { temporalTarget } from '../../config/temporal-connection';
import { colours } from './colours';
import { say, took } from './console';
import { finishedSteps, type FinishedStep } from './run-steps';
import { newFakeDeal, tellOfDeal, winDeal } from './fake-deal';

const STEPS: Record<string, string> = {
  recordAndDecide:
    'deal written to the ledger, read back from the CRM, and decided on: it is won, and nothing is missing',
  acceptAndLookUp: 'request checked and written to the ledger, and what the order needs found',
  recordNotification: 'deal written to the ledger',
  readDeal: 'deal read back from the CRM: it is won, and nothing is missing',
  decideWin: 'win decided on, under a request id of its own',
  acceptRequest: 'request checked and written to the ledger',
  resolvePartner: 'partner found',
  fetchSerialNumber: 'serial number found',
  fetchPlan: 'plan and services found',
  chooseBillingContact: 'billing contact chosen',
  createOrder: 'order created',
  fetchActivationCode: 'activation code fetched',
  findOutcome: 'ledger asked what became of the order',
  recordOutcome: "order's outcome written to the ledger",
  recordStatus: 'status written to the ledger',
  scanOrders: "looked for the order among the vendor's",
  readOrder: 'order read again',
};

/** Of no interest to whoever waits for the order. */
const UNTOLD: ReadonlySet<string> = new Set(['usableSearchAttributes']);

/** Buys, and shows each step as it ends, the result, and where to look. */
export async function buyAndShow(
  client: WonceClient,
  stack: Stack,
  request: PurchaseRequest,
): Promise<PurchaseStatus> {
  say();
  say(
    colours.bold(
      `Buying ${printable(request.plan)} for ${request.extensions} extensions, ${request.years} year(s), as ${request.requestId}`,
    ),
  );
  const result = await client.start(request, sessionOf('npm start'));
  if (result.kind === 'conflict') {
    throw new Error(
      `The request id "${request.requestId}" belongs to another purchase. What differs: ${result.differences.join('; ')}.`,
    );
  }
  return withTemporal(stack, async (temporal) => {
    if (result.kind === 'started') return showPurchase(client, temporal, stack, request.requestId);
    say('Known already: this is what became of it.');
    const { status } = await client.wait(request.requestId);
    await showResult(temporal, stack, status);
    return status;
  });
}

/** Wins a deal in the fake CRM, and shows the way from its message to the order. */
export async function winAndShow(
  client: WonceClient,
  stack: Stack & { crmUrl: string },
): Promise<PurchaseStatus> {
  const won = newFakeDeal();
  say();
  say(colours.bold(`Winning the deal ${won.deal} in the fake HubSpot`));
  await winDeal(stack.crmUrl, won);
  const keptMs = await tellOfDeal(stack, won);
  say(`  ${colours.green('✓')} signed message of the CRM kept ${colours.dim(took(keptMs))}`);
  return withTemporal(stack, async (temporal) => {
    const requestId = dealRequestIdOf(won.deal, 1);
    const enough = new AbortController();
    const stop = () => enough.abort();
    const isBegun = begun(temporal, requestId, enough.signal).finally(stop);
    const isShown = showSteps(temporal, dealWorkflowIdOf(won.deal), enough.signal);
    isShown.catch(stop);
    await allEnded([isBegun, isShown]);
    say(`  ${colours.green('✓')} purchase ${requestId} started`);
    return showPurchase(client, temporal, stack, requestId);
  });
}

async function withTemporal<Result>(
  stack: Stack,
  work: (temporal: Client) => Promise<Result>,
): Promise<Result> {
  const { connection, namespace, dataConverter } = temporalTarget(environmentWith(stack, process.env));
  const temporal = new Client({ connection: await Connection.connect(connection), namespace, dataConverter });
  try {
    return await work(temporal);
  } finally {
    await temporal.connection.close();
  }
}

async function showPurchase(
  client: WonceClient,
  temporal: Client,
  stack: Stack,
  requestId: string,
): Promise<PurchaseStatus> {
  const enough = new AbortController();
  const isOver = client.wait(requestId).finally(() => enough.abort());
  await allEnded([isOver, showSteps(temporal, purchaseWorkflowIdOf(requestId), enough.signal)]);
  const { status } = await isOver;
  await showResult(temporal, stack, status);
  return status;
}

/**
 * Waits until all have ended, and throws the first failure then: on a connection that is closed meanwhile, a call that is under way
 * would be tried again, and throw where nobody hears it (SDK 1.24).
 */
async function allEnded(works: Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(works);
  await Promise.all(works);
}

/** Waits until a purchase that is decided on has begun, or enough is shown. */
async function begun(temporal: Client, requestId: string, enough: AbortSignal): Promise<void> {
  while (!enough.aborted) {
    try {
      await temporal.workflow.getHandle(purchaseWorkflowIdOf(requestId)).describe();
      return;
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      await delay(50);
    }
  }
}

async function showSteps(temporal: Client, workflowId: string, enough: AbortSignal): Promise<void> {
  for await (const step of finishedSteps(temporal, workflowId, enough)) {
    if (!UNTOLD.has(step.activity)) say(inWords(step));
  }
}

function inWords({ activity, tookMs, ended }: FinishedStep): string {
  const what = STEPS[activity] ?? printable(activity);
  const mark = ended === 'completed' ? colours.green('✓') : colours.red('✗');
  const how = ended === 'completed' ? '' : ` ${colours.red(ended)}`;
  return `  ${mark} ${what}${how} ${colours.dim(took(tookMs))}`;
}

async function showResult(temporal: Client, stack: Stack, status: PurchaseStatus): Promise<void> {
  const { requestId, order, reason } = status;
  say();
  say(
    `${colours.bold(status.status)}${order === undefined ? '' : `: order ${colours.bold(printable(order.orderNo))}`}`,
  );
  if (order?.transactionNo !== undefined) say(`transaction     ${printable(order.transactionNo)}`);
  if (order?.productNo !== undefined) say(`serial number   ${printable(order.productNo)}`);
  if (status.activationCode !== undefined) say(`activation code ${printable(status.activationCode)}`);
  if (reason !== undefined) say(printable(`${reason.code}: ${reason.message}`));
  say();
  const runPage = await uiAddress(temporal, stack, status.workflowId);
  if (runPage !== undefined) say(`this run        ${runPage}`);
  const wonce = wonceAsTyped(process.env);
  say(`status          ${wonce} status ${requestId}`);
  say(`audit           ${wonce} audit ${requestId}`);
}

async function uiAddress(temporal: Client, stack: Stack, workflowId: string): Promise<string | undefined> {
  const uiUrl = stack.ownServer?.uiUrl;
  if (uiUrl === undefined) return undefined;
  const { runId } = await temporal.workflow.getHandle(workflowId).describe();
  return `${uiUrl}/namespaces/${stack.namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}/history`;
}
