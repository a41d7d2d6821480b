import type { TypedField } from '../../validation/typed-fields';

/** A field of the form in which people fill in a deal. */
export interface FillField {
  name: TypedField;
  label: string;
  hint?: string;
  /** How the problems name it that it mends. */
  of: string;
}

export const FILL_FIELDS: readonly FillField[] = [
  { name: 'operation', label: 'Operation', hint: 'purchase, renew, switch-plan …', of: 'operation' },
  { name: 'product', label: 'Product', hint: 'software or appliance', of: 'product' },
  { name: 'serialNumber', label: 'Serial number', hint: 'of a PBX that is there', of: 'license' },
  {
    name: 'partner',
    label: 'Partner',
    hint: 'e-mail address, company or id, or "ourselves", for a new PBX',
    of: 'license',
  },
  { name: 'plan', label: 'Plan', of: 'plan' },
  { name: 'extensions', label: 'Extensions', of: 'extensions' },
  { name: 'addExtensions', label: 'More extensions', of: 'addExtensions' },
  { name: 'addConcurrentCalls', label: 'More concurrent calls', of: 'addConcurrentCalls' },
  {
    name: 'services',
    label: 'Services',
    hint: 'commas between them; of some how many: 5 × Outbound Call Center',
    of: 'services',
  },
  { name: 'years', label: 'Years', hint: '1 to 5', of: 'years' },
  { name: 'billingCycle', label: 'Billing cycle', of: 'billingCycle' },
  {
    name: 'billingContact',
    label: 'Billing contact',
    hint: 'e-mail address, company or id',
    of: 'billingContact',
  },
  {
    name: 'activationMailTo',
    label: 'Activation mail to',
    hint: 'e-mail address, company or id',
    of: 'activationMailTo',
  },
  { name: 'poNumber', label: 'Purchase order', of: 'poNumber' },
];
