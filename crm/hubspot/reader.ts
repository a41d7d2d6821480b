import { BasicApi, BatchApi } from '@hubspot/api-client/lib/codegen/crm/objects';
import type { Deal, Facts, LineItem } from '../../domain/deal';
import { DEADLINE_MS, type DealReader, type SweptDeal } from '../deal-reader';
import type { NamedFields } from '../license-rules';
import { HubspotApi, unreadable, type HubspotRecord } from './api';
import { askAssociations, type Association } from './associations';
import { factsOf, lineItemOf, movedAtOf, primaryOf, wonOf } from './facts';
import { HubspotSearch } from './search';
import { HubspotStages } from './stages';
import { textOf } from '../lossless';
import type { WonIn } from '../won-run';
import type { ReadingHubspot } from '../source';

/** The most that may be read at once, of records alone and with the history of a property. */
const AT_ONCE = 100;
const AT_ONCE_WITH_HISTORY = 50;

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

  /** The deal and what belongs to it are asked for at once, and then what those are. */
  async readDeal(dealId: string): Promise<Deal | undefined> {
    if (!/^\d+$/.test(dealId)) return undefined;
    const properties = [...new Set([...this.fields.deal, 'dealstage', 'hs_is_closed_won', MERGED])];
    const reading = this.api.one('deals/{id}', (configuration) =>
      new BasicApi(configuration).getById('deals', dealId, properties, ['dealstage']),
    );
    const lineItemsOf = askAssociations(this.api, dealId, 'line_items');
    const namesCompany = this.fields.company.length > 0;
    const companiesOf = namesCompany ? askAssociations(this.api, dealId, 'companies') : undefined;
    const deal = await reading;
    // Of a deal that was merged HubSpot answers with the one that it became.
    if (deal === undefined || textOf(deal.id) !== dealId) return undefined;
    const isMerged = MERGED in factsOf('deals/{id}', deal, [MERGED]);
    const movedAt = movedAtOf('deals/{id}', deal);
    const [won, company, lineItems] = await Promise.all([
      wonOf('deals/{id}', deal, () => this.stages.read()),
      companiesOf?.(movedAt).then((companies) => this.readCompany(companies)) ?? {},
      lineItemsOf(movedAt).then((associations) => this.readLineItems(associations)),
    ]);
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

  private async readCompany(associations: readonly Association[]): Promise<Facts> {
    const id = primaryOf(associations);
    if (id === undefined) return {};
    const names = this.fields.company;
    const company = await this.api.one('companies/{id}', (configuration) =>
      new BasicApi(configuration).getById('companies', id, [...names]),
    );
    return company === undefined ? {} : factsOf('companies/{id}', company, names);
  }

  private async readLineItems(associations: readonly Association[]): Promise<LineItem[]> {
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
