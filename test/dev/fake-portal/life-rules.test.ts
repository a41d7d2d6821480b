import { LosslessNumber } from 'lossless-json';
import { Caller } from './caller';
import {
  addedService,
  APPLIANCE_STANDARD,
  APPLIANCE_ULTIMATE,
  applianceOrder,
  appliancePlan,
  CONCURRENT_CALL_EXPANSION,
  downgrade,
  ENTERPRISE_PBX,
  expansion,
  EXTENSION_EXPANSION,
  HOT_STANDBY,
  MONTHLY_APPLIANCE,
  monthlyPlan,
  moreServices,
  PARTNER,
  renewal,
  renewedPlan,
  renewedQuantity,
  renewedService,
  SOFTWARE,
  switchedPlan,
  trial,
  triedPlan,
  triedService,
  upgrade,
  YEARLY_APPLIANCE,
} from './life-orders';
import {
  DISASTER_RECOVERY,
  ENTERPRISE,
  OUTBOUND_CALL_CENTER,
  planLine,
  tutorialOrder,
  ULTIMATE,
} from './orders';

const TRIAL = { serialNumber: '3651E5000003', product: 12, plan: 'Ultimate', isTrial: true };
const NO_PLAN = { serialNumber: '3651E5000004', product: 12 };
const SWITCHING = { ...SOFTWARE, serialNumber: '3651E5000005', pendingPlan: 'Enterprise' };
const BARE = { ...SOFTWARE, serialNumber: '3651E5000006', services: [] };
const NEW_APPLIANCE = '3670A1000004';
const [ONE, OTHER] = [MONTHLY_APPLIANCE.serialNumber, YEARLY_APPLIANCE.serialNumber];

let caller: Caller;
beforeEach(async () => {
  caller = await Caller.start();
  const pbxs = [
    SOFTWARE,
    ENTERPRISE_PBX,
    MONTHLY_APPLIANCE,
    YEARLY_APPLIANCE,
    TRIAL,
    NO_PLAN,
    SWITCHING,
    BARE,
  ];
  for (const pbx of pbxs) await caller.switched('pbxs', pbx);
});
afterEach(() => caller.portal.close());

const number = (digits: string) => new LosslessNumber(digits);
const renew = (...lines: unknown[]) => renewal({ serviceList: lines });
const bare = (change: object) =>
  renewal({ productNo: BARE.serialNumber, serviceList: [renewedPlan()], ...change });
const more = (...lines: unknown[]) => moreServices(lines);
const change = (...lines: unknown[]) => upgrade({ serviceList: lines });
const lower = (...lines: unknown[]) => downgrade({ serviceList: lines });
const attempt = (...lines: unknown[]) => trial({ serviceList: lines });
const appliance = (operation: string, serialNumber: string, line: unknown) =>
  applianceOrder(operation, serialNumber, { serviceList: [line] });

describe('an order that keeps the rules of its operation is taken', () => {
  it.each<[string, unknown]>([
    ['a renewal with all services', renewal()],
    ['a renewal for five years', bare({ serviceList: [renewedPlan({ multiCycle: 5 })] })],
    ['a renewal with a purchase order number', bare({ poNumber: 'PO-1' })],
    ['a renewal while a switch is pending', renewal({ productNo: SWITCHING.serialNumber })],
    ['a switch to the higher plan for the running years', upgrade()],
    ['a switch to the lower plan for other years', downgrade()],
    ['more extensions', more(expansion())],
    [
      'more extensions and more concurrent calls',
      more(expansion(), expansion({ serviceId: CONCURRENT_CALL_EXPANSION })),
    ],
    ['more extensions for three years', more(expansion({ multiCycle: 3 }))],
    ['a service that is new', more(addedService())],
    [
      'a service that is new and priced by quantity',
      moreServices([addedService({ serviceId: OUTBOUND_CALL_CENTER, quantity: 2 })], {
        productNo: BARE.serialNumber,
      }),
    ],
    ['a trial for oneself', trial()],
    ['a trial with a service priced by quantity', attempt(triedPlan(), triedService())],
    ['a trial for a subordinate user, id as text', trial({ partnerId: PARTNER, assignId: PARTNER })],
    [
      'a trial for a subordinate user, id as a number',
      trial({ partnerId: number(PARTNER), assignId: number(PARTNER), poNumber: 'PO-2' }),
    ],
    [
      'the first plan of an appliance by the month',
      appliance('purchase_plan', NEW_APPLIANCE, monthlyPlan('purchase')),
    ],
    [
      'the first plan of an appliance by the year',
      appliance('purchase_plan', NEW_APPLIANCE, appliancePlan('purchase', { multiCycle: 5 })),
    ],
    ['the renewal of an appliance by the month', appliance('renew_plan', ONE, monthlyPlan('renew'))],
    [
      'the renewal of an appliance by the year',
      appliance('renew_plan', OTHER, appliancePlan('renew', { multiCycle: 2 })),
    ],
    [
      'another plan of an appliance, from the month to the year',
      appliance(
        'switch_plan',
        ONE,
        appliancePlan('switch', { serviceId: APPLIANCE_ULTIMATE, multiCycle: 4 }),
      ),
    ],
    [
      'a lower plan of an appliance by the month',
      appliance('switch_plan', OTHER, monthlyPlan('switch', { serviceId: APPLIANCE_STANDARD })),
    ],
    ['the purchase after a trial', tutorialOrder({ productNo: TRIAL.serialNumber })],
    ['another first plan for a PBX that has one', tutorialOrder({ productNo: SOFTWARE.serialNumber })],
  ])('%s', async (_name, body) => {
    expect(await caller.order(body)).toMatchObject({
      code: 'success',
      detailMessage: '',
      result: { orderNo: expect.stringMatching(/^ZC\d{19}$/) as string, orderStatus: 'succeed' },
    });
  });
});

const cases: Record<string, [string, unknown, RegExp][]> = {
  operations: [
    ...['switchTrial_plan', 'trial_service', 'renew_service', 'toString'].map(
      (operationType): [string, unknown, RegExp] => [
        operationType,
        renewal({ operationType }),
        new RegExp(`^operationType: expected .*purchase_service.*came the text "${operationType}"`),
      ],
    ),
    [
      'a renewal of product 13',
      renewal({ productId: 13 }),
      /^productId: expected the number 12 or 11 with renew_plan/,
    ],
    [
      'services for product 11',
      { ...more(expansion()), productId: 11 },
      /^productId: expected the number 12 with purchase_service/,
    ],
    ['a trial of product 11', trial({ productId: 11 }), /^productId: expected the number 12 with trial_plan/],
  ],
  renewals: [
    [
      'no serial number',
      renewal({ productNo: undefined }),
      /^productNo: expected a serial number.*came nothing/,
    ],
    [
      'another account’s PBX',
      renewal({ productNo: '0000000000' }),
      /^productNo: expected a serial number of this/,
    ],
    [
      'a PBX of another product',
      renewal({ productNo: ONE }),
      /^productNo: expected a serial number of product 12/,
    ],
    [
      'a PBX without a plan',
      renewal({ productNo: NO_PLAN.serialNumber }),
      /^productNo: expected a PBX with a plan; /,
    ],
    [
      'a PBX in trial',
      renewal({ productNo: TRIAL.serialNumber }),
      /^productNo: .*that was bought; .*is in trial/,
    ],
    ['a partner', renewal({ partnerId: PARTNER }), /^partnerId: no such field in an order of renew_plan/],
    [
      'somebody for the mail',
      renewal({ assignId: PARTNER }),
      /^assignId: no such field in an order of renew_plan/,
    ],
    ['no billing contact', renewal({ billingId: undefined }), /^billingId: expected/],
    ['no plan', renew(renewedService(), renewedQuantity()), /^serviceList: expected exactly one line/],
    [
      'two plans',
      bare({ serviceList: [renewedPlan(), renewedPlan()] }),
      /^serviceList: expected exactly one line/,
    ],
    [
      'another plan',
      bare({ serviceList: [renewedPlan({ serviceId: ENTERPRISE })] }),
      /^serviceId: expected the id of the plan that the PBX has, 3049041101760282624/,
    ],
    [
      'a plan of another product',
      bare({ serviceList: [renewedPlan({ serviceId: APPLIANCE_ULTIMATE })] }),
      /^serviceId: expected the id of a plan of product 12/,
    ],
    [
      'one extension too many',
      bare({ serviceList: [renewedPlan({ quantity: 101 })] }),
      /^quantity: expected the present number of extensions, 100, came the number 101/,
    ],
    [
      'no extensions',
      bare({ serviceList: [renewedPlan({ quantity: undefined })] }),
      /^quantity: .*, 100, came nothing/,
    ],
    [
      'the purchase type of a purchase',
      bare({ serviceList: [renewedPlan({ purchaseType: 'purchase' })] }),
      /^purchaseType: expected the text "renew"/,
    ],
    ['no billing model', bare({ serviceList: [renewedPlan({ billingModel: undefined })] }), /^billingModel/],
    ['monthly billing', bare({ serviceList: [renewedPlan({ billingCycle: 'monthly' })] }), /^billingCycle/],
    ['zero years', bare({ serviceList: [renewedPlan({ multiCycle: 0 })] }), /^multiCycle/],
    ['six years', bare({ serviceList: [renewedPlan({ multiCycle: 6 })] }), /^multiCycle/],
    [
      'a service left out',
      renew(renewedPlan(), renewedQuantity()),
      /^serviceList: Ultimate is renewed together with all its services; left out: Disaster Recovery/,
    ],
    [
      'all services left out',
      renew(renewedPlan()),
      /left out: Disaster Recovery \d+, Outbound Call Center \d+/,
    ],
    [
      'a service that the PBX does not have',
      renew(renewedPlan(), renewedService(), renewedQuantity(), renewedService({ serviceId: HOT_STANDBY })),
      /^serviceId: expected the id of a service that the PBX has \(Disaster Recovery/,
    ],
    [
      'the extensions as a service',
      renew(
        renewedPlan(),
        renewedService(),
        renewedQuantity(),
        renewedQuantity({ serviceId: EXTENSION_EXPANSION }),
      ),
      /^serviceId: expected the id of a service that the PBX has/,
    ],
    [
      'a service twice',
      renew(renewedPlan(), renewedService(), renewedService(), renewedQuantity()),
      /^serviceList: the service 3129372068699893760 stands in two lines/,
    ],
    [
      'another quantity of a service',
      renew(renewedPlan(), renewedService(), renewedQuantity({ quantity: 6 })),
      /^quantity: expected the present number of Outbound Call Center \d+, 5, came the number 6/,
    ],
    [
      'no quantity of a service priced by it',
      renew(renewedPlan(), renewedService(), renewedQuantity({ quantity: undefined })),
      /^quantity: expected the present number of Outbound/,
    ],
    [
      'a quantity of a service that has none',
      renew(renewedPlan(), renewedService({ quantity: 1 }), renewedQuantity()),
      /^quantity: expected none for Disaster Recovery/,
    ],
    [
      'a service for other years',
      renew(renewedPlan(), renewedService({ multiCycle: 2 }), renewedQuantity()),
      /^multiCycle: expected the same/,
    ],
    [
      'a service tied to another plan',
      renew(renewedPlan(), renewedService({ connectionPlanId: ENTERPRISE }), renewedQuantity()),
      /^connectionPlanId/,
    ],
    [
      'a service tied to no plan',
      renew(renewedPlan(), renewedService({ connectionPlanId: undefined }), renewedQuantity()),
      /^connectionPlanId/,
    ],
    [
      'a service to purchase',
      renew(renewedPlan(), renewedService({ purchaseType: 'purchase' }), renewedQuantity()),
      /^purchaseType/,
    ],
    [
      'another plan of an appliance',
      appliance('renew_plan', OTHER, appliancePlan('renew', { serviceId: APPLIANCE_STANDARD })),
      /^serviceId: expected the id of the plan that the PBX has/,
    ],
    [
      'an appliance by the year that runs by the month',
      appliance('renew_plan', ONE, appliancePlan('renew')),
      /^billingCycle: expected the cycle that runs, "monthly"/,
    ],
    [
      'an appliance by the month that runs by the year',
      appliance('renew_plan', OTHER, monthlyPlan('renew')),
      /^billingCycle: expected the cycle that runs, "annually"/,
    ],
    [
      'an appliance with a quantity',
      appliance('renew_plan', OTHER, appliancePlan('renew', { quantity: 50 })),
      /^quantity: no such field in a plan line/,
    ],
    [
      'an appliance with a service',
      applianceOrder('renew_plan', OTHER, { serviceList: [appliancePlan('renew'), renewedService()] }),
      /^serviceList: expected the line of the plan alone/,
    ],
  ],
  switches: [
    ['no serial number', upgrade({ productNo: undefined }), /^productNo/],
    [
      'a PBX without a plan',
      upgrade({ productNo: NO_PLAN.serialNumber }),
      /^productNo: expected a PBX with a plan/,
    ],
    ['a PBX in trial', upgrade({ productNo: TRIAL.serialNumber }), /^productNo: .*is in trial/],
    ['no billing contact', upgrade({ billingId: undefined }), /^billingId/],
    [
      'the present plan',
      change(switchedPlan({ serviceId: ENTERPRISE })),
      /^serviceId: expected another plan than Enterprise/,
    ],
    ['two plans', change(switchedPlan(), switchedPlan()), /^serviceList: expected exactly one line/],
    ['no plan', change(renewedService()), /^serviceList: expected exactly one line/],
    [
      'a service',
      change(switchedPlan(), renewedService()),
      /^serviceList: expected the line of the plan alone/,
    ],
    ['a quantity', change(switchedPlan({ quantity: 50 })), /^quantity: no such field in a plan line/],
    [
      'a plan to connect to',
      change(switchedPlan({ connectionPlanId: ULTIMATE })),
      /^connectionPlanId: no such/,
    ],
    [
      'the purchase type of a renewal',
      change(switchedPlan({ purchaseType: 'renew' })),
      /^purchaseType: expected the text "switch"/,
    ],
    ['monthly billing', change(switchedPlan({ billingCycle: 'monthly' })), /^billingCycle/],
    [
      'other years with the higher plan',
      change(switchedPlan({ multiCycle: 1 })),
      /^multiCycle: expected the running 3, .*came the number 1/,
    ],
    [
      'six years with the lower plan',
      lower(switchedPlan({ serviceId: ENTERPRISE, multiCycle: 6 })),
      /^multiCycle/,
    ],
    [
      'while one is pending',
      downgrade({ productNo: SWITCHING.serialNumber }),
      /^productNo: the switch of its plan to Enterprise is pending until 2030-01-31/,
    ],
    [
      'an appliance’s present plan',
      appliance('switch_plan', ONE, monthlyPlan('switch')),
      /^serviceId: expected another plan than Enterprise/,
    ],
    [
      'an appliance by the month for a year',
      appliance('switch_plan', ONE, monthlyPlan('switch', { serviceId: APPLIANCE_ULTIMATE, multiCycle: 1 })),
      /^multiCycle: expected the number 0/,
    ],
    [
      'an appliance by the year for none',
      appliance(
        'switch_plan',
        ONE,
        appliancePlan('switch', { serviceId: APPLIANCE_ULTIMATE, multiCycle: 0 }),
      ),
      /^multiCycle: expected the number 1, 2/,
    ],
    [
      'an appliance to a plan of the Software Edition',
      appliance('switch_plan', ONE, monthlyPlan('switch', { serviceId: ULTIMATE })),
      /^serviceId: expected the id of a plan of product 11/,
    ],
  ],
  'more services': [
    ['no serial number', moreServices([expansion()], { productNo: undefined }), /^productNo/],
    ['a PBX without a plan', moreServices([expansion()], { productNo: NO_PLAN.serialNumber }), /^productNo/],
    [
      'a PBX in trial',
      moreServices([expansion()], { productNo: TRIAL.serialNumber }),
      /^productNo: .*in trial/,
    ],
    ['no billing contact', moreServices([expansion()], { billingId: undefined }), /^billingId/],
    ['no lines', more(), /^serviceList: expected a list of lines/],
    ['a plan', more(renewedPlan(), expansion()), /^serviceList: expected no line with serviceType "plan"/],
    [
      'a service to renew',
      more(expansion({ purchaseType: 'renew' })),
      /^purchaseType: expected the text "purchase"/,
    ],
    [
      'nothing to add',
      more(expansion({ quantity: 0 })),
      /^quantity: expected 1 or more of Extension Expansion/,
    ],
    ['no number to add', more(expansion({ quantity: undefined })), /^quantity: expected 1 or more/],
    ['another plan', more(expansion({ connectionPlanId: ENTERPRISE })), /^connectionPlanId/],
    ['no plan to connect to', more(expansion({ connectionPlanId: undefined })), /^connectionPlanId/],
    ['monthly billing', more(expansion({ billingCycle: 'monthly' })), /^billingCycle/],
    ['zero years', more(expansion({ multiCycle: 0 })), /^multiCycle/],
    [
      'different years',
      more(expansion(), expansion({ serviceId: CONCURRENT_CALL_EXPANSION, multiCycle: 2 })),
      /^multiCycle: expected the same/,
    ],
    [
      'a service that is there',
      more(addedService({ serviceId: DISASTER_RECOVERY })),
      /^serviceId: .*Disaster Recovery is there already/,
    ],
    [
      'a quantity of a service that has none',
      more(addedService({ quantity: 1 })),
      /^quantity: expected none for Hot Standby/,
    ],
    [
      'an unknown service',
      more(addedService({ serviceId: ULTIMATE })),
      /^serviceId: expected the id of a service/,
    ],
    ['a service twice', more(addedService(), addedService()), /stands in two lines/],
    [
      'an expansion and a service',
      more(expansion(), addedService()),
      /^serviceList: expected either expansions or/,
    ],
    [
      'Disaster Recovery for Enterprise',
      moreServices([addedService({ serviceId: DISASTER_RECOVERY, connectionPlanId: ENTERPRISE })], {
        productNo: ENTERPRISE_PBX.serialNumber,
      }),
      /^serviceId: Disaster Recovery is sold with the plan Ultimate only/,
    ],
    [
      'an expansion with the first plan',
      tutorialOrder({ serviceList: [planLine(), expansion({ multiCycle: 2 })] }),
      /^serviceId: Extension Expansion is for a PBX that has a plan, with the operation purchase_service/,
    ],
  ],
  trials: [
    [
      'a serial number',
      trial({ productNo: NO_PLAN.serialNumber }),
      /^productNo: no such field in an order of trial_plan/,
    ],
    [
      'a billing contact',
      trial({ billingId: number('3197218168379846218') }),
      /^billingId: no such field in an order of trial_plan/,
    ],
    ['an unknown partner', trial({ partnerId: '3076915454489739264' }), /^partnerId: expected the id/],
    [
      'mail to somebody unknown',
      trial({ assignId: 'somebody' }),
      /^assignId: expected the id of a subordinate user/,
    ],
    ['a quantity', attempt(triedPlan({ quantity: 100 })), /^quantity: no such field/],
    ['a billing model', attempt(triedPlan({ billingModel: 'recurring' })), /^billingModel: no such field/],
    ['a billing cycle', attempt(triedPlan({ billingCycle: 'annually' })), /^billingCycle: no such field/],
    ['a year', attempt(triedPlan({ multiCycle: 1 })), /^multiCycle: expected the number 0/],
    ['no multiCycle', attempt(triedPlan({ multiCycle: undefined })), /^multiCycle: expected the number 0/],
    [
      'a plan to purchase',
      attempt(triedPlan({ purchaseType: 'purchase' })),
      /^purchaseType: expected the text "trial"/,
    ],
    ['no plan', attempt(triedService()), /^serviceList: expected exactly one line/],
    ['two plans', attempt(triedPlan(), triedPlan()), /^serviceList: expected exactly one line/],
    [
      'a quantity of a service',
      attempt(triedPlan(), triedService({ quantity: 5 })),
      /^quantity: no such field/,
    ],
    [
      'a service tied to another plan',
      attempt(triedPlan(), triedService({ connectionPlanId: ENTERPRISE })),
      /^connectionPlanId/,
    ],
    ['a service twice', attempt(triedPlan(), triedService(), triedService()), /stands in two lines/],
    [
      'an expansion',
      attempt(triedPlan(), triedService({ serviceId: EXTENSION_EXPANSION })),
      /^serviceId: Extension Expansion is for/,
    ],
    [
      'Disaster Recovery with Enterprise',
      attempt(
        triedPlan({ serviceId: ENTERPRISE }),
        triedService({ serviceId: DISASTER_RECOVERY, connectionPlanId: ENTERPRISE }),
      ),
      /^serviceId: Disaster Recovery is sold with/,
    ],
  ],
  'first plans of the Appliance Edition': [
    [
      'no serial number',
      applianceOrder('purchase_plan', ONE, {
        productNo: undefined,
        serviceList: [monthlyPlan('purchase')],
      }),
      /^productNo/,
    ],
    [
      'a PBX of the Software Edition',
      appliance('purchase_plan', SOFTWARE.serialNumber, monthlyPlan('purchase')),
      /^productNo: expected a serial number of product 11/,
    ],
    [
      'a partner',
      applianceOrder('purchase_plan', ONE, { partnerId: PARTNER, serviceList: [monthlyPlan('purchase')] }),
      /^partnerId: no such field/,
    ],
    [
      'a quantity',
      appliance('purchase_plan', NEW_APPLIANCE, monthlyPlan('purchase', { quantity: 50 })),
      /^quantity: no such field/,
    ],
    [
      'a month for a year',
      appliance('purchase_plan', NEW_APPLIANCE, monthlyPlan('purchase', { multiCycle: 1 })),
      /^multiCycle/,
    ],
    [
      'a year for none',
      appliance('purchase_plan', NEW_APPLIANCE, appliancePlan('purchase', { multiCycle: 0 })),
      /^multiCycle/,
    ],
    [
      'once',
      appliance('purchase_plan', NEW_APPLIANCE, monthlyPlan('purchase', { billingCycle: 'once' })),
      /^billingCycle: expected the text "monthly" or "annually"/,
    ],
    [
      'a plan of the Software Edition',
      appliance('purchase_plan', NEW_APPLIANCE, monthlyPlan('purchase', { serviceId: ULTIMATE })),
      /^serviceId: expected the id of a plan of product 11/,
    ],
    [
      'a service',
      applianceOrder('purchase_plan', NEW_APPLIANCE, {
        serviceList: [monthlyPlan('purchase'), addedService()],
      }),
      /^serviceList: expected the line of the plan alone/,
    ],
    [
      'of a PBX of the Appliance Edition with the Software Edition’s order',
      tutorialOrder({ productNo: ONE }),
      /^productNo: expected a serial number of product 12/,
    ],
  ],
};

describe.each(Object.entries(cases))(
  '%s that break a rule are refused, and change nothing',
  (_name, wrong) => {
    it.each(wrong)('%s', async (_case, body, message) => {
      const before = await caller.control('GET', 'pbxs');
      const answer = await caller.order(body);
      expect(answer).toMatchObject({ httpStatus: 400, code: 'parameter_validation_failed', result: {} });
      expect(answer.detailMessage).toMatch(message);
      expect(await caller.orders()).toEqual([]);
      expect(await caller.control('GET', 'pbxs')).toEqual(before);
    });
  },
);
