import type { ConnectedSource } from '../crm/accounts';
import { mapDeal } from '../crm/deal-to-request';
import { dealIdOf, type Deal, type FilledIn, type MappedDeal } from '../orders/deal';
import { sourceOfDeal, type ActivityDeps } from './deps';

/** How a deal stands at the CRM, and what it would become. */
export type DealReading =
  { isWon: false; isGone: boolean } | ({ isWon: true } & Pick<Deal, 'wonAt' | 'isMerged'> & MappedDeal);

export interface DealQuestion {
  source: string;
  deal: string;
  /** The deal as it was sent, of senders that cannot be asked. */
  content?: Deal;
  /** What people have filled in so far. */
  filledIn: FilledIn;
}

/**
 * Reads a deal back: word of it was only a hint. Of the deal, nothing but the request it comes to goes into the history.
 *
 * @throws CrmError; SourceUnknown
 */
export function readDeal(deps: ActivityDeps) {
  return async ({ deal: key, content, filledIn }: DealQuestion): Promise<DealReading> => {
    const connected = sourceOfDeal(deps, key);
    const deal = await dealOf(connected, key, content);
    if (deal === undefined) return { isWon: false, isGone: true };
    if (!deal.isWon) return { isWon: false, isGone: false };
    const mapped = mapDeal(deal, connected.source.licence, filledIn);
    const { wonAt, isMerged } = deal;
    return { isWon: true, ...(wonAt !== undefined && { wonAt }), ...(isMerged && { isMerged }), ...mapped };
  };
}

async function dealOf(
  { account }: ConnectedSource,
  key: string,
  content: Deal | undefined,
): Promise<Deal | undefined> {
  return account.reader === undefined ? content : account.reader.readDeal(dealIdOf(key));
}
