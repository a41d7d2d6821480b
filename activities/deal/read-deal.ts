import { mapDeal } from '../../crm/deal-to-request';
import { type DealRequest, type FilledIn, type MissingFact, whenWon } from '../../domain/deal';
import { dealIdOf } from '../../domain/deal-ids';
import { present } from '../../domain/optional';
import { Refusal } from '../../domain/refusal';
import { serviceLines } from '../../domain/request';
import type { DealQuestion, DealReading } from '../../workflows/messages/deal';
import { type ActivityDeps, sourceOfDeal } from '../dependencies';
import { fetchPlan } from '../lookup/plan';

/** Of a deal whose sender cannot be asked, in a run that a person began: what they decided waits for it. */
const NOT_SENT: MissingFact = {
  field: 'deal',
  problem:
    'expected the deal itself from its sender, which cannot be asked: let it send it again; came nothing',
};

/**
 * Reads a deal back: a notification is no fact. Of the deal, nothing but the request it comes to goes into the history.
 *
 * @throws CrmError; SourceUnknown
 */
export function readDeal(deps: ActivityDeps) {
  return async (question: DealQuestion): Promise<DealReading> =>
    (await askForDeal(deps, question))(question.filledIn);
}

/**
 * Asks for a deal as it is now.
 *
 * @returns what it comes to, given what people have filled in
 * @throws as readDeal
 */
export async function askForDeal(
  deps: ActivityDeps,
  { deal: key, content }: Pick<DealQuestion, 'deal' | 'content'>,
): Promise<(filledIn: FilledIn) => DealReading> {
  const { source, reader } = sourceOfDeal(deps, key);
  if (reader === undefined && content === undefined) return () => ({ isWon: true, missing: [NOT_SENT] });
  const deal = reader === undefined ? content : await reader.readDeal(dealIdOf(key));
  if (deal === undefined) return () => ({ isWon: false, isGone: true });
  if (!deal.isWon) return () => ({ isWon: false, isGone: false });
  const known = { isWon: true, ...whenWon(deal), ...(deal.isMerged && { isMerged: true }) } as const;
  return (filledIn) => ({ ...known, ...mapDeal(deal, source.license, filledIn) });
}

/** What is said of plan and services by the vendor's catalogue. */
const FIELD_OF: Partial<Record<Refusal['code'], string>> = {
  PlanNotFound: 'plan',
  ServiceNotFound: 'services',
  ServiceRepeated: 'services',
  ServiceNeedsPlan: 'services',
};

/**
 * Compares what a person has filled in with what the vendor sells, before it is bought: what is not sold is missing, with
 * what there is. What may be meant in several ways is asked by the purchase.
 *
 * @throws PortalError when the vendor cannot be asked
 */
export function checkFilledIn(deps: ActivityDeps) {
  return async ({ license, plan, services, operation, product }: DealRequest): Promise<MissingFact[]> => {
    const serialNumber = license.kind === 'existing' ? license.serialNumber : undefined;
    try {
      const question = { serialNumber, plan, services: serviceLines({ services }) };
      await fetchPlan(deps)({ ...question, ...present({ operation, product }) });
      return [];
    } catch (error) {
      const field = error instanceof Refusal ? FIELD_OF[error.code] : undefined;
      if (field !== undefined) return [{ field, problem: (error as Refusal).message }];
      if (error instanceof Refusal) return [];
      throw error;
    }
  };
}
