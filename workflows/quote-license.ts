import { workflowInfo } from '@temporalio/workflow';
import { VIA } from '../domain/author';
import { normalForm } from '../domain/normal-form';
import { present } from '../domain/optional';
import type { Quote } from '../domain/quote';
import type { PurchaseRequest } from '../domain/request';
import { wrongShape } from '../domain/request-shape';
import * as activity from './activity-proxies';
import { refusal } from './failures';
import { startLookups, type Lookups } from './purchase/lookups';
import type { PurchaseFacts } from '../domain/purchase-facts';

/**
 * Looks up what an order needs and makes its body, and orders nothing: no activity that it has can. The quote is kept in the
 * ledger under its request id, and ordering the same request later sends that body or nothing.
 *
 * Nobody is asked: where several match, it fails with the code of the lookup and names them.
 */
export async function quoteLicense(given: PurchaseRequest): Promise<Quote> {
  const request = normalForm(given) as PurchaseRequest;
  const problem = wrongShape(request);
  if (problem !== undefined) {
    throw refusal({
      code: 'InvalidRequest',
      message: `The request cannot be read: ${problem}. Nothing was quoted.`,
    });
  }
  const facts = await found(startLookups(request));
  return activity.recordQuote({ request, facts, via: workflowInfo().memo?.[VIA] });
}

/** Of several refusals the first in this order is the reason, as of a purchase. */
async function found(lookups: Lookups): Promise<PurchaseFacts> {
  const serialNumber = await lookups.serialNumber;
  const partnerId = await lookups.partnerId;
  const offer = await lookups.offer;
  const billingContactId = await lookups.billingContactId;
  const activationMailTo = await lookups.activationMailTo;
  return {
    ...present({ serialNumber, partnerId }),
    ...offer,
    ...present({ billingContactId, activationMailTo }),
  };
}
