import {
  operationOf,
  productOf,
  type License,
  type Operation,
  type Product,
  type PurchaseRequest,
} from './request';

/** A field of a request that only some operations have. */
export type OperationField =
  | 'extensions'
  | 'addExtensions'
  | 'addConcurrentCalls'
  | 'services'
  | 'years'
  | 'billingCycle'
  | 'billingContact'
  | 'activationMailTo';

/** One operation on one product: what its request says, what its order's body is like, and how careful one has to be. */
export interface OperationRule {
  operation: Operation;
  product: Product;
  /** Create an Order's `operationType`, and the `purchaseType` of every line. */
  operationType: string;
  purchaseType: 'purchase' | 'renew' | 'switch' | 'trial';
  licenses: readonly License['kind'][];
  /** Fields that its request must have; of `oneOf` one or more; and fields that it may have. */
  needs: readonly OperationField[];
  oneOf?: readonly OperationField[];
  may: readonly OperationField[];
  /** The plan's line in the body; `quantity` is the number of extensions. */
  planLine: 'with-quantity' | 'without-quantity' | 'none';
  /** Whether the body has a billing contact, and its lines a billing model and a cycle. */
  isBilled: boolean;
  /** Sent twice it does it twice: adds years, extensions or a service again. */
  accumulates: boolean;
  /** Whether a person confirms it before it is ordered: `unless-known` asks when what the PBX has is not certain. */
  asks: 'never' | 'unless-known' | 'always';
  /** Off until the house switches it on (WONCE_OPERATIONS): the vendor does not document all that its order says. */
  isOffAtFirst: boolean;
}

const BILLED = { isBilled: true, accumulates: true, isOffAtFirst: false } as const;
const OF_A_PBX = { licenses: ['existing'] } as const;
const OF_AN_APPLIANCE = {
  ...BILLED,
  ...OF_A_PBX,
  product: 'appliance',
  needs: [],
  oneOf: ['years', 'billingCycle'],
  may: ['billingContact'],
  planLine: 'without-quantity',
} as const;

/**
 * Operations × products. Sources: the vendor's tutorials "Purchase / Renew / Switch Subscription Plan for P-Series Software
 * Edition" and "… Appliance Edition", "Expand Extensions or Concurrent Calls", "Subscribe to Service" and "Get Free Trial
 * License for P-Series Software Edition". A new operation is a new row, and its tests.
 */
export const OPERATION_RULES: readonly OperationRule[] = [
  {
    ...BILLED,
    operation: 'purchase',
    product: 'software',
    operationType: 'purchase_plan',
    purchaseType: 'purchase',
    licenses: ['existing', 'new'],
    needs: ['extensions', 'years'],
    may: ['services', 'billingContact'],
    planLine: 'with-quantity',
    accumulates: false,
    asks: 'never',
  },
  {
    ...BILLED,
    ...OF_A_PBX,
    operation: 'renew',
    product: 'software',
    operationType: 'renew_plan',
    purchaseType: 'renew',
    needs: ['extensions', 'years'],
    may: ['services', 'billingContact'],
    planLine: 'with-quantity',
    asks: 'unless-known',
  },
  {
    ...BILLED,
    ...OF_A_PBX,
    operation: 'switch-plan',
    product: 'software',
    operationType: 'switch_plan',
    purchaseType: 'switch',
    needs: ['years'],
    may: ['billingContact'],
    planLine: 'without-quantity',
    asks: 'always',
  },
  {
    ...BILLED,
    ...OF_A_PBX,
    operation: 'expand',
    product: 'software',
    operationType: 'purchase_service',
    purchaseType: 'purchase',
    needs: ['years'],
    oneOf: ['addExtensions', 'addConcurrentCalls'],
    may: ['billingContact'],
    planLine: 'none',
    asks: 'always',
    isOffAtFirst: true,
  },
  {
    ...BILLED,
    ...OF_A_PBX,
    operation: 'add-service',
    product: 'software',
    operationType: 'purchase_service',
    purchaseType: 'purchase',
    needs: ['services', 'years'],
    may: ['billingContact'],
    planLine: 'none',
    asks: 'always',
    isOffAtFirst: true,
  },
  {
    operation: 'trial',
    product: 'software',
    operationType: 'trial_plan',
    purchaseType: 'trial',
    licenses: ['new'],
    needs: [],
    may: ['services', 'activationMailTo'],
    planLine: 'without-quantity',
    isBilled: false,
    accumulates: false,
    asks: 'never',
    isOffAtFirst: false,
  },
  {
    ...OF_AN_APPLIANCE,
    operation: 'purchase',
    operationType: 'purchase_plan',
    purchaseType: 'purchase',
    accumulates: false,
    asks: 'never',
  },
  {
    ...OF_AN_APPLIANCE,
    operation: 'renew',
    operationType: 'renew_plan',
    purchaseType: 'renew',
    asks: 'unless-known',
  },
  {
    ...OF_AN_APPLIANCE,
    operation: 'switch-plan',
    operationType: 'switch_plan',
    purchaseType: 'switch',
    asks: 'always',
  },
];

/** The rule of a request; undefined when there is none for its operation on its product. */
export function ruleOf(request: Pick<PurchaseRequest, 'operation' | 'product'>): OperationRule | undefined {
  const [operation, product] = [operationOf(request), productOf(request)];
  return OPERATION_RULES.find((rule) => rule.operation === operation && rule.product === product);
}

/**
 * The rule of a request that was accepted.
 *
 * @throws Error when there is none: the schema lets no such request through
 */
export function knownRuleOf(request: Pick<PurchaseRequest, 'operation' | 'product'>): OperationRule {
  const rule = ruleOf(request);
  if (rule === undefined) throw new Error(`There is no ${operationOf(request)} of ${productOf(request)}.`);
  return rule;
}

/** Whether an order changes what a PBX has: one at a time, after a look at what it has. */
export function changesPbx(request: PurchaseRequest): boolean {
  return operationOf(request) !== 'purchase' && request.license.kind === 'existing';
}

/** What the vendor's API has or lacks that is not ordered here, and why: refused by name. */
export const NOT_OFFERED: Readonly<Record<string, string>> = {
  'switch-trial':
    'the vendor names an operation type switchTrial_plan and documents nothing about it. To turn a trial into a license, order a purchase for its serial number',
  cancel: "the vendor's API cannot cancel an order; the Partner Portal may, while it is pending",
  reduce: "the vendor's API cannot reduce extensions",
  'drop-service': "the vendor's API cannot drop a service",
  refund: "the vendor's API cannot refund",
  transfer: "the vendor's API cannot transfer a license",
  'auto-renew':
    "the vendor's API can switch auto-renewal on and not off again, and it commits to payments. Switch it in the Partner Portal",
  'high-availability': 'it is sold for the Cloud PBX, whose cycle fields the vendor does not document',
};

/** Products whose orders are not offered, and why: refused by name. */
export const PRODUCTS_NOT_OFFERED: Readonly<Record<string, string>> = {
  cloud: 'the cycle fields of its orders are not documented',
  turnkey: 'the cycle fields of its orders are not documented, and they act on an account instead of a PBX',
  'remote-management': 'its orders act on an account instead of a PBX',
  'remote-management-premium':
    "the vendor's pages contradict each other about its product id and its renewal",
  linkus: 'it is documented in an older version of the pages only',
  'white-label': 'the tables of its orders could not be read whole',
};
