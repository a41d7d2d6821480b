import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LosslessNumber, stringify } from 'lossless-json';
import { pageOf, refusal, type Asked } from './pipedrive-paging';
import type { CrmRecord, Records } from './records';
import { Refused } from './fake-crm';

export const PIPEDRIVE_PATH = '/api/v2/';
/** Of the older API, which alone has the changelog. */
export const PIPEDRIVE_V1_PATH = '/v1/';
export const PIPEDRIVE_TOKEN = 'pipedrive-token';

/** What a deal holds that was put without it. */
const NEW_DEAL = {
  title: 'Deal',
  status: 'open',
  person_id: null,
  org_id: null,
  add_time: '2026-01-01T00:00:00Z',
  update_time: '2026-01-01T00:00:00Z',
  won_time: null,
  lost_time: null,
  close_time: null,
  is_deleted: false,
  is_archived: false,
  custom_fields: {},
};

const OF_ONE = ['include_fields', 'custom_fields', 'include_option_labels', 'include_labels'];
const OF_LIST = ['limit', 'cursor', 'sort_by', 'sort_direction'];

type Handler = (asked: Asked, id: string) => unknown;

/**
 * Adds the reads of API v2, and the changelog of v1. Records: `deals`, `organizations`, `products`, `deal_products` (each
 * with its `deal_id`), `deal_fields` and `organization_fields` by custom field with their `options`, and `deal_changelogs`
 * by deal with their `entries`; without one a won deal was open before its `won_time`.
 */
export function addPipedriveApi(app: FastifyInstance, records: Records): void {
  const get = (path: string, known: readonly string[], handle: Handler, base = PIPEDRIVE_PATH) =>
    app.get<{ Params: { id?: string } }>(base + path, (request, reply) => {
      checkToken(request);
      const answer = handle(queryOf(request, known), idOf(request.params.id ?? '0'));
      return reply.type('application/json').send(stringify({ success: true, ...(answer as object) }));
    });

  get('deals/:id', OF_ONE, (asked, id) => ({
    data: shownDeal(records, id, found(records, 'deals', id), asked),
  }));
  get('organizations/:id', OF_ONE, (asked, id) => {
    const organisation = { is_deleted: false, custom_fields: {}, ...found(records, 'organizations', id) };
    return { data: shown(records, 'organization_fields', id, organisation, asked) };
  });
  get('deals', [...OF_ONE, ...OF_LIST, 'ids', 'status', 'updated_since'], (asked) => {
    const deals = records.all('deals').map(({ id, record }) => shownDeal(records, id, record, asked));
    return pageOf(deals.filter(wantedBy(asked)), asked, ['id', 'update_time', 'add_time']);
  });
  get('deals/:id/products', OF_LIST, (asked, id) => {
    found(records, 'deals', id);
    const lines = records.all('deal_products').filter(({ record }) => String(record.deal_id) === id);
    return pageOf(lines.map(shownLine), asked, ['id', 'add_time', 'update_time', 'order_nr']);
  });
  get(
    'deals/:id/changelog',
    ['limit', 'cursor'],
    (asked, id) => pageOf(changelogOf(records, id), asked, ['id']),
    PIPEDRIVE_V1_PATH,
  );
  get('products', [...OF_LIST, 'ids', 'custom_fields'], (asked) => {
    const products = records.all('products').filter(({ id }) => isAmong(id, asked.ids));
    return pageOf(products.map(shownProduct), asked, ['id', 'name', 'add_time', 'update_time']);
  });
  get('products/:id', [], (_asked, id) => ({
    data: shownProduct({ id, record: found(records, 'products', id) }),
  }));
}

export function troubleOf(kind: 'unauthorised' | 'rate-limit' | 'server-error'): CrmRecord {
  const error = {
    unauthorised: 'unauthorized access',
    'rate-limit': 'request over limit',
    'server-error': 'Internal server error',
  }[kind];
  return { success: false, error };
}

function checkToken({ headers }: FastifyRequest): void {
  if (headers['x-api-token'] !== PIPEDRIVE_TOKEN) throw new Refused(401, troubleOf('unauthorised'));
}

function queryOf({ query }: FastifyRequest, known: readonly string[]): Asked {
  for (const [name, value] of Object.entries(query as Record<string, unknown>)) {
    if (!known.includes(name) || typeof value !== 'string') throw refusal(`query parameter ${name}`);
  }
  return query as Asked;
}

function idOf(text: string): string {
  if (!/^\d+$/.test(text)) throw refusal('id');
  return text;
}

function found(records: Records, kind: string, id: string): CrmRecord {
  const record = records.get(kind, id);
  if (record === undefined) throw new Refused(404, { success: false, error: 'Not found' });
  return record;
}

/** Archived deals have a list of their own. */
function wantedBy({ status, updated_since, ids }: Asked): (deal: CrmRecord) => boolean {
  if (status !== undefined && !['open', 'won', 'lost', 'deleted'].includes(status)) throw refusal('status');
  if (updated_since !== undefined && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(updated_since)) {
    throw refusal('updated_since');
  }
  const since = Date.parse(updated_since ?? '1970-01-01T00:00:00Z');
  return (deal) =>
    deal.is_archived === false &&
    deal.is_deleted === (status === 'deleted') &&
    (status === undefined || status === 'deleted' || deal.status === status) &&
    Date.parse(String(deal.update_time)) >= since &&
    isAmong(String(deal.id), ids);
}

function isAmong(id: string, ids: string | undefined): boolean {
  const wanted = ids?.split(',');
  if (wanted !== undefined && wanted.length > 100) throw refusal('ids');
  return wanted?.includes(id) ?? true;
}

function changelogOf(records: Records, id: string): CrmRecord[] {
  const { status, won_time } = found(records, 'deals', id);
  const entries = records.get('deal_changelogs', id)?.entries;
  if (Array.isArray(entries)) return entries as CrmRecord[];
  const wonAt = Date.parse(String(won_time));
  if (status !== 'won' || Number.isNaN(wonAt)) return [];
  const time = new Date(wonAt).toISOString().replace('T', ' ').slice(0, 19);
  return [{ field_key: 'status', old_value: 'open', new_value: 'won', actor_user_id: 4411, time }];
}

function shownDeal(records: Records, id: string, record: CrmRecord, asked: Asked): CrmRecord {
  return shown(records, 'deal_fields', id, { ...NEW_DEAL, ...record }, asked);
}

/** With its id digit for digit, and of its custom fields those that are asked for. */
function shown(records: Records, fields: string, id: string, record: CrmRecord, asked: Asked): CrmRecord {
  const keys = asked.custom_fields?.split(',');
  if (keys !== undefined && keys.length > 15) throw refusal('custom_fields');
  const all = Object.entries(record.custom_fields as CrmRecord);
  const custom_fields = Object.fromEntries(
    all
      .filter(([key]) => keys?.includes(key) ?? true)
      .map(([key, value]) => [
        key,
        asked.include_option_labels === 'true' ? labelled(value, records.get(fields, key)) : value,
      ]),
  );
  return { ...record, id: new LosslessNumber(id), custom_fields };
}

/** Options are ids; asked for with labels, they are `{ id, label }`. */
function labelled(value: unknown, field: CrmRecord | undefined): unknown {
  if (Array.isArray(value)) return value.map((one) => labelled(one, field));
  const options = (field?.options ?? []) as { id: number; label: string }[];
  return options.find(({ id }) => id === value) ?? value;
}

function shownLine({ id, record }: { id: string; record: CrmRecord }): CrmRecord {
  return { is_enabled: true, quantity: 1, ...record, id: new LosslessNumber(id) };
}

function shownProduct({ id, record }: { id: string; record: CrmRecord }): CrmRecord {
  return { name: 'Product', code: null, is_deleted: false, ...record, id: new LosslessNumber(id) };
}
