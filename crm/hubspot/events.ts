import type { DealEvent } from '../deal-receiver';
import { digitIdOf, factOf, isJsonObject, textOf } from '../lossless';
import type { HubspotSource } from '../source';

type HubspotEvent = Record<string, unknown>;
type Source = Pick<HubspotSource, 'account' | 'wonStages'>;

/** HubSpot's type of deals, in events of the format `object.*`. */
const DEAL_TYPE = '0-3';

/**
 * What one event of a batch says.
 *
 * @returns the deals it speaks of; none: it is of no interest; a text: what of it cannot be read
 */
export function dealEventsOf(event: unknown, source: Source): DealEvent[] | string {
  if (!isJsonObject(event)) return 'expected an object.';
  const portal = textOf(event.portalId);
  if (portal === undefined) return 'expected the account in `portalId`.';
  if (portal !== source.account) return [];
  // Older senders call it `eventType`.
  const type = textOf(event.subscriptionType) ?? textOf(event.eventType);
  if (type === undefined) return 'expected `subscriptionType` or `eventType`.';
  const [object = '', what = ''] = type.split('.');
  const isOfDeal = object === 'deal' || (object === 'object' && textOf(event.objectTypeId) === DEAL_TYPE);
  switch (what) {
    case 'associationChange':
      return afterAssociation(event, isOfDeal);
    case 'merge':
      return isOfDeal ? afterMerge(event) : [];
    case 'propertyChange':
      return isOfDeal ? ofOne(event, becameWon(event, source) ? 'won' : 'changed') : [];
    // A deal may be created, or come back from the bin, as a won one.
    case 'creation':
    case 'restore':
      return isOfDeal ? ofOne(event, 'won') : [];
    case 'deletion':
      return isOfDeal ? ofOne(event, 'changed') : [];
    default:
      return [];
  }
}

function becameWon({ propertyName, propertyValue }: HubspotEvent, { wonStages }: Source): boolean {
  const value = factOf(propertyValue);
  switch (textOf(propertyName)) {
    case 'dealstage':
      return wonStages === undefined || (value !== undefined && wonStages.includes(value));
    case 'hs_is_closed_won':
      return value === 'true';
    default:
      return false;
  }
}

function ofOne({ objectId }: HubspotEvent, kind: DealEvent['kind']): DealEvent[] | string {
  const dealId = digitIdOf(objectId);
  return dealId === undefined ? 'expected the id of a deal in `objectId`.' : [{ dealId, kind }];
}

/** The deal goes on under the primary id or a new one, perhaps as a won one. */
function afterMerge({ primaryObjectId, newObjectId, mergedObjectIds }: HubspotEvent): DealEvent[] | string {
  const old = Array.isArray(mergedObjectIds) ? mergedObjectIds : [];
  const won = idsOf([primaryObjectId, newObjectId]);
  if (won.length === 0) return 'expected the id of a deal in `primaryObjectId` or `newObjectId`.';
  return [
    ...idsOf(old).map((dealId): DealEvent => ({ dealId, kind: 'changed' })),
    ...won.map((dealId): DealEvent => ({ dealId, kind: 'won' })),
  ];
}

/** A deal may be on either side: DEAL_TO_LINE_ITEM and LINE_ITEM_TO_DEAL come as a pair, or one of them alone. */
function afterAssociation(event: HubspotEvent, isOfDeal: boolean): DealEvent[] | string {
  const type = textOf(event.associationType) ?? '';
  const isFrom = type.startsWith('DEAL_TO_') || textOf(event.fromObjectTypeId) === DEAL_TYPE;
  const isTo = type.endsWith('_TO_DEAL') || textOf(event.toObjectTypeId) === DEAL_TYPE;
  if (!isFrom && !isTo && !isOfDeal) return [];
  const sides =
    isFrom || isTo
      ? [isFrom && event.fromObjectId, isTo && event.toObjectId]
      : [event.objectId ?? event.fromObjectId];
  const ids = idsOf(sides);
  return ids.length === 0
    ? 'expected the id of a deal in `fromObjectId` or `toObjectId`.'
    : ids.map((dealId) => ({ dealId, kind: 'changed' }));
}

function idsOf(values: readonly unknown[]): string[] {
  return values.map(digitIdOf).filter((id) => id !== undefined);
}
