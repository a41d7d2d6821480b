import { mapDeal } from '../../crm/deal-to-request';
import { dealIdOf, type Deal, type FilledIn, type MappedDeal, type MissingFact } from '../../domain/deal';
import { whenWon, type WhenWon } from '../../domain/judge-win';
import { sourceOfDeal, type ActivityDeps } from '../dependencies';

/** How a deal stands at the CRM, and what it would become. */
export type DealReading =
  { isWon: false; isGone: boolean } | ({ isWon: true; isMerged?: boolean } & WhenWon & MappedDeal);

export interface DealQuestion {
  source: string;
  deal: string;
  /** The deal as it was sent, of senders that cannot be asked. */
  content?: Deal;
  /** What people have filled in so far. */
  filledIn: FilledIn;
}

/** Of a deal whose sender cannot be asked, in a run that a person began: what they decided waits for it. */
const NOT_SENT: MissingFact = {
  field: 'deal',
  problem:
    'expected the deal itself from its sender, which cannot be asked: let it send it again; came nothing',
};

/**
 * Reads a deal back: word of it was only a hint. Of the deal, nothing but the request it comes to goes into the history.
 *
 * @throws CrmError; SourceUnknown
 */
export function readDeal(deps: ActivityDeps) {
  return async ({ deal: key, content, filledIn }: DealQuestion): Promise<DealReading> => {
    const { source, reader } = sourceOfDeal(deps, key);
    if (reader === undefined && content === undefined) return { isWon: true, missing: [NOT_SENT] };
    const deal = reader === undefined ? content : await reader.readDeal(dealIdOf(key));
    if (deal === undefined) return { isWon: false, isGone: true };
    if (!deal.isWon) return { isWon: false, isGone: false };
    const mapped = mapDeal(deal, source.license, filledIn);
    return { isWon: true, ...whenWon(deal), ...(deal.isMerged && { isMerged: true }), ...mapped };
  };
}
