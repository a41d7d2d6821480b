import type { Deal, Facts, LineItem } from '../../orders/deal';
import { unreadable, type HubspotRecord } from './api';
import { isRecord, textOf } from '../lossless';

/** HubSpot's own association of a deal with its primary company. */
const PRIMARY_COMPANY = '5';

/** The named properties of a record that hold something: all are text in HubSpot, or null. */
export function factsOf(where: string, record: HubspotRecord, names: readonly string[]): Facts {
  const properties = propertiesOf(where, record);
  return Object.fromEntries(
    names.flatMap((name) => {
      const fact = textOf(properties[name]);
      return fact === undefined ? [] : [[name, fact]];
    }),
  );
}

/** Whether a deal is won, and since when: no stage is looked at by its name, pipelines have their own. */
export function wonOf(where: string, deal: HubspotRecord): Pick<Deal, 'isWon' | 'wonAt'> {
  const won = propertiesOf(where, deal).hs_is_closed_won;
  if (won === undefined) throw unreadable(where, 'expected `hs_is_closed_won` of the deal');
  if (textOf(won) !== 'true') return { isWon: false };
  const history = isRecord(deal.propertiesWithHistory) ? deal.propertiesWithHistory.dealstage : undefined;
  const wonAt = presentSince(where, Array.isArray(history) ? history : []);
  return { isWon: true, ...(wonAt !== undefined && { wonAt }) };
}

/** Since when a property has the value that it has now, ISO 8601 in UTC. */
function presentSince(where: string, history: readonly unknown[]): string | undefined {
  const entries = history
    .map((entry) => {
      if (!isRecord(entry)) throw unreadable(where, 'expected objects in the history of `dealstage`');
      return { value: textOf(entry.value), at: timeOf(where, entry.timestamp) };
    })
    .sort((one, other) => other.at - one.at);
  const [present] = entries;
  if (present === undefined) return undefined;
  // A value may be written again without a change.
  const before = entries.findIndex(({ value }) => value !== present.value);
  const since = entries.at(before === -1 ? -1 : before - 1) ?? present;
  return new Date(since.at).toISOString();
}

function timeOf(where: string, time: unknown): number {
  const text = textOf(time) ?? '';
  const ms = Date.parse(text);
  // Without a zone it would be read as local time.
  if (!/(Z|[+-]\d\d:\d\d)$/i.test(text) || Number.isNaN(ms)) {
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
  return isRecord(type) && type.category === 'HUBSPOT_DEFINED' && textOf(type.typeId) === PRIMARY_COMPANY;
}

export function lineItemOf(record: HubspotRecord): LineItem {
  const { hs_sku: sku, ...facts } = factsOf('line_items/batch/read', record, ['hs_sku', 'name', 'quantity']);
  return { ...(sku !== undefined && { sku }), ...facts };
}

function propertiesOf(where: string, record: HubspotRecord): Record<string, unknown> {
  if (!isRecord(record.properties)) throw unreadable(where, 'expected an object in `properties`');
  return record.properties;
}
