import { randomUUID } from 'node:crypto';
import { addPipedriveApi, PIPEDRIVE_PATH, PIPEDRIVE_V1_PATH, troubleOf } from './pipedrive-api';
import { isRecord, type CrmRecord } from './records';
import type { Outgoing, SenderRules } from './sender';
import type { FakeCrm } from './fake-crm';

/**
 * As Pipedrive's guide "Webhooks v2" says: 10 s for an answer, and three more attempts. Its ban of a webhook after ten
 * first attempts that failed is left out.
 */
const RULES: SenderRules = {
  timeoutMs: 10_000,
  retryAfterMs: [3_000, 30_000, 150_000],
  isSuccess: ({ status }) => status >= 200 && status < 300,
  isRetried: () => true,
};

/** Pipedrive: its API as far as deals are read back by it, and its webhooks with payload 2.0. */
export const pipedrive: FakeCrm = {
  name: 'pipedrive',
  paths: [PIPEDRIVE_PATH, PIPEDRIVE_V1_PATH],
  addApi: addPipedriveApi,
  trouble: troubleOf,
  // As in Pipedrive's guide "Rate limiting".
  waitHeader: 'x-ratelimit-reset',
  sender: { rules: RULES, message: messageOf },
};

/** From `{ user, password, event: { meta?, data?, previous? } }`; what `meta` lacks is filled in. */
function messageOf({ user, password, event }: CrmRecord): (attempt: number, now: Date) => Outgoing {
  if (typeof user !== 'string' || typeof password !== 'string') {
    throw new Error('user and password, of HTTP Basic');
  }
  if (!isRecord(event)) throw new Error('event: the parts meta, data and previous of a payload');
  const { meta, data = null, previous = null } = event;
  const { id } = isRecord(data) ? data : {};
  // The event's own, the same on each attempt.
  const ofEvent = {
    action: 'change',
    entity: 'deal',
    ...(typeof id === 'number' && { entity_id: String(id) }),
    id: randomUUID(),
    correlation_id: randomUUID(),
    company_id: '7700001',
    version: '2.0',
    timestamp: new Date().toISOString(),
    ...(isRecord(meta) ? meta : {}),
  };
  const headers = {
    'content-type': 'application/json',
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
  };
  return (attempt) => ({
    headers,
    body: JSON.stringify({ meta: { ...ofEvent, attempt }, data, previous }),
  });
}
