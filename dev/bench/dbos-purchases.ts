import { DBOS } from '@dbos-inc/dbos-sdk';
import Fastify from 'fastify';
import type { PurchaseRequest } from '../../domain/request';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { Ledger } from '../../ledger/ledger';
import { orderBody } from '../../portal/order-body';
import { PortalClient } from '../../portal/portal-client';
import { fingerprintOf } from '../../validation/fingerprint';
import { BENCH_REQUEST, benchRequest } from './request';
import { manyAtOnce } from './timed';

const ACTOR = 'workflow';

/** As many as a worker of Wonce has. */
const CONNECTIONS = 8;

/**
 * The purchase as DBOS would run it, to compare engines: the same steps in the same order, each kept by DBOS, with the same
 * writes of the ledger and the same calls of the portal; its own tables and the ledger are on one Postgres server. What goes
 * wrong is not dealt with. Who buys is in the same process: the shortest way that there is with DBOS.
 */
class Purchases {
  readonly buy: (request: PurchaseRequest) => Promise<string>;

  constructor(
    private readonly ledger: Ledger,
    private readonly portal: PortalClient,
  ) {
    this.buy = DBOS.registerWorkflow((request: PurchaseRequest) => this.purchase(request), {
      name: 'purchase',
    });
  }

  private async purchase(request: PurchaseRequest): Promise<string> {
    const accepted = DBOS.runStep(() => this.accept(request), { name: 'acceptRequest' });
    const lookups = await Promise.all([
      DBOS.runStep(() => this.serialNumber(), { name: 'fetchSerialNumber' }),
      DBOS.runStep(() => this.offer(request), { name: 'fetchPlan' }),
      DBOS.runStep(() => this.billingContactId(), { name: 'chooseBillingContact' }),
    ]);
    await accepted;
    return DBOS.runStep(() => this.order(request, lookups), { name: 'createOrder' });
  }

  private async accept(request: PurchaseRequest): Promise<void> {
    const fingerprint = fingerprintOf(request);
    const workflowId = purchaseWorkflowIdOf(request.requestId);
    await this.ledger.accept({ request, fingerprint, workflowId, actor: ACTOR, via: 'bench' });
  }

  private async serialNumber(): Promise<string> {
    const { serialNumber } = BENCH_REQUEST.license;
    const { items } = await this.portal.findProduct(serialNumber);
    return items.find(({ productNo }) => productNo === serialNumber)!.productNo;
  }

  private async offer({ plan: name, services: names = [] }: PurchaseRequest) {
    const { plans, services } = await this.portal.getCatalogue(BENCH_REQUEST.license.serialNumber);
    const plan = plans.find((one) => one.name === name && isForSale(one))!;
    const chosen = services.filter(
      (one) => one.planId === plan.planId && isForSale(one) && names.includes(one.name),
    );
    return {
      plan: { planId: plan.planId, name: plan.name },
      services: chosen.map(({ serviceId, name: service }) => ({ serviceId, name: service })),
    };
  }

  private async billingContactId(): Promise<string> {
    const { billingContactId: wanted } = BENCH_REQUEST.billingContact;
    const matches = (one: { billingContactId: string }) => one.billingContactId === wanted;
    const { items } = await this.portal.findBillingContacts({ matches, byId: true });
    return items.find(matches)!.billingContactId;
  }

  private async order(
    request: PurchaseRequest,
    [serialNumber, offer, billingContactId]: [string, Awaited<ReturnType<Purchases['offer']>>, string],
  ): Promise<string> {
    const { requestId } = request;
    const body = orderBody(request, { serialNumber, ...offer, billingContactId });
    const fingerprint = fingerprintOf(request);
    const opened = await this.ledger.openAttempt({ requestId, fingerprint, body, actor: ACTOR });
    if (!opened.opened) throw new Error(`An attempt of ${requestId} is open already.`);
    const outcome = await this.portal.placeOrder(body);
    if (outcome.outcome !== 'created') throw new Error(`Not ordered: ${outcome.message}`);
    const { attempt } = opened.latestAttempt;
    const ordered = { requestId, attempt, outcome, status: 'ordered', actor: ACTOR } as const;
    await this.ledger.recordOutcome(ordered, opened);
    return outcome.order.orderNo;
  }
}

/** Entries for renewals and trials are no offers. */
function isForSale({ purchaseType }: { purchaseType?: string }): boolean {
  return purchaseType === undefined || purchaseType === 'purchase';
}

/** Serves `POST /buy { many, atOnce }`: buys, and answers with the milliseconds that it took. */
async function serve(): Promise<void> {
  const { DATABASE_URL = '', DBOS_DATABASE_URL = '', PORTAL_URL = '' } = process.env;
  const ledger = await Ledger.open(DATABASE_URL, { maxConnections: CONNECTIONS });
  const portal = new PortalClient({
    url: PORTAL_URL,
    clientId: 'fake-portal-client',
    clientSecret: 'fake-portal-secret',
  });
  const purchases = new Purchases(ledger, portal);
  DBOS.setConfig({ name: 'bench', systemDatabaseUrl: DBOS_DATABASE_URL, logLevel: 'error' });
  await DBOS.launch();
  const app = Fastify();
  app.post<{ Body: { many: number; atOnce: number } }>('/buy', async ({ body: { many, atOnce } }) => {
    const { together } = await manyAtOnce(many, atOnce, async () => {
      const request = benchRequest() as PurchaseRequest;
      const run = await DBOS.startWorkflow(purchases.buy, { workflowID: request.requestId })(request);
      await run.getResult();
    });
    return { ms: together };
  });
  process.stdout.write(`DBOS listening on ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
}

serve().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).stack}\n`);
  process.exit(1);
});
