import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { LosslessNumber, stringify } from 'lossless-json';
import { pipelinesOf } from './hubspot-pipelines';
import { foundBy } from './hubspot-search';
import type { CrmRecord, Records } from './records';
import { jsonOf, Refused } from './fake-crm';

export const HUBSPOT_PATHS = ['/crm/v3/', '/crm/v4/'];
export const HUBSPOT_TOKEN = 'hubspot-token';

/** When a record was changed that was put without a date. */
const LONG_AGO = '2026-01-01T00:00:00.000Z';
/** Of a batch, without and with histories. */
const MOST_INPUTS = 100;
const MOST_INPUTS_WITH_HISTORY = 50;
const MOST_ASSOCIATIONS = 500;

type Kind = 'deals' | 'line_items' | 'companies';

/** What of a record is shown. */
interface Wanted {
  properties: readonly string[];
  propertiesWithHistory: readonly string[];
}

type ById = { Params: { id: string } };

/** Adds the reads of the APIs v3 and v4. */
export function addHubspotApi(app: FastifyInstance, records: Records): void {
  for (const kind of ['deals', 'companies'] as const) {
    app.get<ById>(
      `/crm/v3/objects/${kind}/:id`,
      answering(({ id }, request) => {
        const wanted = wantedByQuery(request);
        return shown(id, present(records, kind, id) ?? notFound(), wanted);
      }),
    );
  }
  for (const kind of ['deals', 'companies', 'line_items'] as const) {
    app.post<ById>(
      `/crm/v3/objects/${kind}/batch/read`,
      answering((_params, request) => batchOf(records, kind, bodyOf(request))),
    );
  }
  app.post<ById>(
    '/crm/v3/objects/deals/search',
    answering((_params, request) => searched(records, bodyOf(request))),
  );
  app.get<ById>(
    '/crm/v3/pipelines/deals',
    answering((_params, request) => {
      queryOf(request, []);
      return pipelinesOf(records);
    }),
  );
  for (const to of ['line_items', 'companies'] as const) {
    app.get<ById>(
      `/crm/v4/objects/deals/:id/associations/${to}`,
      answering(({ id }, request) => {
        const asked = queryOf(request, ['limit', 'after']);
        return pageOf(associationsOf(present(records, 'deals', id) ?? notFound(), to), asked);
      }),
    );
  }
}

/** A call with the token, answered without loss; of a batch, some may be missing. */
function answering(handle: (params: { id: string }, request: FastifyRequest<ById>) => CrmRecord) {
  return (request: FastifyRequest<ById>, reply: FastifyReply) => {
    checkToken(request);
    const answer = handle(request.params, request);
    return reply
      .code('errors' in answer ? 207 : 200)
      .type('application/json')
      .send(stringify(answer));
  };
}

function searched(records: Records, body: CrmRecord): CrmRecord {
  const deals = records
    .all('deals')
    .filter(({ record }) => record.archived !== true)
    .map(({ id, record }) => ({ id, properties: allProperties(id, record) }));
  const { found, ...page } = foundBy(deals, body, validationError);
  const wanted = { properties: namesIn(body, 'properties'), propertiesWithHistory: [] };
  return { ...page, results: found.map((id) => shown(id, records.get('deals', id)!, wanted)) };
}

export function troubleOf(kind: 'unauthorised' | 'rate-limit' | 'server-error'): CrmRecord {
  switch (kind) {
    case 'unauthorised':
      return errorOf('Authentication credentials not found.', { category: 'INVALID_AUTHENTICATION' });
    case 'rate-limit':
      return errorOf('You have reached your ten_secondly_rolling limit.', {
        errorType: 'RATE_LIMIT',
        policyName: 'TEN_SECONDLY_ROLLING',
      });
    case 'server-error':
      return errorOf('internal error', {});
  }
}

function errorOf(message: string, more: CrmRecord): CrmRecord {
  return { status: 'error', message, correlationId: randomUUID(), ...more };
}

function notFound(): never {
  throw new Refused(404, errorOf('resource not found', { category: 'OBJECT_NOT_FOUND' }));
}

function validationError(what: string): Refused {
  return new Refused(400, errorOf(`Invalid input: ${what}`, { category: 'VALIDATION_ERROR' }));
}

function checkToken({ headers }: FastifyRequest<ById>): void {
  if (headers.authorization !== `Bearer ${HUBSPOT_TOKEN}`) throw new Refused(401, troubleOf('unauthorised'));
}

type Asked = Partial<Record<string, string | string[]>>;

function queryOf({ query }: FastifyRequest<ById>, known: readonly string[]): Asked {
  const asked = query as Asked;
  const unknown = Object.keys(asked).find((name) => !known.includes(name));
  if (unknown !== undefined) throw validationError(`query parameter ${unknown}`);
  return asked;
}

/** Names stand one by one, or with commas between. */
function wantedByQuery(request: FastifyRequest<ById>): Wanted {
  const asked = queryOf(request, ['properties', 'propertiesWithHistory']);
  const names = (value: string | string[] | undefined) =>
    value === undefined ? [] : String(value).split(',');
  return {
    properties: names(asked.properties),
    propertiesWithHistory: names(asked.propertiesWithHistory),
  };
}

function bodyOf(request: FastifyRequest<ById>): CrmRecord {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) throw new Refused(415, {});
  const body = jsonOf(request);
  if (body === undefined) throw validationError('JSON');
  return body;
}

function namesIn(body: CrmRecord, field: string): string[] {
  const names = body[field] ?? [];
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) throw validationError(field);
  return names;
}

/** A record in the bin is as good as none. */
function present(records: Records, kind: Kind, id: string): CrmRecord | undefined {
  const record = records.get(kind, id);
  return record?.archived === true ? undefined : record;
}

function allProperties(id: string, { properties }: CrmRecord): CrmRecord {
  const known = { createdate: LONG_AGO, hs_lastmodifieddate: LONG_AGO, hs_is_closed_won: 'false' };
  return { ...known, ...(properties as CrmRecord), hs_object_id: id };
}

function shown(id: string, record: CrmRecord, wanted: Wanted): CrmRecord {
  const all = allProperties(id, record);
  const names = ['createdate', 'hs_lastmodifieddate', 'hs_object_id', ...wanted.properties];
  const histories = wanted.propertiesWithHistory.map((name) => [name, historyOf(name, record, all)]);
  return {
    id,
    properties: Object.fromEntries(names.map((name) => [name, all[name] ?? null])),
    ...(histories.length > 0 && { propertiesWithHistory: Object.fromEntries(histories) as CrmRecord }),
    createdAt: all.createdate,
    updatedAt: all.hs_lastmodifieddate,
    archived: false,
  };
}

function historyOf(name: string, { propertiesWithHistory }: CrmRecord, all: CrmRecord): unknown[] {
  const told = (propertiesWithHistory as Record<string, unknown[]> | undefined)?.[name];
  const value = all[name];
  if (told !== undefined) return told;
  return value === undefined
    ? []
    : [{ value, timestamp: all.hs_lastmodifieddate, sourceType: 'CRM_UI', sourceId: 'userId:55501' }];
}

/** Whatever the order asked for, theirs is another. */
function batchOf(records: Records, kind: Kind, body: CrmRecord): CrmRecord {
  const wanted = {
    properties: namesIn(body, 'properties'),
    propertiesWithHistory: namesIn(body, 'propertiesWithHistory'),
  };
  const most = wanted.propertiesWithHistory.length > 0 ? MOST_INPUTS_WITH_HISTORY : MOST_INPUTS;
  const inputs = body.inputs as { id?: unknown }[] | undefined;
  if (!Array.isArray(inputs) || inputs.length === 0 || inputs.length > most) throw validationError('inputs');
  const ids = inputs.map(({ id }) => (typeof id === 'string' ? id : ''));
  if (ids.some((id) => !/^\d+$/.test(id))) throw validationError('inputs');
  const missing = ids.filter((id) => present(records, kind, id) === undefined);
  const results = [...new Set(ids)]
    .filter((id) => !missing.includes(id))
    .map((id) => shown(id, records.get(kind, id)!, wanted))
    .reverse();
  const now = new Date().toISOString();
  return {
    status: 'COMPLETE',
    results,
    ...(missing.length > 0 && {
      numErrors: 1,
      errors: [
        {
          status: 'error',
          category: 'OBJECT_NOT_FOUND',
          message: `Could not get some ${kind} objects, they may be deleted or not exist.`,
          context: { ids: missing },
        },
      ],
    }),
    startedAt: now,
    completedAt: now,
  };
}

function associationsOf({ associations }: CrmRecord, to: 'line_items' | 'companies'): CrmRecord[] {
  const { line_items = [], companies = [] } = (associations ?? {}) as {
    line_items?: (string | number)[];
    companies?: { id: string | number; primary?: boolean }[];
  };
  return to === 'line_items'
    ? line_items.map((id) => associationOf(id, [19]))
    : companies.map(({ id, primary }) => associationOf(id, primary === true ? [341, 5] : [341]));
}

function associationOf(id: string | number, typeIds: readonly number[]): CrmRecord {
  return {
    toObjectId: new LosslessNumber(String(id)),
    associationTypes: typeIds.map((typeId) => ({
      category: 'HUBSPOT_DEFINED',
      typeId,
      label: typeId === 5 ? 'Primary' : null,
    })),
  };
}

function pageOf(entries: readonly CrmRecord[], asked: Asked): CrmRecord {
  const [limit, first] = [Number(asked.limit ?? MOST_ASSOCIATIONS), Number(asked.after ?? 0)];
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ASSOCIATIONS) throw validationError('limit');
  if (!Number.isInteger(first) || first < 0) throw validationError('after');
  const next = first + limit;
  return {
    results: entries.slice(first, next),
    ...(next < entries.length && { paging: { next: { after: String(next) } } }),
  };
}
