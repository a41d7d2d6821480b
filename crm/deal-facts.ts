import { OURSELVES, type LineItem } from '../domain/deal';
import { foldName, listAtMostTen } from '../domain/names';
import { hasField, nameOf } from '../domain/operation-words';
import type { OperationField, OperationRule } from '../domain/operations';
import {
  BILLING_CYCLES,
  type BillingContactReference,
  type BillingCycle,
  type License,
  type PartnerReference,
  type ServiceRequest,
} from '../domain/request';
import { placeOf, quoted, requirementOf, skuOf, type DealLookup } from './deal-lookup';
import { skusIn, type AddedSource, type LicenseRules } from './license-rules';

const WHOM_IT_IS_FOR = `whom a new license is for: a user, or the word ${OURSELVES}`;

/**
 * What the rules find in a deal, by the fields that a request of its operation has; those of other operations are not
 * looked for. What the rules do not find is added to what is missing.
 */
export class DealFacts {
  constructor(
    private readonly lookup: DealLookup,
    private readonly rules: LicenseRules,
    private readonly rule: OperationRule,
  ) {}

  license(): License | undefined {
    const { serialNumber } = this.rules;
    const { licenses } = this.rule;
    const isOfPbx = !licenses.includes('new');
    const isRequired = !isOfPbx && licenses.includes('existing') && requirementOf(serialNumber);
    const existing = this.lookup.value('license.serialNumber', serialNumber, isRequired);
    if (existing !== undefined) return { kind: 'existing', serialNumber: existing };
    if (!isOfPbx) return isRequired ? undefined : this.newLicense();
    const place = serialNumber === undefined ? '' : ` in ${placeOf(serialNumber)}`;
    const expected = `expected the serial number of the PBX${place}, for ${nameOf(this.rule)}`;
    return this.lookup.report('license.serialNumber', expected, 'nothing');
  }

  /** A new license, for whomever the rules name. */
  newLicense(): License | undefined {
    const { serialNumber, partner } = this.rules;
    if (partner === OURSELVES) return { kind: 'new' };
    if (partner === undefined) {
      const isEither = serialNumber !== undefined && this.rule.licenses.includes('existing');
      const expected = isEither ? `a serial number in ${placeOf(serialNumber)}, or ` : '';
      const came = isEither ? 'neither' : 'nothing';
      return this.lookup.report('license.partner', `expected ${expected}${WHOM_IT_IS_FOR}`, came);
    }
    // Nobody told is not oneself.
    const user = this.lookup.value('license.partner', partner.fact, true);
    return user === undefined
      ? undefined
      : { kind: 'new', partner: { [partner.by]: user } as PartnerReference };
  }

  plan(): string | undefined {
    const { plan, extensions } = this.rules;
    if ('fact' in plan) return this.lookup.value('plan', plan.fact, true);
    const item = this.planItem();
    if (item !== undefined) {
      // As the number of extensions the quantity is looked at there.
      const isNumber = extensions === undefined && this.has('extensions');
      return isNumber || this.lookup.isSold('plan', item) ? plan.skus[skuOf(item)] : undefined;
    }
    const skus = listAtMostTen(Object.keys(plan.skus));
    const expected = `expected one line item with the SKU of a plan (${skus})`;
    return this.lookup.report('plan', expected, this.planItemsInWords());
  }

  extensions(): number | undefined {
    if (!this.has('extensions')) return undefined;
    const { extensions } = this.rules;
    if (extensions !== undefined) return this.lookup.number('extensions', extensions, true);
    const item = this.planItem();
    if (item !== undefined) return this.lookup.quantity('extensions', item);
    const expected = "expected the quantity of the plan's line item";
    return this.lookup.report('extensions', expected, this.planItemsInWords());
  }

  addExtensions(): number | undefined {
    return this.added('addExtensions', this.rules.addExtensions);
  }

  addConcurrentCalls(): number | undefined {
    return this.added('addConcurrentCalls', this.rules.addConcurrentCalls);
  }

  services(): ServiceRequest[] | undefined {
    const { services } = this.rules;
    if (services === undefined || !this.has('services')) return undefined;
    if ('names' in services) return [...services.names];
    const skus = Object.keys(services.skus);
    const unknown = this.lookup.unknownInWords();
    if (unknown !== undefined)
      return this.lookup.report('services', 'expected line items with a product each', unknown);
    const items = this.lookup.itemsWith(skus);
    if (items.length === 0 && this.rule.needs.includes('services')) {
      const expected = `expected line items with the SKU of a service (${listAtMostTen(skus)})`;
      return this.lookup.report('services', expected, this.lookup.itemsInWords(skus));
    }
    const found = items.flatMap((item): ServiceRequest[] => {
      const { service, byQuantity } = services.skus[skuOf(item)]!;
      if (!byQuantity) return this.lookup.isSold('services', item) ? [service] : [];
      const quantity = this.lookup.quantity('services', item);
      return quantity === undefined ? [] : [{ service, quantity }];
    });
    return found.length === 0 ? undefined : found;
  }

  /** @param billingCycle what is paid monthly has no years, and no default makes it have some */
  years(billingCycle: BillingCycle | undefined): number | undefined {
    if (!this.has('years')) return undefined;
    const { years } = this.rules;
    if (billingCycle === 'monthly' && this.lookup.told(years) === undefined) return undefined;
    const isNeeded = this.rule.needs.includes('years') || billingCycle === 'annually';
    return this.lookup.number('years', years, isNeeded || requirementOf(years));
  }

  billingCycle(): BillingCycle | undefined {
    const { billingCycle } = this.rules;
    if (billingCycle === undefined || !this.has('billingCycle')) return undefined;
    const value = this.lookup.value('billingCycle', billingCycle, requirementOf(billingCycle));
    const cycle = BILLING_CYCLES.find((one) => one === foldName(value ?? ''));
    if (value === undefined || cycle !== undefined) return cycle;
    const expected = `expected one of ${BILLING_CYCLES.join(', ')} in ${placeOf(billingCycle)}`;
    return this.lookup.report('billingCycle', expected, quoted(value));
  }

  billingContact(): BillingContactReference | undefined {
    return this.reference('billingContact', this.rules.billingContact) as BillingContactReference | undefined;
  }

  activationMailTo(): PartnerReference | undefined {
    return this.reference('activationMailTo', this.rules.activationMailTo) as PartnerReference | undefined;
  }

  poNumber(): string | undefined {
    const { poNumber } = this.rules;
    return this.lookup.value('poNumber', poNumber, requirementOf(poNumber));
  }

  /** Adds to what is missing that the deal tells none of the fields of which its operation needs one. */
  reportNone(fields: readonly OperationField[]): void {
    if (this.lookup.missing.some(({ field }) => isAmong(fields, field))) return;
    const places = fields.flatMap((field) => this.placeIn(field));
    this.lookup.report(fields[0]!, `expected ${places.join(', or ') || fields.join(' or ')}`, 'nothing');
  }

  private has(field: OperationField): boolean {
    return hasField(this.rule, field);
  }

  private added(field: 'addExtensions' | 'addConcurrentCalls', source: AddedSource | undefined) {
    if (source === undefined || !this.has(field)) return undefined;
    if ('fact' in source) return this.lookup.number(field, source.fact, requirementOf(source.fact));
    const unknown = this.lookup.unknownInWords();
    const [item, ...others] = this.lookup.itemsWith(source.skus);
    if (item === undefined && unknown === undefined) return undefined;
    // Two may be meant in several ways, as two plans may.
    if (item !== undefined && others.length === 0 && unknown === undefined)
      return this.lookup.quantity(field, item);
    const expected = `expected one line item with the SKU ${listAtMostTen(source.skus)}`;
    return this.lookup.report(field, expected, this.lookup.itemsInWords(source.skus));
  }

  private reference(field: 'billingContact' | 'activationMailTo', rule: LicenseRules[typeof field]) {
    if (!this.has(field)) return undefined;
    const value = this.lookup.value(field, rule?.fact, requirementOf(rule?.fact));
    return rule === undefined || value === undefined ? undefined : { [rule.by]: value };
  }

  private planItem(): LineItem | undefined {
    const items = this.planItems();
    // Two, even of one SKU, can be meant in several ways; what nobody knows may be the second.
    return items.length === 1 && this.lookup.unknownInWords() === undefined ? items[0] : undefined;
  }

  private planItems(): LineItem[] {
    return this.lookup.itemsWith(this.planSkus());
  }

  private planSkus(): string[] {
    const { plan } = this.rules;
    return 'skus' in plan ? Object.keys(plan.skus) : [];
  }

  private planItemsInWords(): string {
    return this.lookup.itemsInWords(this.planSkus());
  }

  /** Where the rules look for a field, in words; nowhere where they do not name it. */
  private placeIn(field: OperationField): string[] {
    const source = this.rules[field];
    if (source === undefined || 'names' in source) return [];
    if ('skus' in source) return [`${field} by a line item with the SKU ${listAtMostTen(skusIn(source))}`];
    return [`${field} in ${placeOf('fact' in source ? source.fact : source)}`];
  }
}

function isAmong(fields: readonly string[], field: string): boolean {
  return fields.includes(field);
}
