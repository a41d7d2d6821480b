import {
  createConfiguration,
  Observable,
  ResponseContext,
  ServerConfiguration,
  type Configuration,
  type RequestContext,
} from '@hubspot/api-client/lib/codegen/crm/objects';
import axios from 'axios';
import { retryAfterMs } from '../../config/retry-after';
import { callOptions, CrmError, unreached, type Answer } from '../deal-reader';
import { isJsonObject, readJson, textOf } from '../lossless';
import type { ReadingHubspot } from '../source';

export type HubspotRecord = Record<string, unknown>;

/** Makes one call with the official client: `(configuration) => new BasicApi(configuration).getById('deals', id)`. */
type Call = (configuration: Configuration) => Promise<unknown>;

/**
 * An answer, and the earliest moment at which what it tells can have been read, by HubSpot's own clock, ms: its `Date`, which has
 * whole seconds, less the time that the call took. NaN without a `Date`.
 */
interface DatedAnswer extends Answer {
  readAt: number;
}

interface Page extends Pick<DatedAnswer, 'readAt'> {
  results: HubspotRecord[];
  after: string | undefined;
}

/**
 * Calls of HubSpot's API through the official client, read without loss. The client's own `Client` knows no deadline, and
 * leaves out the `httpAgent` and `middleware` that it is given (13.5.0): so its generated part is used, with HTTP by axios.
 * Nothing of their errors gets out: they hold the request with its token.
 */
export class HubspotApi {
  constructor(
    private readonly source: Pick<ReadingHubspot, 'api' | 'accessToken'>,
    private readonly deadlineMs: number,
  ) {}

  /**
   * Reads one record.
   *
   * @param where the address without ids, for messages
   * @returns undefined when there is none
   * @throws CrmError
   */
  async one(where: string, call: Call): Promise<HubspotRecord | undefined> {
    const answer = await this.ask(where, call);
    if (isNotFound(answer)) return undefined;
    const record = objectIn(where, answer);
    return record.archived === true ? undefined : record;
  }

  /**
   * Reads a page of a list.
   *
   * @param where the address without ids, for messages
   * @returns `after`: what asks for the next page; undefined when there is none
   * @throws CrmError
   */
  async page(where: string, call: Call): Promise<Page> {
    const answer = await this.ask(where, call);
    const { results, paging } = objectIn(where, answer);
    if (!Array.isArray(results) || !results.every(isJsonObject)) {
      throw unreadable(where, 'expected a list of objects in `results`');
    }
    const next = isJsonObject(paging) ? paging.next : undefined;
    const after = isJsonObject(next) ? textOf(next.after) : undefined;
    return { results, after, readAt: answer.readAt };
  }

  private async ask(where: string, call: Call): Promise<DatedAnswer> {
    const signal = AbortSignal.timeout(this.deadlineMs);
    try {
      return await this.answerTo(call, signal);
    } catch (error) {
      throw unreached('HubSpot', where, { error, signal, deadlineMs: this.deadlineMs });
    }
  }

  private answerTo(call: Call, signal: AbortSignal): Promise<DatedAnswer> {
    return new Promise((resolve, reject) => {
      const send = async (request: RequestContext) => {
        const answer = await sendBy(request, signal);
        resolve(answer);
        const text = () => Promise.resolve(answer.body);
        const binary = () => Promise.resolve(Buffer.from(answer.body));
        return new ResponseContext(answer.status, {}, { text, binary });
      };
      const { api, accessToken } = this.source;
      const configuration = createConfiguration({
        baseServer: new ServerConfiguration(api.replace(/\/+$/, ''), {}),
        authMethods: { oauth2: { accessToken } },
        httpApi: { send: (request) => new Observable(send(request)) },
      });
      // What the client itself makes of an answer is of no interest: once there is one, this comes too late.
      call(configuration).catch(reject);
    });
  }
}

async function sendBy(request: RequestContext, signal: AbortSignal): Promise<DatedAnswer> {
  const begun = performance.now();
  const { status, headers, data } = await axios.request<string>({
    method: request.getHttpMethod(),
    url: request.getUrl(),
    headers: request.getHeaders(),
    data: request.getBody(),
    ...callOptions(request.getUrl(), signal),
    transformResponse: (body: unknown) => body,
  });
  const readAt = Date.parse(String(headers.date)) - (performance.now() - begun);
  return { status, retryAfter: textOf(headers['retry-after']), body: data, readAt };
}

/**
 * Where the address is wrong there is a 404, too, and no deal may be lost by it: HubSpot's own says that it knows no
 * such object.
 */
function isNotFound({ status, body }: Answer): boolean {
  if (status !== 404) return false;
  const error = readJson(body);
  if (!isJsonObject(error) || error.status !== 'error' || textOf(error.correlationId) === undefined)
    return false;
  return error.category === 'OBJECT_NOT_FOUND' || /^resource not found/i.test(textOf(error.message) ?? '');
}

function objectIn(where: string, { status, retryAfter, body }: Answer): HubspotRecord {
  if (status === 401 || status === 403) {
    const message = `HubSpot refuses the access token (${status} at ${where}): is it right, and has it the scopes to read deals, line items and companies?`;
    throw new CrmError('CrmUnauthorised', message);
  }
  if (status === 429) {
    throw new CrmError('CrmRateLimited', `HubSpot asks to slow down at ${where}.`, retryAfterMs(retryAfter));
  }
  // 423: locked for 2 s; 477: the account is being moved (HubSpot, "Error handling").
  if (status >= 500 || [408, 423, 477].includes(status)) {
    const message = `HubSpot is out of order (${status} at ${where}).`;
    throw new CrmError('CrmUnreachable', message, retryAfterMs(retryAfter));
  }
  // 207: of a batch, some are not there.
  if (status !== 200 && status !== 207) {
    throw unreadable(where, `expected status 200, came ${status}; is the API's address right?`);
  }
  const json = readJson(body);
  if (!isJsonObject(json)) throw unreadable(where, 'expected a JSON object');
  return json;
}

/** HubSpot answered, and not as it documents. */
export function unreadable(where: string, expected: string): CrmError {
  return new CrmError('CrmAnswerUnreadable', `HubSpot's answer at ${where} cannot be read: ${expected}.`);
}
