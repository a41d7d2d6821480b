import type { Deal, LineItem, MissingFact } from '../domain/deal';
import { listAtMostTen } from '../domain/names';
import { jsonText, printable } from '../domain/printable';
import { plainText, visibleText } from '../domain/visible-text';
import { A_WHOLE_NUMBER, readWholeNumber, type FactSource } from './license-rules';

/** Looks things up in one deal. What is looked for and not found, or wrong, is added to `missing`. */
export class DealLookup {
  readonly missing: MissingFact[] = [];

  constructor(private readonly deal: Deal) {}

  /** What the fact comes to, with what counts where the deal tells nothing. */
  value(field: string, fact: FactSource | undefined, isNeeded: boolean): string | undefined {
    const value = this.told(fact) ?? usualValueOf(fact);
    if (fact === undefined || value !== undefined || !isNeeded) return value;
    return this.report(field, `expected a value in ${placeOf(fact)}`, 'nothing');
  }

  /** What the deal itself tells in a field. */
  told(fact: { from: 'deal' | 'company'; field: string } | { from: 'rule' } | undefined): string | undefined {
    if (fact === undefined || fact.from === 'rule') return undefined;
    const facts = fact.from === 'deal' ? this.deal.fields : this.deal.company;
    const found = Object.hasOwn(facts, fact.field) ? visibleText(facts[fact.field] ?? '') : '';
    return found === '' ? undefined : found;
  }

  number(field: string, fact: FactSource | undefined, isNeeded: boolean): number | undefined {
    const text = this.value(field, fact, isNeeded);
    return fact === undefined || text === undefined
      ? undefined
      : this.wholeNumber(field, placeOf(fact), text);
  }

  quantity(field: string, item: LineItem): number | undefined {
    return this.wholeNumber(field, `the quantity of the line item ${skuOf(item)}`, item.quantity ?? '');
  }

  /** A line item may have no quantity; one of 0 or -1 is there, and what it means nobody knows. */
  isSold(field: string, item: LineItem): boolean {
    return visibleText(item.quantity ?? '') === '' || this.quantity(field, item) !== undefined;
  }

  wholeNumber(field: string, place: string, text: string): number | undefined {
    const number = readWholeNumber(text);
    if (number !== undefined) return number;
    return this.report(field, `expected ${A_WHOLE_NUMBER} in ${place}`, quoted(text));
  }

  itemsWith(skus: readonly string[]): LineItem[] {
    return this.deal.lineItems.filter((item) => skus.includes(skuOf(item)));
  }

  /** A line item whose product the CRM does not tell, in words: it may be any. */
  unknownInWords(): string | undefined {
    const unknown = this.deal.lineItems.find(({ isUnknown }) => isUnknown === true);
    return (
      unknown &&
      `a line item whose product the CRM does not tell: ${printable(unknown.name?.slice(0, 60) ?? '(no name)')}`
    );
  }

  /** The line items, where one or more of those with these SKUs are not what is wanted. */
  itemsInWords(skus: readonly string[]): string {
    const unknown = this.unknownInWords();
    if (unknown !== undefined) return unknown;
    const found = this.itemsWith(skus).map(shown);
    if (found.length > 0) return `${found.length} of them: ${listAtMostTen(found)}`;
    const { lineItems } = this.deal;
    return lineItems.length === 0
      ? 'a deal without line items'
      : `line items with the SKUs ${listAtMostTen(lineItems.map(shown))}`;
  }

  report(field: string, expected: string, came: string): undefined {
    this.missing.push({ field, problem: `${expected}; came ${came}` });
  }
}

/** What counts where the deal tells nothing. */
function usualValueOf(fact: FactSource | undefined): string | undefined {
  return fact?.from === 'rule' ? fact.value : fact?.default;
}

/** `required` as it stands in the rules. */
export function requirementOf(fact: FactSource | undefined): boolean {
  return fact !== undefined && fact.from !== 'rule' && fact.required === true;
}

export function placeOf(fact: { from: 'deal' | 'company'; field: string } | { from: 'rule' }): string {
  return fact.from === 'rule' ? 'deals.yaml' : `the field "${fact.field}" of the ${fact.from}`;
}

/** What came, as it is shown: texts of any length may stand in a CRM. */
export function quoted(text: string): string {
  return visibleText(text) === '' ? 'nothing' : jsonText(text.slice(0, 60));
}

/** The SKU of a line item as it is shown. */
export function shown(item: LineItem): string {
  return printable(skuOf(item).slice(0, 60)) || '(none)';
}

export function skuOf({ sku }: LineItem): string {
  return plainText(sku ?? '');
}
