import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Stack } from '../../cli/running-stack';
import { dealKeyOf } from '../../domain/deal-ids';
import { FAKE_HUBSPOT, FAKE_SECRETS } from './fake-deals-file';

/** What the fake CRM tells of a message that it delivers. */
interface Delivery {
  id: string;
  state: 'under-way' | 'delivered' | 'given-up';
  attempts: { tookMs: number; status?: number }[];
}

/** A deal in the fake HubSpot that has just been won: the vendor tutorial's purchase, under an id of its own. */
export interface FakeDeal {
  /** `hubspot:<account>:<dealId>` */
  deal: string;
  dealId: string;
}

export function newFakeDeal(): FakeDeal {
  const dealId = `${Date.now()}${randomInt(100, 1000)}`;
  return { deal: dealKeyOf({ crm: 'hubspot', account: FAKE_HUBSPOT.account, dealId }), dealId };
}

/** Puts the deal into the fake CRM, won. @param serialNumber of the PBX that its license is for */
export async function winDeal(
  crmUrl: string,
  { dealId }: FakeDeal,
  serialNumber = '3651E1292455',
): Promise<void> {
  const [plan, service] = [`${dealId}1`, `${dealId}2`];
  const put = (kind: string, id: string, record: object) =>
    call('PUT', `${crmUrl}/_control/hubspot/records/${kind}/${id}`, record);
  await put('line_items', plan, { properties: { hs_sku: 'YS-ULT', name: 'Ultimate Plan', quantity: '100' } });
  await put('line_items', service, {
    properties: { hs_sku: 'YS-DR', name: 'Disaster Recovery', quantity: '1' },
  });
  const now = new Date().toISOString();
  await put('deals', dealId, {
    properties: {
      dealname: 'The tutorial',
      dealstage: 'closedwon',
      hs_is_closed_won: 'true',
      hs_lastmodifieddate: now,
      pbx_serial_number: serialNumber,
      license_years: '2',
    },
    propertiesWithHistory: { dealstage: [{ value: 'closedwon', timestamp: now }] },
    associations: { line_items: [plan, service] },
  });
}

/**
 * Lets the fake CRM tell of the deal, as HubSpot does: a signed message.
 *
 * @returns how long the server took to keep it, in ms
 * @throws Error when it could not be delivered
 */
export async function tellOfDeal(
  { crmUrl, serverUrl }: { crmUrl: string } & Pick<Stack, 'serverUrl'>,
  { dealId }: FakeDeal,
): Promise<number> {
  const deliveries = `${crmUrl}/_control/hubspot/deliveries`;
  const { id } = (await call('POST', deliveries, {
    to: `${serverUrl}/webhooks/${FAKE_HUBSPOT.source}`,
    // HubSpot tries again after a minute or so: too long for somebody who watches.
    timeScale: 0.02,
    secret: FAKE_SECRETS.FAKE_HUBSPOT_SECRET,
    events: [
      {
        subscriptionType: 'deal.propertyChange',
        portalId: Number(FAKE_HUBSPOT.account),
        objectId: dealId,
        propertyName: 'dealstage',
        propertyValue: 'closedwon',
      },
    ],
  })) as Delivery;
  for (;;) {
    const all = (await call('GET', deliveries)) as Delivery[];
    const { state, attempts } = all.find((delivery) => delivery.id === id)!;
    const last = attempts.at(-1);
    if (state === 'delivered') return last?.tookMs ?? 0;
    if (state === 'given-up') {
      throw new Error(`The server answered the fake CRM's message with ${last?.status ?? 'nothing'}.`);
    }
    await delay(50);
  }
}

async function call(method: string, url: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return response.json();
}
