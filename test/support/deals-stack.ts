import { randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dealWorkflowIdOf, type DealStatus } from '../../src/orders/deal';
import type { PurchaseStatus } from '../../src/orders/status';
import { callJson } from './call-json';
import { CrmStandIn } from './crm-stand-in';
import { spawnProcess, type RunningProcess } from './processes';
import { TestStack } from './stack';
import { until } from './until';

/** What the stand-in CRMs are called with, and what they sign with. */
export const SECRETS = {
  PIPEDRIVE_PASSWORD: 'a-long-password-of-the-webhook',
  PIPEDRIVE_API_TOKEN: 'pipedrive-token',
  SHOP_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
};

/** A custom field of Pipedrive's deals. */
export const SERIAL_FIELD = 'dcf558aac1ae4e8c4f849ba5e668430d8df9be12';

/** One set-up as in production, with CRMs: their accounts have ids of their own, because tests share a Temporal. */
export class DealsStack {
  /** An id of an account of each CRM. */
  readonly account = String(randomInt(10 ** 11));
  server!: RunningProcess;
  url = '';
  private deals = 1000;

  private constructor(
    readonly stack: TestStack,
    readonly crm: CrmStandIn,
    readonly folder: string,
  ) {}

  /** @param more what deals.yaml says of each source beyond the usual, by the source's name */
  static async start(more: Record<string, string> = {}): Promise<DealsStack> {
    const [stack, crm, folder] = await Promise.all([
      TestStack.start(),
      CrmStandIn.start(),
      mkdtemp(join(tmpdir(), 'wonce-deals-')),
    ]);
    const all = new DealsStack(stack, crm, folder);
    await writeFile(all.dealsFile, all.rules(more));
    await Promise.all([all.startServer(), stack.startWorker(all.dealsEnv)]);
    return all;
  }

  get dealsFile(): string {
    return join(this.folder, 'deals.yaml');
  }

  get dealsEnv(): Record<string, string> {
    return { WONCE_DEALS_FILE: this.dealsFile, ...SECRETS };
  }

  async startServer(): Promise<void> {
    const port = this.url === '' ? '0' : new URL(this.url).port;
    this.server = spawnProcess('server/main.js', { ...this.stack.env(), ...this.dealsEnv, WONCE_PORT: port });
    const [, url] = await this.server.saw(/server listening on (http:\/\/[^"\s]+)/);
    this.url = url!;
  }

  async stop(): Promise<void> {
    await this.server.kill();
    await this.crm.stop();
    await this.stack.stop();
    await rm(this.folder, { recursive: true });
  }

  /** The key of a deal, as it is known inside. */
  key(crm: string, dealId: string | number): string {
    return `${crm}:${this.account}:${dealId}`;
  }

  /** A deal of the tutorial's licence in Pipedrive. @returns its id */
  async pipedriveDeal(deal: Record<string, unknown> = {}, products: object[] = LICENCE): Promise<number> {
    const id = this.deals++;
    const now = new Date().toISOString().replace(/\.\d+Z/, 'Z');
    await this.crm.put('pipedrive', 'deals', id, {
      status: 'won',
      won_time: now,
      update_time: now,
      custom_fields: { [SERIAL_FIELD]: '3651E1292455' },
      ...deal,
    });
    for (const product of products) await this.addProduct(id, product);
    return id;
  }

  async addProduct(dealId: number, product: object): Promise<void> {
    const { code, ...line } = product as { code: string };
    const id = this.deals++;
    await this.crm.put('pipedrive', 'products', id, { name: code, code });
    await this.crm.put('pipedrive', 'deal_products', id, { deal_id: dealId, product_id: id, ...line });
  }

  /** Pipedrive tells of a deal; `event` as its webhook has it. */
  tellOfPipedrive(dealId: number, event: object = {}, timeScale = 1) {
    return this.crm.deliver('pipedrive', {
      to: `${this.url}/webhooks/${this.source('pipedrive')}`,
      timeScale,
      user: 'wonce',
      password: SECRETS.PIPEDRIVE_PASSWORD,
      event: {
        meta: { company_id: this.account },
        data: { id: dealId, status: 'won' },
        previous: { status: 'open' },
        ...event,
      },
    });
  }

  source(crm: string): string {
    return `${crm}-${this.account}`;
  }

  async status(deal: string): Promise<DealStatus | undefined> {
    return (await this.stack.ledger.deals.find(deal))?.status;
  }

  /** Waits until the ledger has the deal in this status. */
  reaches(deal: string, wanted: DealStatus['status'], timeoutMs = 30_000): Promise<DealStatus> {
    return until(
      `${deal} to be ${wanted}`,
      async () => {
        const status = await this.status(deal);
        return status?.status === wanted && status;
      },
      timeoutMs,
    );
  }

  /** Waits until no run of the deal goes on. */
  async rests(deal: string): Promise<DealStatus> {
    return (await this.stack.temporal.workflow.getHandle(dealWorkflowIdOf(deal)).result()) as DealStatus;
  }

  /** Waits for the purchase that was made of a deal; it begins a moment after it was decided on. */
  async purchaseOf(requestId: string): Promise<PurchaseStatus> {
    await until(`the purchase ${requestId} to begin`, () => this.stack.ledger.find(requestId));
    return (await this.stack.client.wait(requestId)).status;
  }

  get(path: string): Promise<unknown> {
    return callJson('GET', `${this.url}${path}`);
  }

  private rules(more: Record<string, string>): string {
    return `sources:
  ${this.source('pipedrive')}:
    crm: pipedrive
    account: '${this.account}'
    user: wonce
    secrets: [PIPEDRIVE_PASSWORD]
    apiToken: PIPEDRIVE_API_TOKEN
    api: ${this.crm.url}
    since: 2026-01-01T00:00:00Z
    ${more.pipedrive ?? ''}
    licence:
      serialNumber: { deal: ${SERIAL_FIELD} }
      ${RULES}
  ${this.source('shop')}:
    crm: standard-webhooks
    account: '${this.account}'
    secrets: [SHOP_SECRET]
    since: 2026-01-01T00:00:00Z
    ${more.shop ?? ''}
    licence:
      serialNumber: { deal: serial }
      ${RULES}
`;
  }
}

const RULES = `plan: { skus: { YS-ULT: Ultimate } }
      services: { skus: { YS-DR: Disaster Recovery } }
      years: 2
      billingContact: { billingContactId: '3197218168379846218' }`;

/** The positions of the tutorial's licence. */
export const LICENCE = [
  { code: 'YS-ULT', quantity: 100 },
  { code: 'YS-DR', quantity: 1 },
];
