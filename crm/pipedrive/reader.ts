import { DealsApi as ChangesApi } from 'pipedrive/v1';
import { DealProductsApi, DealsApi, OrganizationsApi, ProductsApi } from 'pipedrive/v2';
import type { Deal, Facts, LineItem } from '../../domain/deal';
import type { DealReader, SweptDeal } from '../deal-reader';
import type { NamedFields } from '../license-rules';
import { lineItemWith, textOf } from '../lossless';
import { timeBetween } from '../won-run';
import { PipedriveApi, unreadable, type PipedriveRecord } from './api';
import { asksFor, factsOf, timeOf, wonTimeIn } from './facts';
import type { ReadingPipedrive } from '../source';

/** Entries a page: the most that Pipedrive gives, and the most ids that may be asked for at once (client 33.7.0). */
const PAGE = 500;
const IDS_AT_ONCE = 100;

/** The codes of products by their ids; of a product without a code undefined. */
type ProductCodes = Map<string, string | undefined>;

/** Reads deals back from Pipedrive. */
export class PipedriveReader implements DealReader {
  private readonly api: PipedriveApi;

  constructor(
    source: Pick<ReadingPipedrive, 'api' | 'apiToken'>,
    private readonly fields: NamedFields,
  ) {
    this.api = new PipedriveApi(source);
  }

  async readDeal(dealId: string): Promise<Deal | undefined> {
    if (!/^\d+$/.test(dealId)) return undefined;
    const deal = await this.api.one('deals/{id}', (configuration) =>
      new DealsApi(configuration).getDeal({ id: exactly(dealId), ...asksFor(this.fields.deal) }),
    );
    if (deal === undefined || deal.is_deleted === true) return undefined;
    if (textOf(deal.id) !== dealId) throw unreadable('deals/{id}', 'expected the deal that was asked for');
    const [won, company, lineItems] = await Promise.all([
      this.wonOf(deal, dealId),
      this.readCompany(textOf(deal.org_id)),
      this.readLineItems(dealId),
    ]);
    return { dealId, ...won, fields: factsOf(deal, this.fields.deal), company, lineItems };
  }

  async wonSince(since: Date): Promise<SweptDeal[]> {
    // The form that is documented has no fraction; cut off, it is earlier.
    const updated_since = since.toISOString().replace(/\.\d+/, '');
    const deals = await this.api.all('deals', (configuration, page) =>
      new DealsApi(configuration).getDeals({
        status: 'won',
        updated_since,
        sort_by: 'update_time',
        limit: PAGE,
        ...page,
      }),
    );
    // A deal that is changed while its list is read moves on to a later page.
    const swept = new Map<string, SweptDeal>();
    for (const deal of deals) {
      const dealId = textOf(deal.id);
      if (dealId === undefined) throw unreadable('deals', 'expected an id of each deal');
      // Edited or not: whether it is the time of the win is told by the changelog, when the deal is read.
      const wonAt = timeOf('deals', 'won_time', deal.won_time);
      if (isWon('deals', deal)) swept.set(dealId, { dealId, ...timeBetween(wonAt, wonAt) });
    }
    return [...swept.values()];
  }

  private async wonOf(
    deal: PipedriveRecord,
    dealId: string,
  ): Promise<Pick<Deal, 'isWon' | 'wonAt' | 'wonFrom'>> {
    if (!isWon('deals/{id}', deal)) return { isWon: false };
    const changelog = await this.api.changelog((configuration, { cursor }) =>
      new ChangesApi(configuration).getDealChangelog({
        id: exactly(dealId),
        limit: PAGE,
        ...(cursor !== undefined && { cursor }),
      }),
    );
    return { isWon: true, ...wonTimeIn('deals/{id}', deal, changelog) };
  }

  private async readCompany(id: string | undefined): Promise<Facts> {
    const names = this.fields.company;
    if (id === undefined || names.length === 0) return {};
    const organisation = await this.api.one('organizations/{id}', (configuration) =>
      new OrganizationsApi(configuration).getOrganization({ id: exactly(id), ...asksFor(names) }),
    );
    return factsOf(organisation ?? {}, names);
  }

  private async readLineItems(dealId: string): Promise<LineItem[]> {
    const lines = await this.api.all('deals/{id}/products', (configuration, page) =>
      new DealProductsApi(configuration).getDealProducts({ id: exactly(dealId), limit: PAGE, ...page }),
    );
    const sold = lines.filter(({ is_enabled }) => is_enabled !== false);
    const codes = await this.readCodes(sold.map((line) => textOf(line.product_id)));
    return sold.map((line) => lineItemOf(line, codes));
  }

  /** The product codes, by id: a deal's lines have the product's name and id alone. */
  private async readCodes(productIds: readonly (string | undefined)[]): Promise<ProductCodes> {
    const ids = [...new Set(productIds)].filter((id) => id !== undefined);
    const codes: ProductCodes = new Map();
    for (let first = 0; first < ids.length; first += IDS_AT_ONCE) {
      const some = ids.slice(first, first + IDS_AT_ONCE).join(',');
      const products = await this.api.all('products', (configuration, page) =>
        new ProductsApi(configuration).getProducts({ ids: some, limit: IDS_AT_ONCE, ...page }),
      );
      for (const product of products) {
        const [id, code] = [textOf(product.id), textOf(product.code)];
        if (id !== undefined) codes.set(id, code);
      }
    }
    return codes;
  }
}

/** The client writes an id into the address as it is: as text it stays exact beyond 2^53. */
function exactly(id: string): number {
  return id as unknown as number;
}

function isWon(where: string, deal: PipedriveRecord): boolean {
  const status = textOf(deal.status);
  if (status === undefined) throw unreadable(where, 'expected a status of the deal');
  return status === 'won';
}

function lineItemOf(line: PipedriveRecord, codes: ProductCodes): LineItem {
  const product = textOf(line.product_id) ?? '';
  const item = lineItemWith(codes.get(product), textOf(line.name), textOf(line.quantity));
  return codes.has(product) ? item : { ...item, isUnknown: true };
}
