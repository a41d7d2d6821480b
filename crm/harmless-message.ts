import { createHmac, randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { sourcesIn } from './deals-file/deals-file';
import type { ReceivingSource } from './source';

/** A message of a sender that proves itself and says nothing of any deal. */
export interface HarmlessMessage {
  headers: Record<string, string>;
  body: string;
}

const TYPE = 'wonce.doctor';

/**
 * For each source of deals.yaml a message that is authentic for the server and changes nothing: an empty batch, or an
 * event of a kind that nobody knows.
 *
 * @param publicUrl the address under which senders reach the server: HubSpot signs it
 * @throws as connectReceivers
 */
export function harmlessMessages(
  { dealsFile, publicUrl }: { dealsFile: string | undefined; publicUrl: string },
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, HarmlessMessage> {
  const sources = sourcesIn(dealsFile, env, 'receiving');
  return new Map(sources.map((source) => [source.name, messageOf(source, publicUrl)]));
}

function messageOf(source: ReceivingSource, publicUrl: string): HarmlessMessage {
  const [secret = ''] = source.secrets;
  const json = { 'content-type': 'application/json' };
  switch (source.crm) {
    case 'hubspot':
      return {
        headers: { ...json, ...hubspotProof(secret, `${publicUrl}/webhooks/${source.name}`) },
        body: '[]',
      };
    case 'pipedrive': {
      const basic = Buffer.from(`${source.user}:${secret}`).toString('base64');
      const meta = { version: '2.0', company_id: source.account, entity: TYPE, action: 'none' };
      return { headers: { ...json, authorization: `Basic ${basic}` }, body: JSON.stringify({ meta }) };
    }
    case 'salesforce': {
      const body = JSON.stringify({ type: TYPE, org_id: source.account });
      return { headers: { ...json, authorization: `Bearer ${secret}` }, body };
    }
    case 'standard-webhooks': {
      const body = JSON.stringify({ type: TYPE, timestamp: new Date().toISOString(), data: {} });
      return { headers: { ...json, ...standardProof(secret, body) }, body };
    }
  }
}

function hubspotProof(secret: string, url: string): Record<string, string> {
  const timestamp = String(Date.now());
  const signature = createHmac('sha256', secret).update(`POST${url}[]${timestamp}`).digest('base64');
  return { 'x-hubspot-request-timestamp': timestamp, 'x-hubspot-signature-v3': signature };
}

function standardProof(secret: string, body: string): Record<string, string> {
  const [id, now] = [randomUUID(), new Date()];
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, now, body),
  };
}
