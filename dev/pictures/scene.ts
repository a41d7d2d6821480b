import { appendFile } from 'node:fs/promises';
import { connectClient } from '../../client/connect';
import type { WonceClient } from '../../client/wonce-client';
import { environmentWith, type Stack } from '../../cli/running-stack';
import { dealKeyOf } from '../../domain/deal-ids';
import type { PurchaseRequest } from '../../domain/request';
import { Ledger } from '../../ledger/ledger';
import { FakePortalControl } from '../fake-portal/control-client';
import { tellOfDeal } from '../stack/fake-deal';
import { fakeDealsFile, FAKE_HUBSPOT } from '../stack/fake-deals-file';
import { rememberedProcesses } from '../stack/left-overs';
import { writeHistory } from './history';

/** What is pictured, and what can be made to happen in it. */
export class Scene {
  private constructor(
    readonly client: WonceClient,
    readonly portal: FakePortalControl,
    private readonly ledger: Ledger,
    private readonly stack: Stack,
    private readonly folder: string,
  ) {}

  /** A stack with orders of a year. */
  static async set(stack: Stack, folder: string): Promise<Scene> {
    const ledger = await Ledger.open(stack.databaseUrl, { maxConnections: 2, migrate: false });
    await writeHistory(ledger);
    const client = await connectClient(environmentWith(stack, process.env));
    return new Scene(client, new FakePortalControl(stack.portalUrl), ledger, stack, folder);
  }

  /** Orders what is wanted, until it is over or waits for a person. @returns its request id */
  async done(request: PurchaseRequest): Promise<string> {
    if (request.license.kind === 'existing') await this.portal.addProducts([request.license.serialNumber]);
    await this.client.start(request, 'api token 5f0c2a91');
    await this.client.wait(request.requestId);
    return request.requestId;
  }

  /** A won deal of which the CRM does not tell how many extensions. @returns its key */
  async incompleteDeal(): Promise<string> {
    const { crmUrl = '' } = this.stack;
    const { source, account } = FAKE_HUBSPOT;
    const dealId = '31415926535';
    const record = (kind: string, id: string) => `${crmUrl}/_control/${source}/records/${kind}/${id}`;
    const properties = { hs_sku: 'YS-ENT', name: 'Enterprise Plan', quantity: '0.5' };
    await put(record('line_items', `${dealId}1`), { properties });
    const now = new Date().toISOString();
    await put(record('deals', dealId), {
      properties: {
        ...{ dealname: 'Harbour Hotels, reception', dealstage: 'closedwon', hs_is_closed_won: 'true' },
        ...{ hs_lastmodifieddate: now, pbx_serial_number: '3651E1308293', license_years: '3' },
      },
      propertiesWithHistory: { dealstage: [{ value: 'closedwon', timestamp: now }] },
      associations: { line_items: [`${dealId}1`] },
    });
    const deal = dealKeyOf({ crm: 'hubspot', account, dealId });
    await tellOfDeal({ ...this.stack, crmUrl }, { deal, dealId });
    while ((await this.ledger.deals.find(deal))?.status.status !== 'incomplete') await shortly();
    return deal;
  }

  /** From now on the house has rules of approval: the worker reads them when it is started again. */
  async giveRules(yaml: string): Promise<void> {
    await appendFile(fakeDealsFile(this.folder), yaml);
    const before = await this.workerProcess();
    process.kill(before, 'SIGTERM');
    while ((await this.workerProcess()) === before) await shortly();
  }

  private async workerProcess(): Promise<number> {
    const worker = (await rememberedProcesses(this.folder)).find(({ name }) => name === 'worker');
    if (worker === undefined) throw new Error('no worker runs');
    return worker.pid;
  }

  /** Lets a worker read what a form offers. */
  async readVendorLists(): Promise<void> {
    await this.client.vendorLists.refresh();
    while ((await this.client.vendorLists.readAt()) === undefined) await shortly();
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.ledger.close();
  }
}

async function put(url: string, record: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const { ok, status } = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(record) });
  if (!ok) throw new Error(`PUT ${url}: ${status}`);
}

function shortly(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 200));
}
