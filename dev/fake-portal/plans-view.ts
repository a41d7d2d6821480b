import { planOf, PLANS, serviceOf, type ProductId } from './catalogue';
import type { PbxState } from './pbx-state';
import { showPlan, showService } from './pbx-view';
import type { FakePortalSettings } from './settings';

const OFFERING_IDS: Record<ProductId, string> = {
  '12': '3048571730026938369',
  '11': '3048572026291630081',
};

/** A plan, the services on offer with it, and the kind of order that they may be used for. */
interface Offer {
  planId: string;
  purchaseType: 'purchase' | 'trial' | 'renew' | 'switch';
  services: readonly string[];
}

/** For whom plans are asked: a new license, or a PBX and what it has. */
export type Asking = { productId: ProductId } & (
  { isNew: true } | { isNew: false; state: PbxState | undefined }
);

/**
 * The answer of `purchase_product_info`. Only `offeringId`, `planId`, `serviceId` and `purchaseType` are the vendor's
 * names; the rest, nesting included, is not documented, and a client must read one shape as well as the other.
 */
export function showPlans(asking: Asking, shape: FakePortalSettings['catalogueShape']): object {
  const { productId } = asking;
  const plans = PLANS[productId].map((plan): Offer => ({ ...plan, purchaseType: 'purchase' }));
  const offers = [...plans, ...(asking.isNew ? plans.map(asTrial) : offersFor(productId, asking.state))];
  const shapes = { nested, flat, foreign };
  return { offeringId: OFFERING_IDS[productId], ...shapes[shape](offers) };
}

/** Beside first plans, what can be done with the plan that is there; that these entries are so is inferred of the vendor. */
function offersFor(productId: ProductId, state: PbxState | undefined): Offer[] {
  if (state === undefined) return [];
  const { planId, isTrial } = state;
  const present = PLANS[productId].filter((plan) => plan.planId === planId);
  if (isTrial) return present.map((plan) => asTrial({ ...plan, purchaseType: 'trial' }));
  const others = PLANS[productId].filter((plan) => plan.planId !== planId);
  return [
    { planId, purchaseType: 'renew', services: state.services.map(({ serviceId }) => serviceId) },
    ...others.map((plan): Offer => ({ planId: plan.planId, purchaseType: 'switch', services: [] })),
  ];
}

function asTrial({ planId, services }: Offer): Offer {
  const toTry = services.filter((serviceId) => serviceOf(serviceId)?.expands === undefined);
  return { planId, purchaseType: 'trial', services: toTry };
}

function nested(offers: readonly Offer[]): object {
  return {
    productPlanList: offers.map(({ planId, purchaseType, services }) => ({
      ...showPlan(planId, purchaseType),
      serviceInfoList: services.map((serviceId) => showService(serviceId, purchaseType)),
    })),
  };
}

/** Names that mean nothing to a client. */
function foreign(offers: readonly Offer[]): object {
  return { wares: offers.map(({ planId }) => ({ ware: planId, label: planOf(planId)!.planName })) };
}

/** Each service once for each kind of order, whatever its plan. */
function flat(offers: readonly Offer[]): object {
  const addOns = offers.flatMap(({ purchaseType, services }) =>
    services.map((serviceId) => showService(serviceId, purchaseType)),
  );
  const byText = new Map(addOns.map((addOn) => [JSON.stringify(addOn), addOn]));
  return {
    plans: offers.map(({ planId, purchaseType }) => ({
      planId,
      name: planOf(planId)!.planName,
      purchaseType,
    })),
    addOns: [...byText.values()],
  };
}
