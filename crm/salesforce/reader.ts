import type { Deal, LineItem } from '../../domain/deal';
import { isSameId, longIdOf } from '../../domain/salesforce-id';
import { readTime } from '../../domain/time';
import { DEADLINE_MS, unlessHidden, type DealReader, type SweptDeal } from '../deal-reader';
import type { NamedFields } from '../license-rules';
import { lineItemWith, textOf } from '../lossless';
import { SalesforceApi, unreadable, type Row } from './api';
import { wonTimeOf, type WonIn } from '../won-run';
import { checkFieldNames, factsOf, STAGES, valueOf, wonInOneOf } from './facts';
import type { ReadingSalesforce } from '../source';

const LINE_ITEMS = '(SELECT Id, ProductCode, Product2.Name, Quantity FROM OpportunityLineItems)';
/** Salesforce adds an entry whenever stage, amount, close date or probability changes. */
const HISTORY = '(SELECT StageName, CreatedDate FROM OpportunityHistories ORDER BY CreatedDate DESC)';

/** Reads opportunities back from Salesforce. */
export class SalesforceReader implements DealReader {
  private readonly api: SalesforceApi;

  /** @throws FieldNameWrong */
  constructor(
    source: Pick<ReadingSalesforce, 'api' | 'clientId' | 'clientSecret'>,
    private readonly fields: NamedFields,
    deadlineMs = DEADLINE_MS,
  ) {
    checkFieldNames(fields);
    this.api = new SalesforceApi(source, deadlineMs);
  }

  async readDeal(dealId: string): Promise<Deal | undefined> {
    if (longIdOf(dealId) === undefined) return undefined;
    const [opportunity] = await this.api.query(
      `SELECT ${this.columns().join(', ')}, ${LINE_ITEMS}, ${HISTORY} FROM Opportunity WHERE Id = '${dealId}'`,
    );
    if (opportunity === undefined || opportunity.IsDeleted === true) return undefined;
    if (!isSameId(idOf(opportunity), dealId)) throw unreadable('expected the opportunity that was asked for');
    const [won, lineItems] = await Promise.all([
      this.wonOf(opportunity, () => this.readStages()),
      this.api.nested(opportunity.OpportunityLineItems),
    ]);
    return {
      dealId,
      ...won,
      fields: factsOf(opportunity, this.fields.deal),
      company: factsOf(opportunity.Account, this.fields.company),
      lineItems: lineItems.map(lineItemOf),
    };
  }

  async wonSince(since: Date): Promise<SweptDeal[]> {
    const opportunities = await this.api.query(
      `SELECT Id, IsWon, StageName, ${HISTORY} FROM Opportunity ` +
        `WHERE IsWon = true AND LastModifiedDate >= ${since.toISOString()}`,
    );
    let read: Promise<WonIn> | undefined;
    const stages = () => (read ??= this.readStages());
    const swept: SweptDeal[] = [];
    for (const opportunity of opportunities) {
      const { isWon, wonAt } = await this.wonOf(opportunity, stages);
      if (isWon) swept.push({ dealId: idOf(opportunity), ...(wonAt !== undefined && { wonAt }) });
    }
    return swept;
  }

  /** Each once, whatever its case: a field that is named twice is an error to Salesforce. */
  private columns(): string[] {
    const columns = [
      ...['Id', 'IsWon', 'IsDeleted', 'StageName'],
      ...this.fields.deal,
      ...this.fields.company.map((name) => `Account.${name}`),
    ];
    return [...new Map(columns.map((column) => [column.toLowerCase(), column])).values()];
  }

  private async wonOf(
    opportunity: Row,
    stages: () => Promise<WonIn>,
  ): Promise<Pick<Deal, 'isWon' | 'wonAt' | 'wonFrom'>> {
    const { IsWon: isWon, StageName } = opportunity;
    if (typeof isWon !== 'boolean') throw unreadable('expected true or false in `IsWon`');
    if (!isWon) return { isWon };
    const rows = await this.api.nested(opportunity.OpportunityHistories);
    const history = rows.map((row) => ({ at: msOf(row.CreatedDate), stage: textOf(row.StageName) ?? '' }));
    const present = textOf(StageName) ?? '';
    const hasOthers = history.some(({ stage }) => stage !== present);
    return { isWon, ...wonTimeOf(history, present, hasOthers ? await stages() : () => true) };
  }

  private async readStages(): Promise<WonIn> {
    return wonInOneOf(await unlessHidden(this.api.query(STAGES), []));
  }
}

/** Salesforce writes 2026-11-23T09:14:02.000+0000. */
function msOf(time: unknown): number {
  const ms = readTime(textOf(time) ?? '');
  if (ms === undefined) throw unreadable('expected a time with its zone in `CreatedDate`');
  return ms;
}

function idOf(opportunity: Row): string {
  const id = longIdOf(textOf(opportunity.Id) ?? '');
  if (id === undefined) throw unreadable('expected an id of each opportunity');
  return id;
}

function lineItemOf(line: Row): LineItem {
  const [sku, name, quantity] = ['ProductCode', 'Product2.Name', 'Quantity'].map((path) =>
    textOf(valueOf(line, path)),
  );
  return lineItemWith(sku, name, quantity);
}
