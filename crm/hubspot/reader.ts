import { BasicApi as AssociationsApi } from '@hubspot/api-client/lib/codegen/crm/associations/v4';
import { BasicApi, BatchApi } from '@hubspot/api-client/lib/codegen/crm/objects';
import type { Deal, Facts, LineItem } from '../../domain/deal';
import { DEADLINE_MS, type DealReader, type SweptDeal } from '../deal-reader';
import type { NamedFields } from '../license-rules';
import { HubspotApi, unreadable, type HubspotRecord } from './api';
import { factsOf, lineItemOf, primaryOf, wonOf } from './facts';
import { HubspotSearch } from './search';
import { HubspotStages } from './stages';
import { textOf } from '../lossless';
import type { WonIn } from '../won-run';
import type { ReadingHubspot } from '../source';

/** The most that may be read at once, of records alone and with the history of a property. */
const AT_ONCE = 100;
const AT_ONCE_WITH_HISTORY = 50;
/** Associations a page: the most that HubSpot gives. */
const ASSOCIATIONS_A_PAGE = 500;

/** The ids of the deals that a deal was made of: HubSpot's own property. */
const MERGED = 'hs_merged_object_ids';

/** Reads deals back from HubSpot. */
export class HubspotReader implements DealReader {
  private readonly api: HubspotApi;
  private readonly search: HubspotSearch;
  private readonly stages: HubspotStages;

  /** @param deadlineMs of each call */
  constructor(
    source: Pick<ReadingHubspot, 'api' | 'accessToken' | 'wonStages'>,
    private readonly fields: NamedFields,
    deadlineMs = DEADLINE_MS,
  ) {
    this.api = new HubspotApi(source, deadlineMs);
    this.search = new HubspotSearch(this.api);
    this.stages = new HubspotStages(this.api, source.wonStages);
  }

  async readDeal(dealId: string): Promise<Deal | undefined> {
    if (!/^\d+$/.test(dealId)) return undefined;
    const properties = [...new Set([...this.fields.deal, 'dealstage', 'hs_is_closed_won', MERGED])];
    const deal = await this.api.one('deals/{id}', (configuration) =>
      new BasicApi(configuration).getById('deals', dealId, properties, ['dealstage']),
    );
    // Of a deal that was merged HubSpot answers with the one that it became.
    if (deal === undefined || textOf(deal.id) !== dealId) return undefined;
    const isMerged = MERGED in factsOf('deals/{id}', deal, [MERGED]);
    const won = await wonOf('deals/{id}', deal, () => this.stages.read());
    const [company, lineItems] = await Promise.all([this.readCompany(dealId), this.readLineItems(dealId)]);
    const fields = factsOf('deals/{id}', deal, this.fields.deal);
    return { dealId, ...won, ...(isMerged && { isMerged }), fields, company, lineItems };
  }

  async wonSince(since: Date): Promise<SweptDeal[]> {
    const ids = await this.search.wonSince(since);
    const deals = await this.readBatches('deals', ids, AT_ONCE_WITH_HISTORY, {
      properties: ['dealstage', 'hs_is_closed_won'],
      propertiesWithHistory: ['dealstage'],
    });
    let read: Promise<WonIn> | undefined;
    const stages = () => (read ??= this.stages.read());
    const swept: SweptDeal[] = [];
    for (const [dealId, deal] of deals) {
      const { isWon, wonAt } = await wonOf('deals/batch/read', deal, stages);
      // The index of the search is behind.
      if (isWon) swept.push({ dealId, ...(wonAt !== undefined && { wonAt }) });
    }
    return swept;
  }

  private async readCompany(dealId: string): Promise<Facts> {
    const names = this.fields.company;
    if (names.length === 0) return {};
    const id = primaryOf(await this.readAssociations(dealId, 'companies'));
    if (id === undefined) return {};
    const company = await this.api.one('companies/{id}', (configuration) =>
      new BasicApi(configuration).getById('companies', id, [...names]),
    );
    return company === undefined ? {} : factsOf('companies/{id}', company, names);
  }

  private async readLineItems(dealId: string): Promise<LineItem[]> {
    const associations = await this.readAssociations(dealId, 'line_items');
    const ids = associations.map(({ toObjectId }) => toObjectId);
    const found = await this.readBatches('line_items', ids, AT_ONCE, {
      properties: ['hs_sku', 'name', 'quantity'],
      propertiesWithHistory: [],
    });
    return ids.map((id) => {
      const lineItem = found.get(id);
      // A deal is not bought without one of its positions.
      if (lineItem === undefined)
        throw unreadable('line_items/batch/read', 'expected all that were asked for');
      return lineItemOf(lineItem);
    });
  }

  /** All of them, which those that come along with a deal need not be. */
  private async readAssociations(dealId: string, to: 'companies' | 'line_items') {
    const where = `deals/{id}/associations/${to}`;
    const found = new Map<string, HubspotRecord & { toObjectId: string }>();
    const seen = new Set<string>();
    for (let after: string | undefined; ; seen.add(after)) {
      // The client's parts have the same configuration, each under a type of its own.
      const page = await this.api.page(where, (configuration) =>
        new AssociationsApi(configuration as never).getPage('deals', dealId, to, after, ASSOCIATIONS_A_PAGE),
      );
      for (const association of page.results) {
        const toObjectId = textOf(association.toObjectId);
        if (toObjectId === undefined) throw unreadable(where, 'expected `toObjectId` of each');
        found.set(toObjectId, { ...association, toObjectId });
      }
      after = page.after;
      if (after === undefined) return [...found.values()];
      if (seen.has(after)) throw unreadable(where, 'its pages go round in circles');
    }
  }

  /** By id; those that are not there are left out. */
  private async readBatches(
    type: 'deals' | 'line_items',
    ids: readonly string[],
    atOnce: number,
    wanted: { properties: string[]; propertiesWithHistory: string[] },
  ): Promise<Map<string, HubspotRecord>> {
    const found = new Map<string, HubspotRecord>();
    for (let first = 0; first < ids.length; first += atOnce) {
      const inputs = ids.slice(first, first + atOnce).map((id) => ({ id }));
      const { results } = await this.api.page(`${type}/batch/read`, (configuration) =>
        new BatchApi(configuration).read(type, { ...wanted, inputs }),
      );
      for (const record of results) found.set(textOf(record.id) ?? '', record);
    }
    return found;
  }
}
