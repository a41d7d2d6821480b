import { mapDeal } from '../../crm/deal-to-request';
import { dealIdOf, type MissingFact } from '../../domain/deal';
import { whenWon } from '../../domain/judge-win';
import type { DealQuestion, DealReading } from '../../workflows/messages/deal';
import { sourceOfDeal, type ActivityDeps } from '../dependencies';

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
    const { source, account } = sourceOfDeal(deps, key);
    if (account.reader === undefined && content === undefined) return { isWon: true, missing: [NOT_SENT] };
    const deal = account.reader === undefined ? content : await account.reader.readDeal(dealIdOf(key));
    if (deal === undefined) return { isWon: false, isGone: true };
    if (!deal.isWon) return { isWon: false, isGone: false };
    const mapped = mapDeal(deal, source.licence, filledIn);
    return { isWon: true, ...whenWon(deal), ...(deal.isMerged && { isMerged: true }), ...mapped };
  };
}
