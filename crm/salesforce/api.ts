import axios from 'axios';
import { Connection } from 'jsforce/core';
import { PassThrough } from 'node:stream';
import { retryAfterMs } from '../../config/retry-after';
import { callOptions, CrmError, unreached, type Answer } from '../deal-reader';
import { isJsonObject, readJson, textOf } from '../lossless';
import type { ReadingSalesforce } from '../source';

/** Of the REST API, Spring '24; each version is kept for three years at least. */
const VERSION = '60.0';
const TOKEN_PATH = '/services/oauth2/token';
/** A page's address stands in an answer: the token must not go anywhere else. */
const PAGE_PATH = /^\/services\/data\/v\d+\.\d+\/query\/[\w-]+$/;

export type Row = Record<string, unknown>;

interface Request {
  url: string;
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
}

/**
 * Queries of one organisation through jsforce, read without loss. The token is got with the client's credentials, kept,
 * and renewed once when it is not taken any more. Nothing of jsforce's errors gets out: they hold answers and tokens.
 */
export class SalesforceApi {
  private session: Promise<Connection> | undefined;

  constructor(
    private readonly source: Pick<ReadingSalesforce, 'api' | 'clientId' | 'clientSecret'>,
    private readonly deadlineMs: number,
  ) {}

  /**
   * Runs a query and reads all its pages.
   *
   * @throws CrmError
   */
  async query(soql: string): Promise<Row[]> {
    return this.allPages(await this.get(`/query?q=${encodeURIComponent(soql)}`));
  }

  /**
   * All rows of a query inside another.
   *
   * @param result as it stands in the outer query's row; null when there are none
   * @throws CrmError
   */
  async nested(result: unknown): Promise<Row[]> {
    return result === null ? [] : this.allPages(result);
  }

  private async allPages(first: unknown): Promise<Row[]> {
    const rows: Row[] = [];
    const seen = new Set<string>();
    for (let page = first; ;) {
      if (!isJsonObject(page) || !Array.isArray(page.records) || !page.records.every(isJsonObject)) {
        throw unreadable('expected a list of objects in `records`');
      }
      rows.push(...page.records);
      if (page.done === true) return rows;
      const next = textOf(page.nextRecordsUrl);
      if (next === undefined || !PAGE_PATH.test(next)) {
        throw unreadable("expected `done: true`, or the next page's path in `nextRecordsUrl`");
      }
      if (seen.has(next)) throw unreadable('its pages go round in circles');
      seen.add(next);
      page = await this.get(next);
    }
  }

  private async get(url: string): Promise<unknown> {
    const session = this.loggedIn();
    const answer = await this.send('query', await session, { method: 'GET', url });
    if (!isSessionGone(answer)) return jsonOf('query', answer);
    this.forget(session);
    return jsonOf('query', await this.send('query', await this.loggedIn(), { method: 'GET', url }));
  }

  /** Calls at the same time share one token. */
  private loggedIn(): Promise<Connection> {
    const session = (this.session ??= this.logIn());
    session.catch(() => this.forget(session));
    return session;
  }

  private forget(session: Promise<Connection>): void {
    if (this.session === session) this.session = undefined;
  }

  private async logIn(): Promise<Connection> {
    const { clientId, clientSecret } = this.source;
    const answer = await this.send('oauth2/token', this.connect(), {
      method: 'POST',
      url: TOKEN_PATH,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
      }).toString(),
    });
    const json = jsonOf('oauth2/token', answer);
    const accessToken = isJsonObject(json) ? textOf(json.access_token) : undefined;
    if (accessToken === undefined) throw unreadable('expected `access_token`', 'oauth2/token');
    return this.connect(accessToken);
  }

  private connect(accessToken?: string): Connection {
    return new Connection({
      instanceUrl: this.source.api.replace(/\/+$/, ''),
      version: VERSION,
      logLevel: 'NONE',
      ...(accessToken !== undefined && { accessToken }),
    });
  }

  private async send(where: string, connection: Connection, request: Request): Promise<Answer> {
    const transport = new OneAttempt(this.deadlineMs);
    try {
      await connection.request(request, { transport, responseType: 'text' });
    } catch {
      // An answer that says no is an error to jsforce.
    }
    if (transport.answer !== undefined) return transport.answer;
    const { error, signal } = transport;
    throw unreached('Salesforce', where, { error, signal, deadlineMs: this.deadlineMs });
  }
}

/**
 * What jsforce sends a request with. Its own tries five more times, follows redirections with the token, and waits for
 * half an hour, for a body without end; and of an answer it hands out no status.
 */
class OneAttempt {
  answer: Answer | undefined;
  /** Why there is no answer. */
  error: unknown;
  readonly signal: AbortSignal;

  constructor(deadlineMs: number) {
    this.signal = AbortSignal.timeout(deadlineMs);
  }

  httpRequest(request: Request): Promise<unknown> & { stream(): PassThrough } {
    return Object.assign(this.send(request), { stream: () => new PassThrough() });
  }

  private async send({ url, method, headers = {}, body }: Request): Promise<unknown> {
    try {
      const {
        status,
        headers: sent,
        data,
      } = await axios.request<unknown>({
        url,
        method,
        headers,
        data: body,
        ...callOptions(url, this.signal),
        transformResponse: (text: unknown) => text,
      });
      const text = typeof data === 'string' ? data : '';
      this.answer = { status, retryAfter: textOf(sent['retry-after']), body: text };
      return { statusCode: status, headers: {}, body: text };
    } catch (error) {
      this.error = error;
      throw error;
    }
  }
}

function isSessionGone({ status, body }: Answer): boolean {
  return status === 401 || errorOf(body).code === 'INVALID_SESSION_ID';
}

/** @throws CrmError for whatever is no answer of 200 with JSON */
function jsonOf(where: string, { status, retryAfter, body }: Answer): unknown {
  const { code, message } = errorOf(body);
  if (status === 429 || code === 'REQUEST_LIMIT_EXCEEDED') {
    throw new CrmError(
      'CrmRateLimited',
      `Salesforce asks to slow down at ${where}.`,
      retryAfterMs(retryAfter),
    );
  }
  // A client it does not know, or that may not, gets 400 where tokens are given (RFC 6749, 5.2).
  if (
    status === 401 ||
    status === 403 ||
    (status === 400 && where === 'oauth2/token' && code !== undefined)
  ) {
    throw new CrmError(
      'CrmUnauthorised',
      `Salesforce refuses the client (${status} ${code ?? ''} at ${where}): are client id and secret right, ` +
        'is the client credentials flow switched on, and may its user see opportunities?',
    );
  }
  if (status >= 500 || status === 408) {
    throw new CrmError('CrmUnreachable', `Salesforce is out of order (${status} at ${where}).`);
  }
  if (code === 'INVALID_FIELD') throw fieldUnknown(message);
  if (status !== 200) {
    const came = code === undefined ? status : `${status} ${code}`;
    throw unreadable(`expected status 200, came ${came}; is the API's address right?`, where);
  }
  const json = readJson(body);
  if (json === undefined) throw unreadable('expected JSON', where);
  return json;
}

/** What an answer says is wrong: a list with `errorCode` from the API, an object with `error` from OAuth. */
function errorOf(body: string): { code?: string; message?: string } {
  const json = readJson(body);
  const error: unknown = Array.isArray(json) ? json[0] : json;
  if (!isJsonObject(error)) return {};
  const code = textOf(error.errorCode) ?? textOf(error.error);
  const message = textOf(error.message);
  return {
    ...(code !== undefined && /^\w{1,60}$/.test(code) && { code }),
    ...(message !== undefined && { message }),
  };
}

/** Of the message the name alone: `No such column 'Serial__c' on entity 'Opportunity'. …` behind the query's text. */
function fieldUnknown(message = ''): CrmError {
  const [, field] =
    /No such column '([\w.]{1,80})'/i.exec(message) ??
    /Didn't understand relationship '([\w.]{1,80})'/i.exec(message) ??
    [];
  const which = field === undefined ? 'a named field' : `the field ${field}`;
  return unreadable(`it does not know ${which}; is its API name right, and may the client's user see it`);
}

/** Salesforce answered, and not as it documents. */
export function unreadable(expected: string, where = 'query'): CrmError {
  return new CrmError('CrmAnswerUnreadable', `Salesforce's answer at ${where} cannot be read: ${expected}.`);
}
