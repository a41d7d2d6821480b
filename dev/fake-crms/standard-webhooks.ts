import { createHmac, randomUUID } from 'node:crypto';
import type { CrmRecord } from './records';
import type { Outgoing, SenderRules } from './sender';
import type { FakeCrm } from './fake-crm';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The example of the specification 1.0.0, without jitter; 410 ends it. */
const RULES: SenderRules = {
  timeoutMs: 20 * SECOND,
  retryAfterMs: [
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
  ],
  isSuccess: ({ status }) => status >= 200 && status < 300,
  isRetried: (status) => status !== 410,
};

/** Whoever sends Standard Webhooks. It cannot be asked: there is no API. */
export const standardWebhooks: FakeCrm = {
  name: 'standard-webhooks',
  paths: [],
  addApi: () => undefined,
  trouble: () => ({}),
  waitHeader: 'retry-after',
  sender: { rules: RULES, message: messageOf },
};

/** From `{ secrets, id?, body }`: body is text, sent as it is, or an object; each secret makes a signature. */
function messageOf({ secrets, id, body }: CrmRecord): (attempt: number, now: Date) => Outgoing {
  if (!Array.isArray(secrets) || secrets.length === 0 || !secrets.every(isSecret)) {
    throw new Error('secrets: a list of whsec_…');
  }
  if (body === undefined) throw new Error('body: text or an object');
  const messageId = typeof id === 'string' ? id : `msg_${randomUUID()}`;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return (_attempt, now) => {
    const timestamp = Math.floor(now.getTime() / SECOND);
    const signatures = secrets.map((secret) => sign(secret, `${messageId}.${timestamp}.${text}`));
    return {
      headers: {
        'content-type': 'application/json',
        'webhook-id': messageId,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signatures.join(' '),
      },
      body: text,
    };
  };
}

function isSecret(secret: unknown): secret is string {
  return typeof secret === 'string' && secret.startsWith('whsec_');
}

function sign(secret: string, content: string): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}
