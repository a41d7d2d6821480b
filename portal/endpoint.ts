import type { VendorCallOutcome, VendorEndpoint } from '../domain/vendor-call';
import { isSuccess, readEnvelope } from './envelope';
import { kindOfFailure } from './failure-kind';
import { isAnswer, type Answer, type NoAnswer } from './transport';

/** The vendor's paths by how they begin: some end with an id. */
const BEGINNINGS: readonly (readonly [path: string, endpoint: VendorEndpoint])[] = [
  ['/auth/openapi/v1/oauth/token', 'token'],
  ['/order/openapi/order/v1/save', 'create-order'],
  ['/order/openapi/order/v1/page', 'list-orders'],
  ['/order/openapi/order/v1/get/', 'read-order'],
  ['/order/openapi/order/v1/check/existed_auto_renew', 'read-auto-renewal'],
  ['/user/openapi/user/v1/client/partner_list', 'list-partners'],
  ['/user/openapi/user/v1/client/billing_contact_list', 'list-billing-contacts'],
  ['/product/openapi/instance_product/v1/client/instance_product_list', 'list-products'],
  ['/product/openapi/instance_product/v1/detail', 'read-product'],
  ['/product/openapi/instance_product/v1/activation_code', 'read-activation-code'],
  ['/pricing/openapi/purchase/v1/renew/plan_info/', 'read-renewal'],
  ['/pricing/openapi/purchase/v1/purchase_product_info', 'read-catalogue'],
];

/** The name of what a path asks for: a bounded set, whatever ids are called. */
export function endpointOf(path: string): VendorEndpoint {
  return BEGINNINGS.find(([beginning]) => path.startsWith(beginning))?.[1] ?? 'other';
}

/** How a call ended, for whoever counts: of an order, orderVerdict says what it proves. */
export function outcomeOf(end: Answer | NoAnswer): VendorCallOutcome {
  if (!isAnswer(end)) return 'no-answer';
  const envelope = readEnvelope(end.body);
  if (envelope !== undefined && isSuccess(end.httpStatus, envelope)) return 'success';
  return kindOfFailure(end.httpStatus, envelope);
}
