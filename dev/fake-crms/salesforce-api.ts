import type { FastifyInstance, FastifyRequest } from 'fastify';
import { stringify } from 'lossless-json';
import { randomBytes } from 'node:crypto';
import type { CrmRecord, Records } from './records';
import { parseSoql, refusal } from './salesforce-soql';
import { Answering, DATA_PATH, type Row } from './salesforce-query';
import { bodyOf, Refused } from './fake-crm';

export const SALESFORCE_PATH = '/services/';
export const SALESFORCE_CLIENT = 'salesforce-client';
export const SALESFORCE_SECRET = 'salesforce-secret';

/** Rows a page: few, so that pages are met. Salesforce's own are of 2,000. */
const PAGE = 25;
/** Lists that may be read on. */
const MOST_LOCATORS = 1000;

/** Adds the token endpoint of the client credentials flow, and queries by SOQL. Tokens live as long as the process. */
export function addSalesforceApi(app: FastifyInstance, records: Records): void {
  const tokens = new Set<string>();
  const pages = new Pages();

  app.post('/services/oauth2/token', (request) => {
    checkClient(request);
    const token = `00DAA0000001abc!${randomBytes(24).toString('base64url')}`;
    tokens.add(token);
    return {
      access_token: token,
      instance_url: `http://${request.host}`,
      token_type: 'Bearer',
      scope: 'api',
      issued_at: String(Date.now()),
    };
  });
  app.get<{ Querystring: { q?: string } }>(`${DATA_PATH}/query`, (request, reply) => {
    checkToken(request, tokens);
    const { q } = request.query;
    if (q === undefined) throw refusal('MALFORMED_QUERY', 'SOQL statements cannot be empty or null');
    const answering = new Answering(records, (rows) => pages.first(rows));
    return reply.type('application/json').send(stringify(answering.answer(parseSoql(q))));
  });
  app.get<{ Params: { locator: string } }>(`${DATA_PATH}/query/:locator`, (request, reply) => {
    checkToken(request, tokens);
    return reply.type('application/json').send(stringify(pages.next(request.params.locator)));
  });
}

/** Lists of rows that are given out page by page. */
class Pages {
  private readonly lists = new Map<string, readonly Row[]>();

  first(rows: readonly Row[]): CrmRecord {
    if (rows.length <= PAGE) return this.page('', rows, 0);
    const locator = `0r8${randomBytes(6).toString('hex')}AAA`;
    this.lists.set(locator, rows);
    const [oldest] = this.lists.keys();
    if (this.lists.size > MOST_LOCATORS && oldest !== undefined) this.lists.delete(oldest);
    return this.page(locator, rows, 0);
  }

  next(place: string): CrmRecord {
    const [locator = '', from = ''] = place.split('-');
    const rows = this.lists.get(locator);
    if (rows === undefined || !/^\d+$/.test(from) || Number(from) >= rows.length) {
      throw refusal('INVALID_QUERY_LOCATOR', 'invalid query locator');
    }
    return this.page(locator, rows, Number(from));
  }

  private page(locator: string, rows: readonly Row[], from: number): CrmRecord {
    const next = from + PAGE;
    const isLast = next >= rows.length;
    return {
      totalSize: rows.length,
      done: isLast,
      ...(!isLast && { nextRecordsUrl: `${DATA_PATH}/query/${locator}-${next}` }),
      records: rows.slice(from, next),
    };
  }
}

/** As RFC 6749 says, with Salesforce's words. */
function checkClient(request: FastifyRequest): void {
  const form = new URLSearchParams(bodyOf(request));
  const wrong = (error: string, error_description: string) => new Refused(400, { error, error_description });
  if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    throw wrong('invalid_request', 'must be application/x-www-form-urlencoded');
  }
  if (form.get('grant_type') !== 'client_credentials') {
    throw wrong('unsupported_grant_type', 'grant type not supported');
  }
  if (form.get('client_id') !== SALESFORCE_CLIENT) {
    throw wrong('invalid_client_id', 'client identifier invalid');
  }
  if (form.get('client_secret') !== SALESFORCE_SECRET) {
    throw wrong('invalid_client', 'invalid client credentials');
  }
}

function checkToken({ headers }: FastifyRequest, tokens: ReadonlySet<string>): void {
  const [, token = ''] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
  if (!tokens.has(token)) throw new Refused(401, troubleOf('unauthorised'));
}

export function troubleOf(kind: 'unauthorised' | 'rate-limit' | 'server-error'): CrmRecord[] {
  const errors = {
    unauthorised: { message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' },
    'rate-limit': { message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' },
    'server-error': { message: 'An unexpected error occurred.', errorCode: 'UNKNOWN_EXCEPTION' },
  };
  return [errors[kind]];
}
