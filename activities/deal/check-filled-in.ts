import type { DealRequest, MissingFact } from '../../domain/deal';
import { Refusal } from '../../domain/refusal';
import { serviceLines } from '../../domain/request';
import type { ActivityDeps } from '../dependencies';
import { fetchPlan } from '../lookup/fetch-plan';

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
  return async ({ license, plan, services }: DealRequest): Promise<MissingFact[]> => {
    const serialNumber = license.kind === 'existing' ? license.serialNumber : undefined;
    try {
      await fetchPlan(deps)({ serialNumber, plan, services: serviceLines({ services }) });
      return [];
    } catch (error) {
      const field = error instanceof Refusal ? FIELD_OF[error.code] : undefined;
      if (field !== undefined) return [{ field, problem: (error as Refusal).message }];
      if (error instanceof Refusal) return [];
      throw error;
    }
  };
}
