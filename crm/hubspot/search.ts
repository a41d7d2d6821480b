import { FilterOperatorEnum, SearchApi } from '@hubspot/api-client/lib/codegen/crm/objects';
import { readTime } from '../../domain/time';
import { unreadable, type HubspotApi, type HubspotRecord } from './api';
import { isJsonObject, textOf } from '../lossless';

const WHERE = 'deals/search';
const PAGE = 100;
/** A search ends after 10,000 results, on whichever page. */
const MOST_PAGES = 10_000 / PAGE;

/**
 * Finds won deals. Page by page from the date of the last deal, and not by `after`: a deal that is changed meanwhile
 * moves to the end, another one to where it was, on a page already read.
 */
export class HubspotSearch {
  constructor(private readonly api: HubspotApi) {}

  /**
   * @returns ids of the deals that were changed since then and are won
   * @throws CrmError
   */
  async wonSince(since: Date): Promise<string[]> {
    const ids = new Set<string>();
    let from = since.getTime();
    let after: string | undefined;
    for (let page = 1; ; page++) {
      const found = await this.page(from, after);
      for (const deal of found.results) ids.add(idOf(deal));
      const last = found.results.at(-1);
      if (found.after === undefined || last === undefined) return [...ids];
      const changed = changedOf(last);
      if (changed > from) {
        [from, after, page] = [changed, undefined, 0];
      } else if (page < MOST_PAGES) {
        after = found.after;
      } else {
        throw unreadable(
          WHERE,
          'over 10,000 deals were changed at the same instant, more than a search gives',
        );
      }
    }
  }

  private page(from: number, after: string | undefined) {
    return this.api.page(WHERE, (configuration) =>
      new SearchApi(configuration).doSearch('deals', {
        filterGroups: [
          {
            filters: [
              { propertyName: 'hs_is_closed_won', operator: FilterOperatorEnum.Eq, value: 'true' },
              { propertyName: 'hs_lastmodifieddate', operator: FilterOperatorEnum.Gte, value: String(from) },
            ],
          },
        ],
        sorts: ['hs_lastmodifieddate'],
        properties: ['hs_lastmodifieddate'],
        limit: PAGE,
        ...(after !== undefined && { after }),
      }),
    );
  }
}

function idOf({ id }: HubspotRecord): string {
  const text = textOf(id);
  if (text === undefined) throw unreadable(WHERE, 'expected an id of each deal');
  return text;
}

function changedOf({ properties }: HubspotRecord): number {
  const ms = readTime((isJsonObject(properties) && textOf(properties.hs_lastmodifieddate)) || '');
  if (ms === undefined) throw unreadable(WHERE, 'expected `hs_lastmodifieddate` of each deal');
  return ms;
}
