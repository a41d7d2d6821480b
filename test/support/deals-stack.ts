import { randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DealStatus } from '../../domain/deal';
import { dealWorkflowIdOf } from '../../domain/workflow-ids';
import type { PurchaseStatus } from '../../domain/status';
import { callJson } from './call-json';
import { FakeCrms, type DeliveryForTests } from './fake-crms';
import { spawnProcess, type RunningProcess } from './processes';
import { TestStack } from './stack';
import { until } from './until';

/** What the fake CRMs sign with: the server has these. */
export const SECRETS = {
  PIPEDRIVE_PASSWORD: 'a-long-password-of-the-webhook',
  SHOP_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  HUBSPOT_SECRET: 'a-client-secret-of-the-app',
  SALESFORCE_SECRET: 'a-long-secret-of-the-flow',
};

/** What the fake CRMs are asked with: the worker has these. */
export const API_TOKENS = {
  PIPEDRIVE_API_TOKEN: 'pipedrive-token',
  HUBSPOT_TOKEN: 'hubspot-token',
  SALESFORCE_CLIENT: 'salesforce-client',
  SALESFORCE_CLIENT_SECRET: 'salesforce-secret',
};

/** Where senders believe the server to be: a proxy stands in between. */
const PUBLIC_URL = 'https://hooks.reseller.example';

const SERIAL = '3651E1292455';
const WON_AT = '2026-11-24T09:00:00Z';

export const SENDERS = ['hubspot', 'pipedrive', 'salesforce', 'standard-webhooks'] as const;
export type Sender = (typeof SENDERS)[number];

/** A custom field of Pipedrive's deals. */
export const SERIAL_FIELD = 'dcf558aac1ae4e8c4f849ba5e668430d8df9be12';

/** One set-up as in production, with CRMs: their accounts have ids of their own, because tests share a Temporal. */
export class DealsStack {
  /** An id of an account of each CRM. */
  readonly account = String(randomInt(10 ** 11));
  /** Of the server's API. */
  readonly token = randomUUID();
  server!: RunningProcess;
  url = '';
  private deals = 1000;

  private constructor(
    readonly stack: TestStack,
    readonly crm: FakeCrms,
    readonly folder: string,
    private readonly moreOfServer: Record<string, string>,
  ) {}

  /**
   * @param more what deals.yaml says of each source beyond the usual, by the source's name
   * @param options `licenses`: what it says of the license instead of the tutorial's, likewise; `worker`, `server`: settings
   * beyond the usual; `approvals`: rules of approval, given the names of the sources
   */
  static async start(
    more: Record<string, string> = {},
    options: {
      temporalAddress?: string;
      payloadKeys?: string;
      licenses?: Record<string, string>;
      worker?: Record<string, string>;
      server?: Record<string, string>;
      approvals?: (source: (sender: Sender) => string) => string[];
    } = {},
  ): Promise<DealsStack> {
    const [stack, crm, folder] = await Promise.all([
      TestStack.start(options),
      FakeCrms.start(),
      mkdtemp(join(tmpdir(), 'wonce-deals-')),
    ]);
    const all = new DealsStack(stack, crm, folder, options.server ?? {});
    const approvals = options.approvals?.((sender) => all.source(sender)) ?? [];
    await writeFile(all.dealsFile, all.rules(more, options.licenses) + approvalsInYaml(approvals));
    await Promise.all([all.startServer(), stack.startWorker({ ...all.workerEnv, ...options.worker })]);
    return all;
  }

  get dealsFile(): string {
    return join(this.folder, 'deals.yaml');
  }

  /** What the worker has beyond the stack's. */
  get workerEnv(): Record<string, string> {
    return { WONCE_DEALS_FILE: this.dealsFile, ...API_TOKENS };
  }

  get serverEnv(): Record<string, string> {
    return {
      ...this.stack.env(),
      WONCE_DEALS_FILE: this.dealsFile,
      WONCE_PUBLIC_URL: PUBLIC_URL,
      WONCE_API_TOKENS: this.token,
      ...SECRETS,
      ...this.moreOfServer,
    };
  }

  async startServer(): Promise<void> {
    const port = this.url === '' ? '0' : new URL(this.url).port;
    this.server = spawnProcess('server/main.js', { ...this.serverEnv, WONCE_PORT: port });
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
    return `${crm}:${crm === 'salesforce' ? this.organisation : this.account}:${dealId}`;
  }

  get organisation(): string {
    return `00D${this.account.padStart(12, '0')}EAA`;
  }

  /** A deal of the tutorial's license, won at one of the CRMs. @returns its id */
  async wonDeal(crm: Sender): Promise<string> {
    switch (crm) {
      case 'pipedrive':
        return String(await this.pipedriveDeal());
      case 'hubspot':
        return this.hubspotDeal();
      case 'salesforce':
        return this.salesforceDeal();
      case 'standard-webhooks':
        return `order-${this.deals++}`;
    }
  }

  /** Lets a CRM tell of a won deal. @param timeScale by which its waits between attempts are shortened */
  tellOf(crm: Sender, dealId: string, timeScale = 1): Promise<DeliveryForTests> {
    const to = `${this.url}/webhooks/${this.source(crm)}`;
    switch (crm) {
      case 'pipedrive':
        return this.tellOfPipedrive(Number(dealId), {}, timeScale);
      case 'hubspot': {
        const event = { portalId: this.account, objectId: dealId };
        const events = [{ ...event, propertyName: 'dealstage', propertyValue: 'closedwon' }];
        const publicUrl = `${PUBLIC_URL}/webhooks/${this.source(crm)}`;
        return this.crm.deliver(crm, { to, timeScale, secret: SECRETS.HUBSPOT_SECRET, publicUrl, events });
      }
      case 'salesforce':
        return this.crm.deliver(crm, {
          ...{ to: `${to}/${SECRETS.SALESFORCE_SECRET}`, timeScale, kind: 'outbound-message' },
          orgId: this.organisation,
          opportunities: [{ Id: dealId, StageName: 'Closed Won', IsWon: true }],
        });
      case 'standard-webhooks': {
        const lineItems = LICENSE_LINES.map(({ code, quantity }) => ({
          sku: code,
          quantity: `${quantity}.0`,
        }));
        const data = { dealId, wonAt: WON_AT, fields: { serial: SERIAL }, lineItems };
        const body = { type: 'deal.won', timestamp: new Date().toISOString(), data };
        return this.crm.deliver(crm, { to, timeScale, secrets: [SECRETS.SHOP_SECRET], body });
      }
    }
  }

  private async hubspotDeal(): Promise<string> {
    const id = String(this.deals++);
    const items = LICENSE_LINES.map((item) => ({ ...item, id: String(this.deals++) }));
    for (const { id: itemId, code, quantity } of items) {
      const properties = { hs_sku: code, name: code, quantity: String(quantity) };
      await this.crm.put('hubspot', 'line_items', itemId, { properties });
    }
    await this.crm.put('hubspot', 'deals', id, {
      properties: { dealstage: 'closedwon', hs_is_closed_won: 'true', serial: SERIAL },
      propertiesWithHistory: { dealstage: [{ value: 'closedwon', timestamp: WON_AT }] },
      associations: { line_items: items.map((item) => item.id) },
    });
    return id;
  }

  private async salesforceDeal(): Promise<string> {
    // Of the 18 characters the first 15 tell records apart.
    const idOf = (prefix: string) => `${prefix}${String(this.deals++).padStart(12, '0')}AAA`;
    const Id = idOf('006');
    const won = { StageName: 'Closed Won', IsWon: true, LastModifiedDate: '2026-11-24T09:00:00.000+0000' };
    await this.crm.put('salesforce', 'Opportunity', Id, { ...won, Serial__c: SERIAL });
    for (const { code, quantity } of LICENSE_LINES) {
      const line = { OpportunityId: Id, ProductCode: code, Quantity: quantity };
      await this.crm.put('salesforce', 'OpportunityLineItem', idOf('00k'), line);
    }
    await this.crm.put('salesforce', 'OpportunityHistory', idOf('008'), {
      OpportunityId: Id,
      StageName: 'Closed Won',
      CreatedDate: '2026-11-24T09:00:00.000+0000',
    });
    return Id;
  }

  /** A deal of the tutorial's license in Pipedrive. @returns its id */
  async pipedriveDeal(
    deal: Record<string, unknown> = {},
    products: object[] = LICENSE_LINES,
  ): Promise<number> {
    const id = this.deals++;
    const now = new Date().toISOString().replace(/\.\d+Z/, 'Z');
    await this.crm.put('pipedrive', 'deals', id, {
      status: 'won',
      won_time: now,
      update_time: now,
      custom_fields: { [SERIAL_FIELD]: SERIAL },
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
  reaches(deal: string, wanted: DealStatus['status'], timeoutMs = 90_000): Promise<DealStatus> {
    return until(
      `${deal} to be ${wanted}`,
      async () => {
        const status = await this.status(deal);
        return status?.status === wanted && status;
      },
      timeoutMs,
    );
  }

  /** Waits until the ledger shows the deal so. */
  shows(deal: string, isWanted: (status: DealStatus) => boolean): Promise<DealStatus> {
    return until(`${deal} to be shown so`, async () => {
      const status = await this.status(deal);
      return status !== undefined && isWanted(status) && status;
    });
  }

  /** Waits until so many runs have begun with word of the deal. */
  async notified(deal: string, times: number): Promise<void> {
    await until(`${deal} to be notified ${times} times`, async () => {
      const events = await this.stack.ledger.deals.events(deal);
      return events.filter(({ kind }) => kind === 'notified').length >= times;
    });
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

  private rules(more: Record<string, string>, licenses: Record<string, string> = {}): string {
    const license = (crm: string, serialNumber: string) =>
      licenses[crm] ?? `serialNumber: { deal: ${serialNumber} }\n      ${RULES}`;
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
    license:
      ${license('pipedrive', SERIAL_FIELD)}
  ${this.source('hubspot')}:
    crm: hubspot
    account: '${this.account}'
    secrets: [HUBSPOT_SECRET]
    accessToken: HUBSPOT_TOKEN
    api: ${this.crm.url}
    since: 2026-01-01T00:00:00Z
    ${more.hubspot ?? ''}
    license:
      ${license('hubspot', 'serial')}
  ${this.source('salesforce')}:
    crm: salesforce
    account: '${this.organisation}'
    secrets: [SALESFORCE_SECRET]
    clientId: SALESFORCE_CLIENT
    clientSecret: SALESFORCE_CLIENT_SECRET
    api: ${this.crm.url}
    since: 2026-01-01T00:00:00Z
    ${more.salesforce ?? ''}
    license:
      ${license('salesforce', 'Serial__c')}
  ${this.source('standard-webhooks')}:
    crm: standard-webhooks
    account: '${this.account}'
    secrets: [SHOP_SECRET]
    since: 2026-01-01T00:00:00Z
    ${more['standard-webhooks'] ?? ''}
    license:
      ${license('standard-webhooks', 'serial')}
`;
  }
}

const RULES = `plan: { skus: { YS-ULT: Ultimate } }
      services: { skus: { YS-DR: Disaster Recovery } }
      years: 2
      billingContact: { billingContactId: '3197218168379846218' }`;

function approvalsInYaml(rules: readonly string[]): string {
  return rules.length === 0 ? '' : ['approvals:', ...rules.map((rule) => `  - ${rule}`)].join('\n');
}

/** The positions of the tutorial's license. */
export const LICENSE_LINES = [
  { code: 'YS-ULT', quantity: 100 },
  { code: 'YS-DR', quantity: 1 },
];
