import { planOf, serviceOf } from './catalogue';
import { stateAt, type ActiveService, type PbxState } from './pbx-state';
import { activationCodeOf, type Product } from './products';
import type { FakePortalSettings } from './settings';

type Details = FakePortalSettings['pbxDetails'];

/** A PBX in the list (vendor page "Query Product List", Product_Info, as far as it is known). */
export function showProduct(product: Product): object {
  return {
    activationCode: activationCodeOf(product),
    activationStatus: product.isNew ? 'unactivated' : 'activated',
    comment: '',
    createTime: product.createTime,
    productNo: product.productNo,
  };
}

/**
 * A PBX by itself (vendor page "Get Product Details"). Where the vendor shows plan, extensions and expiry is not known:
 * `full` shows them under names that might be the vendor's, `silent` only what is documented.
 *
 * @param at what it has then, in ms since 1970
 */
export function showProductDetails(product: Product, details: Details, at: number): object {
  const state = product.state && stateAt(product.state, at);
  if (state === undefined) return showProduct(product);
  return {
    ...showProduct(product),
    ...(state.pending !== undefined && {
      currentPlan: planOf(state.planId)!.planName,
      currentPlanExpireDate: dayOf(state.expiresAt),
    }),
    ...(details === 'full' && showState(state)),
  };
}

/** The plan of a renewal (vendor page "Query Information about the Plan Available for Renewal"; its fields are not known). */
export function showPlanToRenew(state: PbxState, details: Details): object {
  const { extensions, expiresAt, planId } = state;
  return {
    ...showPlan(planId, 'renew'),
    ...(details === 'full' && {
      ...(extensions !== undefined && { quantity: extensions }),
      ...showTerm(state),
      expireDate: dayOf(expiresAt),
    }),
  };
}

/** A service of a renewal (vendor page "Query Information about the Service Available for Renewal"; its fields are not known). */
export function showServiceToRenew(service: ActiveService, details: Details): object {
  const { serviceId, quantity } = service;
  return {
    ...showService(serviceId, 'renew'),
    ...(details === 'full' && quantity !== undefined && { quantity }),
  };
}

/** @param purchaseType of the order that it is for */
export function showPlan(planId: string, purchaseType: string): object {
  return { planId, planName: planOf(planId)!.planName, purchaseType };
}

/** @param purchaseType of the order that it is for */
export function showService(serviceId: string, purchaseType: string): object {
  return { serviceId, serviceName: serviceOf(serviceId)!.serviceName, purchaseType };
}

/** While a switch is pending, the plan is the coming one: the present one is `currentPlan` (inferred of the vendor). */
function showState(state: PbxState): object {
  const { extensions, services, expiresAt, isTrial, pending } = state;
  const planId = pending?.planId ?? state.planId;
  return {
    planId,
    planName: planOf(planId)!.planName,
    isTrial,
    ...(extensions !== undefined && { extensionNum: extensions }),
    ...showTerm(state),
    expireDate: dayOf(expiresAt),
    serviceList: services.map(({ serviceId, quantity }) => ({
      serviceId,
      serviceName: serviceOf(serviceId)!.serviceName,
      ...(quantity !== undefined && { quantity }),
    })),
  };
}

function showTerm({ term, isTrial }: PbxState): object {
  return { ...(!isTrial && { billingCycle: term.cycle }), multiCycle: term.multiCycle };
}

function dayOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}
