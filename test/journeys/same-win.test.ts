import { referenceOf } from '../../validation/reference';
import { DealsStack, SECRETS, SERIAL_FIELD, type Sender } from '../support/deals-stack';
import { wonceWith, unwrapped } from '../support/npm-start';
import { until } from '../support/until';

let deals: DealsStack;

beforeAll(async () => {
  const wonAgain = 'wonAgain: buy';
  deals = await DealsStack.start({
    ...{ hubspot: wonAgain, salesforce: wonAgain, pipedrive: wonAgain },
    'standard-webhooks': wonAgain,
  });
  await deals.crm.put('hubspot', 'pipelines', '7', {
    label: 'Delivery',
    stages: [
      { id: 'delivered', label: 'Delivered', metadata: { isClosed: 'true', probability: '1.0' } },
      { id: 'sent-back', label: 'Sent back', metadata: { isClosed: 'true', probability: '0.0' } },
    ],
  });
  await deals.crm.put('salesforce', 'OpportunityStage', '01J000000000101AAA', {
    ...{ ApiName: 'Delivered', MasterLabel: 'Delivered', IsWon: true, IsClosed: true },
  });
});
afterAll(() => deals.stop());

const ordersOf = (requestId: string) => deals.stack.portal.ordersWithPo(referenceOf({ requestId }));
const wonce = (...args: string[]) => wonceWith(deals.stack.env(), ...args);

/** The stages that a deal has gone through, the last one being that it is in. */
type Stages = [stage: string, at: string][];

async function putHubspot(id: string, stages: Stages): Promise<void> {
  const history = stages.map(([value, timestamp]) => ({ value, timestamp })).reverse();
  const [present] = history;
  await deals.crm.put('hubspot', 'line_items', `9${id}`, {
    properties: { hs_sku: 'YS-ULT', quantity: '100' },
  });
  await deals.crm.put('hubspot', 'deals', id, {
    properties: {
      ...{ dealstage: present!.value, hs_is_closed_won: 'true', serial: '3651E1292455' },
      hs_lastmodifieddate: new Date().toISOString(),
    },
    propertiesWithHistory: { dealstage: history },
    associations: { line_items: [`9${id}`] },
  });
}

async function putSalesforce(id: string, stages: Stages): Promise<void> {
  await deals.crm.put('salesforce', 'Opportunity', id, {
    ...{ StageName: stages.at(-1)![0], IsWon: true, Serial__c: '3651E1292455' },
    LastModifiedDate: new Date().toISOString().replace('Z', '+0000'),
  });
  const line = { OpportunityId: id, ProductCode: 'YS-ULT', Quantity: 100 };
  await deals.crm.put('salesforce', 'OpportunityLineItem', `00k${id.slice(3)}`, line);
  for (const [n, [StageName, at]] of stages.entries()) {
    const entry = { OpportunityId: id, StageName, CreatedDate: at.replace('Z', '.000+0000') };
    await deals.crm.put('salesforce', 'OpportunityHistory', `008${id.slice(3, 14)}${n}AAA`, entry);
  }
}

async function putPipedrive(id: string, stages: Stages, wonTime = stages.at(-1)![1]): Promise<void> {
  const statuses = stages.map(([status, at]) => [status, at.replace('T', ' ').replace('Z', '')] as const);
  const entries = statuses.slice(1).map(([new_value, time], n) => ({
    ...{ field_key: 'status', old_value: statuses[n]![0], new_value, time },
  }));
  await deals.crm.put('pipedrive', 'deal_changelogs', id, { entries });
  await deals.crm.put('pipedrive', 'deals', id, {
    ...{ status: 'won', won_time: wonTime, update_time: new Date().toISOString().replace(/\.\d+/, '') },
    custom_fields: { [SERIAL_FIELD]: '3651E1292455' },
  });
  await deals.crm.put('pipedrive', 'products', id, { name: 'Ultimate', code: 'YS-ULT' });
  await deals.crm.put('pipedrive', 'deal_products', id, {
    deal_id: Number(id),
    product_id: Number(id),
    quantity: 100,
  });
}

/** Asks the CRM now which deals were won. @returns what the sweep came to */
async function sweep(crm: Sender) {
  const source = deals.source(crm);
  const { sweeps } = deals.stack.ledger;
  const before = (await sweeps.sweepOf(source))?.at.getTime() ?? 0;
  await deals.stack.temporal.schedule.getHandle(`sweep:${source}`).trigger();
  return until('the sweep to end', async () => {
    const swept = await sweeps.sweepOf(source);
    return swept !== undefined && swept.at.getTime() > before && swept;
  });
}

/** Tells of a deal once more, and waits until its run has ended. */
async function tellAgain(crm: Sender, id: string, times: number) {
  const deal = deals.key(crm, id);
  await deals.tellOf(crm, id);
  await deals.notified(deal, times);
  return deals.rests(deal);
}

const BEFORE = '2025-12-20T10:00:00Z';
const AFTER = '2026-01-24T10:00:00Z';

it.each<[Sender, string, () => Promise<void>]>([
  [
    'hubspot',
    '501',
    () =>
      putHubspot('501', [
        ['qualifiedtobuy', '2025-12-01T10:00:00Z'],
        ['closedwon', BEFORE],
        ['delivered', AFTER],
      ]),
  ],
  [
    'salesforce',
    '006000000000501AAA',
    () =>
      putSalesforce('006000000000501AAA', [
        ['Prospecting', '2025-12-01T10:00:00Z'],
        ['Closed Won', BEFORE],
        ['Delivered', AFTER],
      ]),
  ],
  [
    'pipedrive',
    '501',
    () =>
      putPipedrive(
        '501',
        [
          ['open', '2025-12-01T10:00:00Z'],
          ['won', BEFORE],
        ],
        AFTER,
      ),
  ],
])(
  'a deal of %s that was won before since, and moved to a second won stage after it, is not bought, and says why',
  async (crm, id, put) => {
    await sweep(crm);
    await put();
    const deal = deals.key(crm, id);
    await sweep(crm);
    if (crm !== 'pipedrive') expect(await deals.status(deal)).toBeUndefined();
    await deals.tellOf(crm, id);
    await deals.reaches(deal, 'dismissed');
    await deals.rests(deal);
    expect(await sweep(crm)).toMatchObject({ caughtUp: crm === 'pipedrive' ? 1 : 0 });
    await deals.rests(deal);

    const shown = await wonce('deals', 'show', deal);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(unwrapped(shown.stdout)).toMatch(/^status +dismissed$/m);
    expect(unwrapped(shown.stdout)).toMatch(/^won at +2025-12-20 10:00:00, UTC, UTC\+00:00$/m);
    expect(unwrapped(shown.stdout)).toMatch(
      /^reason +WonBeforeSince: The deal was won at 2025-12-20T10:00:00\.000Z/m,
    );
    expect(await deals.stack.ledger.deals.wins(deal)).toEqual([]);
    expect(await ordersOf(`${deal}:1`)).toHaveLength(0);
  },
);

it.each<[Sender, string, (stages: 'first' | 'second' | 'again') => Promise<void>]>([
  [
    'hubspot',
    '601',
    (stages) => {
      const first: Stages = [
        ['qualifiedtobuy', '2026-01-02T10:00:00Z'],
        ['closedwon', '2026-01-20T10:00:00Z'],
      ];
      const second: Stages = [...first, ['delivered', AFTER]];
      const again: Stages = [
        ...second,
        ['sent-back', '2026-01-25T10:00:00Z'],
        ['closedwon', '2026-01-26T10:00:00Z'],
      ];
      return putHubspot('601', { first, second, again }[stages]);
    },
  ],
  [
    'salesforce',
    '006000000000601AAA',
    (stages) => {
      const first: Stages = [
        ['Prospecting', '2026-01-02T10:00:00Z'],
        ['Closed Won', '2026-01-20T10:00:00Z'],
      ];
      const second: Stages = [...first, ['Delivered', AFTER]];
      const again: Stages = [
        ...second,
        ['Closed Lost', '2026-01-25T10:00:00Z'],
        ['Closed Won', '2026-01-26T10:00:00Z'],
      ];
      return putSalesforce('006000000000601AAA', { first, second, again }[stages]);
    },
  ],
  [
    'pipedrive',
    '601',
    (stages) => {
      const first: Stages = [
        ['open', '2026-01-02T10:00:00Z'],
        ['won', '2026-01-20T10:00:00Z'],
      ];
      const again: Stages = [...first, ['lost', '2026-01-25T10:00:00Z'], ['won', '2026-01-26T10:00:00Z']];
      return stages === 'second'
        ? putPipedrive('601', first, AFTER)
        : putPipedrive('601', { first, again }[stages]);
    },
  ],
])(
  'a bought deal of %s that is moved to a second won stage is not bought again, though it is to be when won again',
  async (crm, id, put) => {
    const deal = deals.key(crm, id);
    await put('first');
    await deals.tellOf(crm, id);
    await deals.purchaseOf(`${deal}:1`);
    await deals.rests(deal);

    await put('second');
    await tellAgain(crm, id, 2);
    await sweep(crm);
    await deals.rests(deal);
    expect(await deals.stack.ledger.deals.wins(deal)).toHaveLength(1);

    await put('again');
    await deals.tellOf(crm, id);
    expect((await deals.purchaseOf(`${deal}:2`)).status).toBe('ordered');
    await deals.rests(deal);
    expect(await deals.stack.ledger.deals.wins(deal)).toHaveLength(2);
    expect(await ordersOf(`${deal}:1`)).toHaveLength(1);
  },
);

it('a deal that came from a stage that nobody knows any more asks, and is bought when a person says so', async () => {
  await putHubspot('701', [
    ['closedwon', BEFORE],
    ['gone', '2026-01-02T10:00:00Z'],
    ['delivered', AFTER],
  ]);
  const deal = deals.key('hubspot', '701');
  expect(await sweep('hubspot')).toMatchObject({ caughtUp: 1 });
  const { reason } = await deals.reaches(deal, 'waiting-for-decision');
  expect(reason).toMatchObject({ code: 'WonTimeUnknown' });
  expect(reason!.message).toContain('between 2025-12-20T10:00:00.000Z and 2026-01-24T10:00:00.000Z');
  await deals.stack.client.deals.decide(deal, { verb: 'buy', by: 'ann' });
  expect((await deals.purchaseOf(`${deal}:1`)).status).toBe('ordered');
  await deals.rests(deal);
  await tellAgain('hubspot', '701', 2);
  expect(await deals.stack.ledger.deals.wins(deal)).toHaveLength(1);
});

/** The shop tells of a deal of the tutorial's license. */
function shopTells(dealId: string, when: { wonAt?: string; timestamp: string }, type = 'deal.won') {
  const { timestamp, ...won } = when;
  const lineItems = [{ sku: 'YS-ULT', quantity: 100 }];
  return deals.crm.deliver('standard-webhooks', {
    to: `${deals.url}/webhooks/${deals.source('standard-webhooks')}`,
    secrets: [SECRETS.SHOP_SECRET],
    body: { type, timestamp, data: { dealId, ...won, fields: { serial: '3651E1292455' }, lineItems } },
  });
}

it.each<[string, object]>([
  ['another time', { wonAt: AFTER }],
  ['no time', {}],
])(
  'a deal won before since that its sender tells of again with %s, and of no loss, asks',
  async (what, won) => {
    const id = `early-${what.slice(0, 2)}`;
    const deal = deals.key('standard-webhooks', id);
    const first = 'wonAt' in won ? { wonAt: BEFORE } : {};
    await shopTells(id, { ...first, timestamp: '2025-12-20T10:00:01Z' });
    await deals.reaches(deal, 'dismissed');
    await deals.rests(deal);
    await shopTells(id, { ...won, timestamp: '2026-01-24T10:00:01Z' });
    expect(await deals.reaches(deal, 'waiting-for-decision')).toMatchObject({
      reason: { code: 'WonTimeUnknown' },
    });
    await deals.stack.client.deals.decide(deal, { verb: 'dismiss', by: 'ann' });
    expect(await deals.rests(deal)).toMatchObject({ status: 'dismissed' });
  },
);

it('a bought deal that its sender tells of with another time asks; after word of its loss it is bought again', async () => {
  const deal = deals.key('standard-webhooks', 'shop-1');
  await shopTells('shop-1', { wonAt: '2026-01-20T10:00:00Z', timestamp: '2026-01-20T10:00:01Z' });
  await deals.purchaseOf(`${deal}:1`);
  await deals.rests(deal);
  await shopTells('shop-1', { wonAt: '2026-01-21T10:00:00Z', timestamp: '2026-01-21T10:00:01Z' });
  const { reason } = await deals.reaches(deal, 'waiting-for-decision');
  expect(reason!.message).toContain('It may be the same win');
  await shopTells('shop-1', { timestamp: '2026-01-22T10:00:01Z' }, 'deal.lost');
  await deals.reaches(deal, 'not-won');
  await deals.rests(deal);
  await shopTells('shop-1', { wonAt: '2026-01-23T10:00:00Z', timestamp: '2026-01-23T10:00:01Z' });
  expect((await deals.purchaseOf(`${deal}:2`)).status).toBe('ordered');
});

it('a deal of Salesforce has one run, whoever writes its id: a key with other ids is refused, or means that deal', async () => {
  const id = '006AA00000xyzABYAY';
  const deal = deals.key('salesforce', id);
  await putSalesforce(id, [['Closed Won', '2026-01-20T10:00:00Z']]);
  await deals.tellOf('salesforce', id);
  await deals.purchaseOf(`${deal}:1`);
  await deals.rests(deal);
  for (const other of [deal.slice(0, -3), deal.toLowerCase().replace('salesforce:00d', 'salesforce:00D')]) {
    const run = await deals.stack.temporal.workflow.start('dealWon', {
      workflowId: `deal:${other}`,
      taskQueue: deals.stack.taskQueue,
      args: [{ source: deals.source('salesforce'), deal: other, by: 'person' }],
    });
    await expect(run.result()).rejects.toMatchObject({ cause: { type: 'InvalidDeal' } });
  }
  expect(unwrapped((await wonce('deals', 'show', deal.slice(0, -3))).stdout)).toMatch(
    new RegExp(`^deal +${deal}$`, 'm'),
  );
  expect((await wonce('deals', 'show', `${deal.slice(0, -1)}y`)).stderr).toMatch(/^UnknownDeal/);
});
