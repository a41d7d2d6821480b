import { OPERATION_RULES, type OperationRule } from '../../domain/operations';
import type { Operation, Product } from '../../domain/request';
import { checkBody } from '../../portal/check-body';

const rule = (operation: Operation, product: Product = 'software'): OperationRule =>
  OPERATION_RULES.find((row) => row.operation === operation && row.product === product)!;

const TERMS = { billingModel: 'recurring', billingCycle: 'annually', multiCycle: 1 };
const plan = (purchaseType: string, more: object = {}) => ({
  ...{ serviceType: 'plan', serviceId: 17, purchaseType, ...TERMS },
  ...more,
});
const service = (purchaseType: string, more: object = {}) => ({
  ...{ serviceType: 'service', serviceId: 49, connectionPlanId: 17, purchaseType, ...TERMS },
  ...more,
});
const TRIAL = { billingModel: undefined, billingCycle: undefined, multiCycle: 0 };

/** A body that keeps the rules, for each row of the table. */
const RIGHT: Record<string, object> = {
  'purchase software': head('purchase_plan', 12, [plan('purchase', { quantity: 100 }), service('purchase')]),
  'renew software': head('renew_plan', 12, [plan('renew', { quantity: 100 }), service('renew')]),
  'switch-plan software': head('switch_plan', 12, [plan('switch')]),
  'expand software': head('purchase_service', 12, [service('purchase', { quantity: 20 })]),
  'add-service software': head('purchase_service', 12, [service('purchase')]),
  'trial software': {
    ...{ operationType: 'trial_plan', productId: 12, assignId: 7 },
    serviceList: [plan('trial', TRIAL), service('trial', TRIAL)],
  },
  'purchase appliance': head('purchase_plan', 11, [plan('purchase')]),
  'renew appliance': head('renew_plan', 11, [plan('renew', { billingCycle: 'monthly', multiCycle: 0 })]),
  'switch-plan appliance': head('switch_plan', 11, [plan('switch', { multiCycle: 5 })]),
};

function head(operationType: string, productId: number, serviceList: object[]) {
  return { operationType, productId, productNo: '3651X0000001', billingId: 219, serviceList };
}

const check = (body: object, of: OperationRule) => () => checkBody(JSON.stringify(body), of);

it.each(OPERATION_RULES.map((row) => [`${row.operation} ${row.product}`, row] as const))(
  'a body that keeps the rules goes on: %s',
  (name, row) => {
    expect(check(RIGHT[name]!, row)).not.toThrow();
  },
);

it('no body of one operation is taken for another', () => {
  for (const row of OPERATION_RULES) {
    const own = `${row.operation} ${row.product}`;
    // An expansion and an added service are one operation to the vendor, and products differ by their ids and lines.
    const others = Object.entries(RIGHT).filter(
      ([name, body]) =>
        name !== own && (body as { operationType: string }).operationType !== row.operationType,
    );
    for (const [, body] of others) expect(check(body, row)).toThrow(/breaks a rule/);
  }
});

const renewal = (change: object) => ({ ...RIGHT['renew software'], ...change });
const lines = (...serviceList: object[]) => ({ serviceList });

it.each<[string, object, OperationRule, RegExp]>([
  [
    'another operation type',
    renewal({ operationType: 'renew_service' }),
    rule('renew'),
    /operationType is renew_plan/,
  ],
  ['no serial number', renewal({ productNo: undefined }), rule('renew'), /it has a serial number/],
  [
    'a serial number of a trial',
    { ...RIGHT['trial software'], productNo: 'X' },
    rule('trial'),
    /no serial number/,
  ],
  [
    'a partner beside it',
    { ...RIGHT['purchase software'], partnerId: 7 },
    rule('purchase'),
    /exclude each other/,
  ],
  ['no billing contact', renewal({ billingId: undefined }), rule('renew'), /a billing contact/],
  [
    'a billing contact of a trial',
    { ...RIGHT['trial software'], billingId: 1 },
    rule('trial'),
    /no billing contact/,
  ],
  ['somebody else who gets a mail', renewal({ assignId: 7 }), rule('renew'), /nobody else/],
  ['no lines', renewal(lines()), rule('renew'), /at least one/],
  [
    'two plans',
    renewal(lines(plan('renew', { quantity: 1 }), plan('renew', { quantity: 1 }))),
    rule('renew'),
    /one plan/,
  ],
  [
    'a plan in an addition',
    head('purchase_service', 12, [plan('purchase'), service('purchase')]),
    rule('expand'),
    /no plan/,
  ],
  [
    'a service in a switch',
    head('switch_plan', 12, [plan('switch'), service('switch')]),
    rule('switch-plan'),
    /no services/,
  ],
  [
    'a service of an appliance',
    head('renew_plan', 11, [plan('renew'), service('renew')]),
    rule('renew', 'appliance'),
    /no services/,
  ],
  ['no quantity', renewal(lines(plan('renew'))), rule('renew'), /number of extensions/],
  ['a quantity of 0', renewal(lines(plan('renew', { quantity: 0 }))), rule('renew'), /number of extensions/],
  [
    'a quantity of a switch',
    head('switch_plan', 12, [plan('switch', { quantity: 1 })]),
    rule('switch-plan'),
    /no quantity/,
  ],
  [
    'a service of another plan',
    renewal(lines(plan('renew', { quantity: 1 }), service('renew', { connectionPlanId: 18 }))),
    rule('renew'),
    /connected to the one plan/,
  ],
  [
    'additions to two plans',
    head('purchase_service', 12, [
      service('purchase'),
      service('purchase', { serviceId: 50, connectionPlanId: 18 }),
    ]),
    rule('add-service'),
    /connected to the one plan/,
  ],
  [
    'a service twice',
    head('purchase_service', 12, [service('purchase'), service('purchase')]),
    rule('add-service'),
    /each service is there once/,
  ],
  [
    'another purchase type',
    renewal(lines(plan('purchase', { quantity: 1 }))),
    rule('renew'),
    /purchaseType is renew/,
  ],
  [
    'a month of the Software Edition',
    renewal(lines(plan('renew', { quantity: 1, billingCycle: 'monthly', multiCycle: 0 }))),
    rule('renew'),
    /annually for 1 to 5 years/,
  ],
  ['six years', renewal(lines(plan('renew', { quantity: 1, multiCycle: 6 }))), rule('renew'), /1 to 5 years/],
  [
    'no years',
    renewal(lines(plan('renew', { quantity: 1, multiCycle: undefined }))),
    rule('renew'),
    /1 to 5 years/,
  ],
  [
    'years by the month',
    head('renew_plan', 11, [plan('renew', { billingCycle: 'monthly', multiCycle: 1 })]),
    rule('renew', 'appliance'),
    /monthly with 0/,
  ],
  [
    'a trial that is billed',
    { ...RIGHT['trial software'], ...lines(plan('trial')) },
    rule('trial'),
    /no line is billed/,
  ],
  [
    'two terms',
    renewal(lines(plan('renew', { quantity: 1 }), service('renew', { multiCycle: 2 }))),
    rule('renew'),
    /the same term/,
  ],
])('a body that breaks a rule goes no further: %s', (_what, body, of, message) => {
  expect(check(body, of)).toThrow(message);
});
