import type { DealDraft } from './deal';
import { withMaskedEmails } from './names';
import { present } from './optional';
import type { PurchaseFacts } from './purchase-facts';
import {
  operationOf,
  productOf,
  serviceInWords,
  serviceLines,
  type Operation,
  type PurchaseRequest,
} from './request';

const OPERATION_WORDS: Readonly<Record<Exclude<Operation, 'purchase'>, string>> = {
  renew: 'renew',
  'switch-plan': 'switch the plan of',
  expand: 'expand',
  'add-service': 'add to',
  trial: 'try',
};

/** An order in one line for people: of all but a purchase, what is done comes first. */
export function orderInWords(request: DealDraft): string {
  const operation = operationOf(request);
  const what = requestInWords(request);
  return operation === 'purchase' ? what : `${OPERATION_WORDS[operation]} ${what}`;
}

/** What is bought, or would be, in one line for people: what is not known is left out, and whom it is for never is. */
export function requestInWords(draft: DealDraft): string {
  const { plan, extensions, addExtensions, addConcurrentCalls, years, services } = draft;
  const { product, billingCycle, billingContact, activationMailTo, poNumber } = draft;
  const lines = serviceLines({ services }).map(serviceInWords);
  return [
    licenseInWords(draft),
    product === 'appliance' && 'Appliance Edition',
    plan,
    extensions !== undefined && `${extensions} extensions`,
    addExtensions !== undefined && `${addExtensions} more extensions`,
    addConcurrentCalls !== undefined && `${addConcurrentCalls} more concurrent calls`,
    billingCycle,
    years !== undefined && `${years} year${years === 1 ? '' : 's'}`,
    lines.length > 0 && `with ${lines.join(', ')}`,
    billingContact && `invoice to ${Object.values(billingContact).join()}`,
    activationMailTo && `activation mail to ${Object.values(activationMailTo).join()}`,
    poNumber !== undefined && `purchase order ${poNumber}`,
  ]
    .filter(Boolean)
    .join(', ');
}

function licenseInWords({ license, operation }: DealDraft): string {
  if (license === undefined) return 'a license, for whom is not known';
  if (license.kind === 'existing') {
    return `${operationOf({ operation }) === 'purchase' ? 'a license for ' : ''}the PBX ${license.serialNumber}`;
  }
  const { partner } = license;
  return partner === undefined
    ? 'a new license for ourselves'
    : `a new license for the user ${Object.values(partner).join()}`;
}

/** All that an order says, a fact a line, with the vendor's ids that were found for it; e-mail addresses are masked. */
export function factsOfOrder(given: PurchaseRequest, facts: PurchaseFacts): [fact: string, value: string][] {
  const request = withMaskedEmails(given);
  const { extensions, addExtensions, addConcurrentCalls, years, billingCycle, poNumber } = request;
  const { plan, services, partnerId, billingContactId, activationMailTo } = facts;
  const lines: [string, string | number | undefined][] = [
    ['operation', operationOf(request)],
    ['product', productOf(request)],
    ['for', licenseInWords(request)],
    ['partner', partnerId],
    ['plan', `${plan.name} (${plan.planId})`],
    ['extensions', extensions],
    ['more extensions', addExtensions],
    ['more concurrent calls', addConcurrentCalls],
    ['services', services.map(offeredInWords).join(', ') || undefined],
    ['years', years],
    ['billing cycle', billingCycle],
    ['billing contact', personInWords(request.billingContact, billingContactId)],
    ['activation mail to', personInWords(request.activationMailTo, activationMailTo)],
    ['purchase order', poNumber],
  ];
  return lines.flatMap(([fact, value]) => (value === undefined ? [] : [[fact, String(value)]]));
}

/** A service as the vendor calls it, with its id. */
function offeredInWords({ serviceId, name, quantity }: PurchaseFacts['services'][number]): string {
  return serviceInWords({ service: `${name} (${serviceId})`, ...present({ quantity }) });
}

/** Whom the request names, and the id that was found. */
function personInWords(reference: object | undefined, id: string | undefined): string | undefined {
  const named = reference === undefined ? [] : (Object.values(reference) as string[]);
  const known = [...new Set([...named, ...(id === undefined ? [] : [id])])];
  return known.length === 0 ? undefined : known.join(', ');
}
