import { doorBehind, ruleInWords } from '../../domain/approval-rules';
import { doorOf } from '../../domain/author';
import { isDealRequestId } from '../../domain/deal-ids';
import { changesPbx } from '../../domain/operations';
import type { PurchaseFacts } from '../../domain/purchase-facts';
import type { Quote, QuotedPrice } from '../../domain/quote';
import { requestConflict, reservedId } from '../../domain/refusal';
import type { PurchaseRequest } from '../../domain/request';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { orderBody } from '../../portal/order-body';
import { differencesOf, fingerprintOf, isSameRequest } from '../../validation/fingerprint';
import { parseRequest } from '../../validation/request-schema';
import type { RecordQuoteInput } from '../../workflows/messages/quote';
import { ACTOR, type ActivityDeps } from '../dependencies';
import { lookAtPbx } from '../pbx/check-pbx';
import { refuseSwitchedOff } from './accept-request';
import { rulesOf } from './check-approval';

/** Names under which a vendor may tell a price: it documents none. */
const PRICE = /price|amount|fee|currency|discount|total|cost/i;

/**
 * Makes the body that the order of a request would have, with what the vendor's lists say of prices, and keeps it.
 *
 * @throws Refusal InvalidRequest, RequestConflict, PbxDiffers and what else refuses the purchase itself; LedgerError
 *   LedgerPurchaseBegun when the request is a purchase already
 */
export function recordQuote(deps: ActivityDeps) {
  return async ({ request: given, facts, via }: RecordQuoteInput): Promise<Quote> => {
    const { ledger, operations } = deps;
    const request = parseRequest(given);
    const { requestId } = request;
    if (isDealRequestId(requestId)) throw reservedId(requestId);
    await refuseSwitchedOff(ledger, request, operations);
    const door = doorOf(via);
    const doubts = changesPbx(request) ? (await lookAtPbx(deps, { request, facts })).doubts : [];
    const rules = await rulesOf(deps, request, facts, [doorBehind(door)]);
    const quote: Quote = {
      requestId,
      body: orderBody(request, facts),
      prices: await pricesOf(deps, request, facts),
      doubts: [...doubts, ...rules.map((rule) => `It has to be approved: ${ruleInWords(rule)}.`)],
      at: new Date().toISOString(),
    };
    const fingerprint = fingerprintOf(request);
    const workflowId = purchaseWorkflowIdOf(requestId);
    const known = await ledger.recordQuote({
      request,
      fingerprint,
      workflowId,
      actor: ACTOR,
      quote,
      via: door,
    });
    if (isSameRequest(known, request)) return quote;
    throw requestConflict(requestId, differencesOf(known.request, request));
  };
}

async function pricesOf(
  { portal }: ActivityDeps,
  { product }: PurchaseRequest,
  { serialNumber, plan, services }: PurchaseFacts,
): Promise<QuotedPrice[]> {
  const catalogue = await portal.getCatalogue(serialNumber, product);
  const quoted = [
    ...catalogue.plans.filter(({ planId }) => planId === plan.planId),
    ...catalogue.services.filter(({ serviceId }) =>
      services.some((service) => service.serviceId === serviceId),
    ),
  ];
  return quoted.flatMap(({ name, about = {} }) =>
    Object.entries(about)
      .filter(([field]) => PRICE.test(field))
      .map(([field, value]) => ({ of: name, field, value })),
  );
}
