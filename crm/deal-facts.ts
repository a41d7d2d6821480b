import { OURSELVES, type Deal, type LineItem, type MissingFact } from '../domain/deal';
import { listAtMostTen } from '../domain/names';
import { jsonText, printable } from '../domain/printable';
import { plainText, visibleText } from '../domain/visible-text';
import type { BillingContactReference, License, PartnerReference, ServiceRequest } from '../domain/request';
import { A_WHOLE_NUMBER, readWholeNumber, type FactSource, type LicenseRules } from './license-rules';

const WHOM_IT_IS_FOR = `whom a new license is for: a user, or the word ${OURSELVES}`;

/** What the rules find in a deal, by the fields of a request. What they do not find is added to `missing`. */
export class DealFacts {
  readonly missing: MissingFact[] = [];

  constructor(
    private readonly deal: Deal,
    private readonly rules: LicenseRules,
  ) {}

  license(): License | undefined {
    const { serialNumber } = this.rules;
    const isRequired = requirementOf(serialNumber) ?? false;
    const existing = this.value('license.serialNumber', serialNumber, isRequired);
    if (existing !== undefined) return { kind: 'existing', serialNumber: existing };
    return isRequired ? undefined : this.newLicense();
  }

  /** A new license, for whomever the rules name. */
  newLicense(): License | undefined {
    const { serialNumber, partner } = this.rules;
    if (partner === OURSELVES) return { kind: 'new' };
    if (partner === undefined) {
      const expected = serialNumber === undefined ? '' : `a serial number in ${placeOf(serialNumber)}, or `;
      return this.report(
        'license.partner',
        `expected ${expected}${WHOM_IT_IS_FOR}`,
        serialNumber === undefined ? 'nothing' : 'neither',
      );
    }
    // Nobody told is not oneself.
    const user = this.value('license.partner', partner.fact, true);
    return user === undefined
      ? undefined
      : { kind: 'new', partner: { [partner.by]: user } as PartnerReference };
  }

  plan(): string | undefined {
    const { plan } = this.rules;
    if ('fact' in plan) return this.value('plan', plan.fact, true);
    const item = this.planItem();
    if (item !== undefined) {
      // As the number of extensions the quantity is looked at there.
      const isSold = this.rules.extensions === undefined || this.isSold('plan', item);
      return isSold ? plan.skus[skuOf(item)] : undefined;
    }
    const skus = listAtMostTen(Object.keys(plan.skus));
    return this.report(
      'plan',
      `expected one line item with the SKU of a plan (${skus})`,
      this.planItemsInWords(),
    );
  }

  extensions(): number | undefined {
    const { extensions } = this.rules;
    if (extensions !== undefined) return this.number('extensions', extensions);
    const item = this.planItem();
    if (item !== undefined) return this.quantity('extensions', item);
    return this.report(
      'extensions',
      "expected the quantity of the plan's line item",
      this.planItemsInWords(),
    );
  }

  services(): ServiceRequest[] | undefined {
    const { services } = this.rules;
    if (services === undefined) return undefined;
    if ('names' in services) return [...services.names];
    const unknown = this.unknownInWords();
    if (unknown !== undefined)
      return this.report('services', 'expected line items with a product each', unknown);
    const found = this.itemsWith(services.skus).flatMap((item): ServiceRequest[] => {
      const { service, byQuantity } = services.skus[skuOf(item)]!;
      if (!byQuantity) return this.isSold('services', item) ? [service] : [];
      const quantity = this.quantity('services', item);
      return quantity === undefined ? [] : [{ service, quantity }];
    });
    return found.length === 0 ? undefined : found;
  }

  years(): number | undefined {
    return this.number('years', this.rules.years);
  }

  billingContact(): BillingContactReference | undefined {
    const { billingContact } = this.rules;
    const fact = billingContact?.fact;
    const value = this.value('billingContact', fact, requirementOf(fact) ?? false);
    if (billingContact === undefined || value === undefined) return undefined;
    return { [billingContact.by]: value } as BillingContactReference;
  }

  poNumber(): string | undefined {
    const { poNumber } = this.rules;
    return this.value('poNumber', poNumber, requirementOf(poNumber) ?? false);
  }

  private value(field: string, fact: FactSource | undefined, isNeeded: boolean): string | undefined {
    if (fact === undefined) return undefined;
    if (fact.from === 'rule') return fact.value;
    const facts = fact.from === 'deal' ? this.deal.fields : this.deal.company;
    const found = Object.hasOwn(facts, fact.field) ? visibleText(facts[fact.field] ?? '') : '';
    const value = found || fact.default;
    if (value !== undefined || !isNeeded) return value;
    return this.report(field, `expected a value in ${placeOf(fact)}`, 'nothing');
  }

  private number(field: string, fact: FactSource): number | undefined {
    const text = this.value(field, fact, true);
    return text === undefined ? undefined : this.wholeNumber(field, placeOf(fact), text);
  }

  private quantity(field: string, item: LineItem): number | undefined {
    return this.wholeNumber(field, `the quantity of the line item ${skuOf(item)}`, item.quantity ?? '');
  }

  /** A line item may have no quantity; one of 0 or -1 is there, and what it means nobody knows. */
  private isSold(field: string, item: LineItem): boolean {
    return visibleText(item.quantity ?? '') === '' || this.quantity(field, item) !== undefined;
  }

  private wholeNumber(field: string, place: string, text: string): number | undefined {
    const number = readWholeNumber(text);
    if (number !== undefined) return number;
    const came = visibleText(text) === '' ? 'nothing' : jsonText(text.slice(0, 60));
    return this.report(field, `expected ${A_WHOLE_NUMBER} in ${place}`, came);
  }

  private planItem(): LineItem | undefined {
    const items = this.planItems();
    // Two, even of one SKU, can be meant in several ways; what nobody knows may be the second.
    return items.length === 1 && this.unknownInWords() === undefined ? items[0] : undefined;
  }

  private planItems(): LineItem[] {
    const { plan } = this.rules;
    return 'skus' in plan ? this.itemsWith(plan.skus) : [];
  }

  private unknownInWords(): string | undefined {
    const unknown = this.deal.lineItems.find(({ isUnknown }) => isUnknown === true);
    return (
      unknown &&
      `a line item whose product the CRM does not tell: ${printable(unknown.name?.slice(0, 60) ?? '(no name)')}`
    );
  }

  private planItemsInWords(): string {
    const unknown = this.unknownInWords();
    if (unknown !== undefined) return unknown;
    const ofPlans = this.planItems().map(shown);
    if (ofPlans.length > 0) return `${ofPlans.length} of them: ${listAtMostTen(ofPlans)}`;
    const { lineItems } = this.deal;
    return lineItems.length === 0
      ? 'a deal without line items'
      : `line items with the SKUs ${listAtMostTen(lineItems.map(shown))}`;
  }

  private itemsWith(skus: Readonly<Record<string, unknown>>): LineItem[] {
    return this.deal.lineItems.filter((item) => Object.hasOwn(skus, skuOf(item)));
  }

  private report(field: string, expected: string, came: string): undefined {
    this.missing.push({ field, problem: `${expected}; came ${came}` });
  }
}

/** `required` as it stands in the rules. */
function requirementOf(fact: FactSource | undefined): boolean | undefined {
  return fact === undefined || fact.from === 'rule' ? undefined : fact.required;
}

function placeOf(fact: FactSource): string {
  return fact.from === 'rule' ? 'deals.yaml' : `the field "${fact.field}" of the ${fact.from}`;
}

/** SKUs of a deal as they are shown: of any length in the CRM. */
function shown(item: LineItem): string {
  return printable(skuOf(item).slice(0, 60)) || '(none)';
}

function skuOf({ sku }: LineItem): string {
  return plainText(sku ?? '');
}
