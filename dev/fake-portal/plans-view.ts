import { PLANS, serviceOf, SERVICES } from './catalogue';
import type { FakePortalSettings } from './settings';

const OFFERING_ID = '3048571730026938369';

/**
 * The answer of `purchase_product_info`. Only `offeringId`, `planId`, `serviceId` and `purchaseType` are the vendor's
 * names; the rest, nesting included, is not documented, and a client must read one shape as well as the other.
 */
export function showPlans(shape: FakePortalSettings['catalogueShape']): object {
  return shape === 'nested' ? nested() : flat();
}

function nested(): object {
  return {
    offeringId: OFFERING_ID,
    productPlanList: PLANS['12'].map(({ planId, planName, services }) => ({
      planId,
      planName,
      purchaseType: 'purchase',
      serviceInfoList: services.map(showService),
    })),
  };
}

function flat(): object {
  return {
    offeringId: OFFERING_ID,
    plans: PLANS['12'].map(({ planId, planName }) => ({ planId, name: planName, purchaseType: 'purchase' })),
    addOns: SERVICES.map(({ serviceId }) => showService(serviceId)),
  };
}

function showService(serviceId: string): object {
  const { serviceName } = serviceOf(serviceId)!;
  return { serviceId, serviceName, purchaseType: 'purchase' };
}
