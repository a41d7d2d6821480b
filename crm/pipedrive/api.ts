import { Configuration } from 'pipedrive/v2';
import { retryAfterMs } from '../../config/retry-after';
import { callOptions, CrmError, DEADLINE_MS, unlessHidden, unreached, type Answer } from '../deal-reader';
import { isJsonObject, readJson, textOf } from '../lossless';
import type { ReadingPipedrive } from '../source';

export type PipedriveRecord = Record<string, unknown>;

/** Where an API stands; some of what there is has no place in the newer one. */
const V1 = 'v1';
const V2 = 'api/v2';

/** Makes one call with the official client: `(configuration) => new DealsApi(configuration).getDeal({ id })`. */
type Call = (configuration: Configuration) => Promise<unknown>;
type PageCall = (configuration: Configuration, page: { cursor?: string }) => Promise<unknown>;

/**
 * Calls of Pipedrive's API through the official client, read without loss. Nothing of the client's errors gets out:
 * they hold the request with its token.
 */
export class PipedriveApi {
  constructor(private readonly source: Pick<ReadingPipedrive, 'api' | 'apiToken'>) {}

  /**
   * Reads one record.
   *
   * @param where the address without ids, for messages
   * @returns undefined when there is none
   * @throws CrmError
   */
  async one(where: string, call: Call): Promise<PipedriveRecord | undefined> {
    const answer = await this.ask(where, call);
    const body = readJson(answer.body);
    // Where the address is wrong there is a 404, too, and no deal may be lost by it: Pipedrive's own says `success`.
    if (answer.status === 404 && isJsonObject(body) && body.success === false) return undefined;
    const { data } = bodyOf(where, answer);
    if (!isJsonObject(data)) throw unreadable(where, 'expected an object in `data`');
    return data;
  }

  /**
   * Reads a list with all its pages.
   *
   * @param where the address without ids, for messages
   * @param call gets the cursor of the page; undefined for the first
   * @throws CrmError
   */
  async all(where: string, call: PageCall, version = V2): Promise<PipedriveRecord[]> {
    const entries: PipedriveRecord[] = [];
    const seen = new Set<string>();
    for (let cursor: string | undefined; ; seen.add(cursor)) {
      const page = cursor === undefined ? {} : { cursor };
      const body = bodyOf(
        where,
        await this.ask(where, (configuration) => call(configuration, page), version),
      );
      const data = body.data ?? [];
      if (!Array.isArray(data) || !data.every(isJsonObject)) {
        throw unreadable(where, 'expected a list of objects in `data`');
      }
      entries.push(...data);
      cursor = isJsonObject(body.additional_data) ? textOf(body.additional_data.next_cursor) : undefined;
      if (cursor === undefined) return entries;
      if (seen.has(cursor)) throw unreadable(where, 'its pages go round in circles');
    }
  }

  /**
   * What was changed in a deal's fields, in any order; undefined when Pipedrive does not show it.
   *
   * @param call as that of `all`, of the API v1
   * @throws CrmError CrmUnreachable, CrmRateLimited
   */
  async changelog(call: PageCall): Promise<PipedriveRecord[] | undefined> {
    return unlessHidden(this.all('deals/{id}/changelog', call, V1), undefined);
  }

  private async ask(where: string, call: Call, version = V2): Promise<Answer> {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    try {
      return (await call(this.configuration(signal, version))) as Answer;
    } catch (error) {
      throw unreached('Pipedrive', where, { error, signal, deadlineMs: DEADLINE_MS });
    }
  }

  private configuration(signal: AbortSignal, version: string): Configuration {
    const { api, apiToken } = this.source;
    const configuration = new Configuration({
      apiKey: apiToken,
      basePath: `${api.replace(/\/+$/, '')}/${version}`,
    });
    configuration.baseOptions = {
      ...callOptions(api, signal),
      transformResponse: (body: unknown, headers: Record<string, unknown>, status: number): Answer => ({
        status,
        // Its own header (seconds) is what Pipedrive documents; the usual one goes before it, should it come.
        retryAfter: textOf(headers['retry-after']) ?? textOf(headers['x-ratelimit-reset']),
        body: typeof body === 'string' ? body : '',
      }),
    };
    return configuration;
  }
}

function bodyOf(where: string, { status, retryAfter, body }: Answer): Record<string, unknown> {
  if (status === 401 || status === 403) {
    const message = `Pipedrive refuses the API token (${status} at ${where}): is it right, and may its user see deals?`;
    throw new CrmError('CrmUnauthorised', message);
  }
  if (status === 429) {
    const message = `Pipedrive asks to slow down at ${where}.`;
    throw new CrmError('CrmRateLimited', message, retryAfterMs(retryAfter));
  }
  if (status >= 500 || status === 408) {
    throw new CrmError('CrmUnreachable', `Pipedrive is out of order (${status} at ${where}).`);
  }
  if (status !== 200)
    throw unreadable(where, `expected status 200, came ${status}; is the API's address right?`);
  const json = readJson(body);
  if (!isJsonObject(json) || json.success !== true) {
    throw unreadable(where, 'expected JSON with `success: true`');
  }
  return json;
}

/** Pipedrive answered, and not as it documents. */
export function unreadable(where: string, expected: string): CrmError {
  return new CrmError('CrmAnswerUnreadable', `Pipedrive's answer at ${where} cannot be read: ${expected}.`);
}
