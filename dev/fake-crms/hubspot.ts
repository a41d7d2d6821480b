import { createHash, createHmac, randomInt } from 'node:crypto';
import { LosslessNumber, stringify } from 'lossless-json';
import { addHubspotApi, HUBSPOT_PATHS, troubleOf } from './hubspot-api';
import { isRecord, type CrmRecord } from './records';
import type { Outgoing, SenderRules } from './sender';
import type { FakeCrm } from './fake-crm';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * As HubSpot's guide "Webhooks" says: 5 s for an answer, and up to ten more attempts within 24 h. HubSpot spreads them at
 * random.
 */
const RULES: SenderRules = {
  timeoutMs: 5 * SECOND,
  retryAfterMs: [
    MINUTE,
    4 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    3 * HOUR,
    4 * HOUR,
    6 * HOUR,
    8 * HOUR,
  ],
  isSuccess: ({ status }) => status >= 200 && status < 300,
  isRetried: () => true,
};

/**
 * HubSpot: the parts of its API that deals are read back by, and the webhooks of an app.
 *
 * Records, ids being their keys:
 * - `deals`: `{ properties, propertiesWithHistory?, associations?, archived? }`. Properties are text or null;
 *   `propertiesWithHistory` is `{ dealstage: [{ value, timestamp }, …] }`, without it the present stage since
 *   `hs_lastmodifieddate`; `associations` is `{ line_items?: ids, companies?: [{ id, primary? }, …] }`.
 * - `line_items` and `companies`: `{ properties, archived? }`.
 * - `pipelines`, beside the usual one or, as `default`, in its place:
 *   `{ label, stages: [{ id, label, metadata: { isClosed: "true", probability: "1.0" } }, …] }`.
 */
export const hubspot: FakeCrm = {
  name: 'hubspot',
  paths: HUBSPOT_PATHS,
  addApi: addHubspotApi,
  trouble: troubleOf,
  waitHeader: 'retry-after',
  sender: { rules: RULES, message: messageOf },
};

/**
 * From `{ events, secret, publicUrl? }`: a batch of up to a hundred events, what each of them lacks filled in; an id that
 * is digits is sent as a number. Without `publicUrl` the address that is delivered to is signed.
 */
function messageOf(
  { events, secret, publicUrl }: CrmRecord,
  to: string,
): (attempt: number, now: Date) => Outgoing {
  if (typeof secret !== 'string') throw new Error("secret: the app's client secret");
  if (!Array.isArray(events) || events.length > 100 || !events.every(isRecord)) {
    throw new Error('events: up to a hundred objects');
  }
  // The events' own, the same on each attempt.
  const batch = events.map(filledIn);
  const uri = decoded(typeof publicUrl === 'string' ? publicUrl : to);
  return (attempt, now) => {
    const body = stringify(batch.map((event) => ({ ...event, attemptNumber: attempt - 1 })))!;
    return { headers: headersOf(secret, uri, body, String(now.getTime())), body };
  };
}

function filledIn(event: CrmRecord): CrmRecord {
  const whole = {
    eventId: randomInt(2 ** 40),
    subscriptionId: 411022,
    portalId: 9001234,
    appId: 880055,
    occurredAt: Date.now(),
    subscriptionType: 'deal.propertyChange',
    changeSource: 'CRM_UI',
    sourceId: 'userId:55501',
    ...event,
  };
  return Object.fromEntries(
    Object.entries(whole).map(([name, value]) => [
      name,
      isId(name, value) ? new LosslessNumber(value) : value,
    ]),
  );
}

function isId(name: string, value: unknown): value is string {
  return name.endsWith('Id') && typeof value === 'string' && /^\d+$/.test(value);
}

/** As of a delivery of January 2026: the version is that of the older signature beside v3, the timeout not the real one. */
function headersOf(secret: string, uri: string, body: string, timestamp: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent':
      'HubSpot Connect 2.0 (http://dev.hubspot.com/) (namespace: webhooks-nio-http-client) - WebhooksExecutorDaemon-executor',
    'x-hubspot-signature-version': 'v1',
    'x-hubspot-signature': createHash('sha256')
      .update(secret + body)
      .digest('hex'),
    'x-hubspot-signature-v3': createHmac('sha256', secret)
      .update(`POST${uri}${body}${timestamp}`)
      .digest('base64'),
    'x-hubspot-request-timestamp': timestamp,
    'x-hubspot-timeout-millis': '10000',
  };
}

/** Only these codes are decoded: `: / ? @ ! $ ' ( ) * , ;`. */
function decoded(uri: string): string {
  return uri.replace(/%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (code) => decodeURIComponent(code));
}
