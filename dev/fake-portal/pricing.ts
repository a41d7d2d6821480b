import { stateNow, wantProduct, wantProductId } from './asked-product';
import { PLANS, PRODUCT_IDS, PRODUCT_NAMES } from './catalogue';
import { invalid } from './envelope';
import { boughtPlanOf } from './order-rules';
import type { PbxState } from './pbx-state';
import { showPlan, showPlanToRenew, showService, showServiceToRenew } from './pbx-view';
import { showPlans } from './plans-view';
import type { Products } from './products';
import type { Query } from './request-parts';
import type { FakePortalSettings } from './settings';

/** What the vendor's endpoints of plans and services answer. Every method throws Refused where the vendor would refuse. */
export class Pricing {
  constructor(
    private readonly products: Products,
    private readonly settings: FakePortalSettings,
  ) {}

  /** Vendor page "Query Available Subscription Products". */
  productList(): unknown {
    const { productListAs, sellsSoftware } = this.settings;
    const sold = PRODUCT_IDS.filter((productId) => sellsSoftware || productId !== '12');
    const list = sold.map((productId) => ({ name: PRODUCT_NAMES[productId], productId: Number(productId) }));
    return productListAs === 'array' ? list : { results: list };
  }

  /** Vendor page "Query Available Subscription / Trial Plans and Services for a Product". */
  plans(query: Query): unknown {
    const shown = JSON.stringify(this.offers(query));
    const isPricing = this.settings.planIdNames === 'pricingPlanId';
    const named = isPricing ? shown.replace(/"(plan|service)Id":/g, pricingName) : shown;
    return JSON.parse(named) as unknown;
  }

  private offers(query: Query): object {
    const productId = wantProductId(query);
    const { catalogueShape, plansForNewLicense } = this.settings;
    if (productId === '12' && query.productNo === undefined && plansForNewLicense) {
      return showPlans({ productId, isNew: true }, catalogueShape);
    }
    const state = stateNow(wantProduct(this.products, query));
    return showPlans({ productId, isNew: false, state }, catalogueShape);
  }

  /** Vendor pages "Query Information about the Plan Available for Subscription", "… for Trial". */
  planInfo(query: Query, planId: string, purchaseType: 'purchase' | 'trial'): unknown {
    const productId = wantProductId(query);
    if (productId === '11' || query.productNo !== undefined) wantProduct(this.products, query);
    if (!PLANS[productId].some((plan) => plan.planId === planId)) {
      throw invalid(`pricingPlanId: expected the id of a plan of product ${productId}`);
    }
    return showPlan(planId, purchaseType);
  }

  /** Vendor pages "Query Information about the Service Available for Subscription", "… for Trial". */
  serviceInfo(query: Query, serviceId: string, purchaseType: 'purchase' | 'trial'): unknown {
    const productId = wantProductId(query);
    if (query.productNo !== undefined) wantProduct(this.products, query);
    const { connectionPlanId } = query;
    const plans = PLANS[productId].filter(({ planId }) => (connectionPlanId ?? planId) === planId);
    if (!plans.some(({ services }) => services.includes(serviceId))) {
      throw invalid(
        `pricingServiceId: expected the id of a service of product ${productId}, sold with connectionPlanId where it is given`,
      );
    }
    return showService(serviceId, purchaseType);
  }

  /** Vendor page "Query Information about the Plan Available for Renewal". */
  planToRenew(query: Query, planId: string): unknown {
    const state = this.wantRenewable(query);
    if (state.planId !== planId) {
      throw invalid(`pricingPlanId: expected the plan that the PBX has, ${state.planId}`);
    }
    return showPlanToRenew(state, this.settings.pbxDetails);
  }

  /** Vendor page "Query Information about the Service Available for Renewal". */
  serviceToRenew(query: Query, serviceId: string): unknown {
    const service = this.wantRenewable(query).services.find((active) => active.serviceId === serviceId);
    if (service === undefined) throw invalid('pricingServiceId: expected a service that the PBX has');
    return showServiceToRenew(service, this.settings.pbxDetails);
  }

  private wantRenewable(query: Query): PbxState {
    return boughtPlanOf(wantProduct(this.products, query), Date.now());
  }
}

function pricingName(_name: string, kind: string): string {
  return kind === 'plan' ? '"pricingPlanId":' : '"pricingServiceId":';
}
