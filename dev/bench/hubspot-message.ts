import { createHmac } from 'node:crypto';
import { FAKE_HUBSPOT, FAKE_SECRETS } from '../stack/fake-deals-file';

/** Sends a signed message that a deal was won, as the fake HubSpot does. @returns the status of the answer */
export async function tellOfWin(serverUrl: string, dealId: string): Promise<number> {
  const url = `${serverUrl}/webhooks/${FAKE_HUBSPOT.source}`;
  const event = {
    subscriptionType: 'deal.propertyChange',
    portalId: Number(FAKE_HUBSPOT.account),
    objectId: Number(dealId),
    propertyName: 'dealstage',
    propertyValue: 'closedwon',
    occurredAt: Date.now(),
  };
  return post(url, JSON.stringify([event]));
}

/** Posts a body with the signature that HubSpot would give it. @returns the status of the answer */
export async function post(url: string, body: string): Promise<number> {
  const timestamp = String(Date.now());
  const signature = createHmac('sha256', FAKE_SECRETS.FAKE_HUBSPOT_SECRET)
    .update(`POST${url}${body}${timestamp}`)
    .digest('base64');
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-hubspot-signature-v3': signature,
      'x-hubspot-request-timestamp': timestamp,
    },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}
