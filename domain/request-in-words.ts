import type { DealDraft } from './deal';
import { operationOf, serviceInWords, serviceLines, type Operation } from './request';

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
