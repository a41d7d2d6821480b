import type { Deal, Facts, LineItem } from '../../domain/deal';
import { readTime } from '../../domain/time';
import { unreadable, type HubspotRecord } from './api';
import { factOf, factsBy, isJsonObject, lineItemWith, textOf } from '../lossless';
import { wonTimeOf, type StageEntry, type WonIn } from '../won-run';

/** HubSpot's own association of a deal with its primary company. */
const PRIMARY_COMPANY = '5';

/** The named properties of a record that hold something: all are text in HubSpot, or null. */
export function factsOf(where: string, record: HubspotRecord, names: readonly string[]): Facts {
  const properties = propertiesOf(where, record);
  return factsBy(names, (name) => factOf(properties[name]));
}

/** So many entries of a property's history HubSpot keeps of a deal, at the least: of more, the oldest may be missing. */
const WHOLE_HISTORY = 20;

/** Whether a deal is won, and since when: no stage is looked at by its name, pipelines have their own. */
export async function wonOf(
  where: string,
  deal: HubspotRecord,
  stages: () => Promise<WonIn>,
): Promise<Pick<Deal, 'isWon' | 'wonAt' | 'wonFrom'>> {
  const { hs_is_closed_won: won, dealstage, createdate } = propertiesOf(where, deal);
  if (won === undefined) throw unreadable(where, 'expected `hs_is_closed_won` of the deal');
  if (factOf(won) !== 'true') return { isWon: false };
  const history = historyOf(where, deal);
  const present = textOf(dealstage) ?? history[0]?.stage ?? '';
  const hasOthers = history.some(({ stage }) => stage !== present);
  const createdAt = readTime(textOf(createdate) ?? '') ?? 0;
  const mayBeCut = history.length >= WHOLE_HISTORY;
  const wonIn = hasOthers ? await stages() : () => true;
  return { isWon: true, ...wonTimeOf(history, present, wonIn, mayBeCut ? createdAt : undefined) };
}

/**
 * When a deal that is won was moved to the stage that it is in, by HubSpot's clock, ms: it was won then or before. Infinity
 * when its history does not tell. A deal that is not won is not bought: for it any moment does.
 */
export function movedAtOf(where: string, deal: HubspotRecord): number {
  const { hs_is_closed_won: won, dealstage } = propertiesOf(where, deal);
  if (factOf(won) !== 'true') return -Infinity;
  const [newest] = historyOf(where, deal);
  return newest !== undefined && newest.stage === textOf(dealstage) ? newest.at : Infinity;
}

/** The stages of a deal, newest first. */
function historyOf(where: string, deal: HubspotRecord): StageEntry[] {
  const history = isJsonObject(deal.propertiesWithHistory) ? deal.propertiesWithHistory.dealstage : undefined;
  return (Array.isArray(history) ? history : [])
    .map((entry: unknown) => {
      if (!isJsonObject(entry)) throw unreadable(where, 'expected objects in the history of `dealstage`');
      return { stage: textOf(entry.value) ?? '', at: timeOf(where, entry.timestamp) };
    })
    .sort((one, other) => other.at - one.at);
}

function timeOf(where: string, time: unknown): number {
  const ms = readTime(textOf(time) ?? '');
  if (ms === undefined) {
    throw unreadable(where, 'expected a time with its zone (ISO 8601) in the history of `dealstage`');
  }
  return ms;
}

/** The primary company among a deal's; without one, the only company that there is. */
export function primaryOf(associations: readonly { toObjectId: string; [key: string]: unknown }[]) {
  const primary = associations.find(({ associationTypes }) =>
    (Array.isArray(associationTypes) ? associationTypes : []).some(isPrimary),
  );
  return (primary ?? (associations.length === 1 ? associations[0] : undefined))?.toObjectId;
}

/** Type ids of an account's own labels are counted apart from HubSpot's. */
function isPrimary(type: unknown): boolean {
  return isJsonObject(type) && type.category === 'HUBSPOT_DEFINED' && textOf(type.typeId) === PRIMARY_COMPANY;
}

export function lineItemOf(record: HubspotRecord): LineItem {
  const facts = factsOf('line_items/batch/read', record, ['hs_sku', 'name', 'quantity']);
  return lineItemWith(facts.hs_sku, facts.name, facts.quantity);
}

function propertiesOf(where: string, record: HubspotRecord): Record<string, unknown> {
  if (!isJsonObject(record.properties)) throw unreadable(where, 'expected an object in `properties`');
  return record.properties;
}
