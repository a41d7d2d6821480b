import { numberCell, textCell } from './csv';
import { serviceInWords, type BillingCycle, type Product, type ServiceLine } from './request';

/** What was ordered, or is to be, as a line of a spreadsheet has it. */
export interface OrderedThing {
  product: Product;
  plan: string;
  extensions?: number | undefined;
  addExtensions?: number | undefined;
  addConcurrentCalls?: number | undefined;
  services?: readonly ServiceLine[] | undefined;
  years?: number | undefined;
  billingCycle?: BillingCycle | undefined;
}

/** The heads of what `requestCells` gives. */
export const REQUEST_HEADS = [
  ...['product', 'plan', 'extensions', 'addExtensions', 'addConcurrentCalls', 'services', 'years'],
  'billingCycle',
];

/** What was ordered as cells of a line of CSV; what is not known, or no matter of its operation, is empty. */
export function requestCells(thing: OrderedThing): string[] {
  return [
    textCell(thing.product),
    textCell(thing.plan),
    numberCell(thing.extensions),
    numberCell(thing.addExtensions),
    numberCell(thing.addConcurrentCalls),
    textCell(thing.services?.map(serviceInWords).join(', ')),
    numberCell(thing.years),
    textCell(thing.billingCycle),
  ];
}
