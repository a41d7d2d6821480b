import { readCatalogue } from '../../../portal/catalogue';
import { Caller } from './caller';
import { ENTERPRISE_PBX, MONTHLY_APPLIANCE, SOFTWARE } from './life-orders';

const TRIAL = { serialNumber: '3651E5000003', product: 12, plan: 'Enterprise', isTrial: true };
const NEW_APPLIANCE = '3670A1000004';
const [ENTERPRISE, ULTIMATE] = ['3048918321840570369', '3049041101760282624'];
const APPLIANCE_ENTERPRISE = '3048573759449317377';
const [DISASTER_RECOVERY, OUTBOUND, HOT_STANDBY] = [
  '3129372068699893760',
  '3048560606464323585',
  '3048560232537899009',
];

let caller: Caller;
beforeEach(async () => {
  caller = await Caller.start();
  for (const pbx of [SOFTWARE, ENTERPRISE_PBX, MONTHLY_APPLIANCE, TRIAL]) await caller.switched('pbxs', pbx);
});
afterEach(() => caller.portal.close());

const PRICING = '/pricing/openapi/purchase/v1';

describe.each(['nested', 'flat'])(
  'plans and services, %s, say what each may be used for',
  (catalogueShape) => {
    const offers = async (query: string) => {
      await caller.switched('settings', { catalogueShape });
      const { result } = await caller.get(`${PRICING}/purchase_product_info?${query}`);
      const { plans, services } = readCatalogue(result);
      const told = (entries: readonly { name: string; purchaseType?: string }[]) => {
        const lines = entries.map(({ name, purchaseType }) => `${purchaseType}: ${name}`);
        return [...new Set(lines)].sort();
      };
      return { plans: told(plans), services: told(services) };
    };

    const PURCHASES = {
      plans: ['purchase: Enterprise', 'purchase: Ultimate'],
      services: [
        'purchase: Concurrent Call Expansion',
        'purchase: Disaster Recovery',
        'purchase: Extension Expansion',
        'purchase: Hot Standby',
        'purchase: Hotel PMS',
        'purchase: Outbound Call Center',
      ],
    };

    it('for a PBX without a plan: purchases', async () => {
      expect(await offers('productId=12&productNo=3651E1292455')).toEqual(PURCHASES);
    });

    it('for a PBX with a plan: renewals of what it has and a switch to the other plan too', async () => {
      expect(await offers(`productId=12&productNo=${SOFTWARE.serialNumber}`)).toEqual({
        plans: [...PURCHASES.plans, 'renew: Ultimate', 'switch: Enterprise'],
        services: [...PURCHASES.services, 'renew: Disaster Recovery', 'renew: Outbound Call Center'],
      });
    });

    it('for a PBX in trial: its plan and services to try too', async () => {
      expect(await offers(`productId=12&productNo=${TRIAL.serialNumber}`)).toEqual({
        plans: [...PURCHASES.plans, 'trial: Enterprise'],
        services: [
          ...PURCHASES.services,
          'trial: Hot Standby',
          'trial: Hotel PMS',
          'trial: Outbound Call Center',
        ],
      });
    });

    it('for a new license: all plans to try too, and no expansion', async () => {
      expect(await offers('productId=12')).toEqual({
        plans: [...PURCHASES.plans, 'trial: Enterprise', 'trial: Ultimate'],
        services: [
          ...PURCHASES.services,
          'trial: Disaster Recovery',
          'trial: Hot Standby',
          'trial: Hotel PMS',
          'trial: Outbound Call Center',
        ],
      });
    });

    it('for an appliance: its plans, without services', async () => {
      const purchases = ['purchase: Enterprise', 'purchase: Standard', 'purchase: Ultimate'];
      expect(await offers(`productId=11&productNo=${NEW_APPLIANCE}`)).toEqual({
        plans: purchases,
        services: [],
      });
      expect(await offers(`productId=11&productNo=${MONTHLY_APPLIANCE.serialNumber}`)).toEqual({
        plans: [...purchases, 'renew: Enterprise', 'switch: Standard', 'switch: Ultimate'],
        services: [],
      });
    });
  },
);

it('the plans of appliances are of one appliance', async () => {
  expect(await caller.get(`${PRICING}/purchase_product_info?productId=11`)).toMatchObject({
    httpStatus: 400,
    detailMessage: expect.stringMatching(/^productNo: expected a serial number/) as string,
  });
  expect(
    await caller.get(`${PRICING}/purchase_product_info?productId=11&productNo=${SOFTWARE.serialNumber}`),
  ).toMatchObject({ httpStatus: 404, code: 'product_not_found' });
});

const info = (path: string, serialNumber?: string, productId = 12) =>
  caller.get(
    `${PRICING}/${path}?productId=${productId}${serialNumber === undefined ? '' : `&productNo=${serialNumber}`}`,
  );

it('the plan of a renewal is shown with what the PBX has', async () => {
  expect((await info(`renew/plan_info/${ULTIMATE}`, SOFTWARE.serialNumber)).result).toEqual({
    planId: ULTIMATE,
    planName: 'Ultimate',
    purchaseType: 'renew',
    quantity: 100,
    billingCycle: 'annually',
    multiCycle: 1,
    expireDate: '2030-01-31',
  });
  const appliance = await info(`renew/plan_info/${APPLIANCE_ENTERPRISE}`, MONTHLY_APPLIANCE.serialNumber, 11);
  expect(appliance.result).toMatchObject({ planName: 'Enterprise', billingCycle: 'monthly', multiCycle: 0 });
  expect(appliance.result).not.toHaveProperty('quantity');
});

it('a service of a renewal is shown with its quantity, where it has one', async () => {
  const service = async (id: string) => (await info(`renew/add_on_info/${id}`, SOFTWARE.serialNumber)).result;
  expect(await service(OUTBOUND)).toEqual({
    serviceId: OUTBOUND,
    serviceName: 'Outbound Call Center',
    purchaseType: 'renew',
    quantity: 5,
  });
  expect(await service(DISASTER_RECOVERY)).not.toHaveProperty('quantity');
});

it('a silent vendor confirms plan and service of a renewal without numbers', async () => {
  await caller.switched('settings', { pbxDetails: 'silent' });
  expect((await info(`renew/plan_info/${ULTIMATE}`, SOFTWARE.serialNumber)).result).toEqual({
    planId: ULTIMATE,
    planName: 'Ultimate',
    purchaseType: 'renew',
  });
  expect((await info(`renew/add_on_info/${OUTBOUND}`, SOFTWARE.serialNumber)).result).toEqual({
    serviceId: OUTBOUND,
    serviceName: 'Outbound Call Center',
    purchaseType: 'renew',
  });
});

it.each<[string, string, string | undefined, number, RegExp]>([
  [
    'another plan',
    `renew/plan_info/${ENTERPRISE}`,
    SOFTWARE.serialNumber,
    12,
    /^pricingPlanId: .*, 3049041101760282624/,
  ],
  [
    'the plan of no PBX',
    `renew/plan_info/${ULTIMATE}`,
    undefined,
    12,
    /^productNo: expected a serial number/,
  ],
  [
    'the plan of a PBX without one',
    `renew/plan_info/${ULTIMATE}`,
    '3651E1292455',
    12,
    /^productNo: expected a PBX with a plan/,
  ],
  ['the plan of a trial', `renew/plan_info/${ENTERPRISE}`, TRIAL.serialNumber, 12, /^productNo: .*in trial/],
  ['no product', `renew/plan_info/${ULTIMATE}`, SOFTWARE.serialNumber, 13, /^productId: required/],
  [
    'a service that is not there',
    `renew/add_on_info/${HOT_STANDBY}`,
    SOFTWARE.serialNumber,
    12,
    /^pricingServiceId/,
  ],
  [
    'a service of no PBX',
    `renew/add_on_info/${OUTBOUND}`,
    undefined,
    12,
    /^productNo: expected a serial number/,
  ],
  ['a plan as a service', `renew/add_on_info/${ULTIMATE}`, SOFTWARE.serialNumber, 12, /^pricingServiceId/],
  [
    'an unknown plan to buy',
    'purchase/plan_info/1',
    undefined,
    12,
    /^pricingPlanId: expected the id of a plan/,
  ],
  [
    'an appliance’s plan of nobody',
    `purchase/plan_info/${APPLIANCE_ENTERPRISE}`,
    undefined,
    11,
    /^productNo/,
  ],
  [
    'an unknown service to buy',
    'purchase/add_on_info/1',
    undefined,
    12,
    /^pricingServiceId: expected the id/,
  ],
])('%s is refused', async (_name, path, serialNumber, productId, message) => {
  const { httpStatus, detailMessage } = await info(path, serialNumber, productId);
  expect([httpStatus, detailMessage]).toEqual([400, expect.stringMatching(message)]);
});

it('plans and services to buy or to try are confirmed', async () => {
  for (const purchaseType of ['purchase', 'trial']) {
    expect((await info(`${purchaseType}/plan_info/${ENTERPRISE}`)).result).toEqual({
      planId: ENTERPRISE,
      planName: 'Enterprise',
      purchaseType,
    });
    const service = `${purchaseType}/add_on_info/${DISASTER_RECOVERY}`;
    expect((await info(service, SOFTWARE.serialNumber)).result).toEqual({
      serviceId: DISASTER_RECOVERY,
      serviceName: 'Disaster Recovery',
      purchaseType,
    });
    const withPlan = (planId: string) =>
      caller.get(`${PRICING}/${service}?productId=12&connectionPlanId=${planId}`);
    expect(await withPlan(ULTIMATE)).toMatchObject({ code: 'success' });
    expect(await withPlan(ENTERPRISE)).toMatchObject({ httpStatus: 400 });
  }
});

describe('auto-renewal', () => {
  const PATH = '/order/openapi/order/v1/check/existed_auto_renew';

  it('is on or off', async () => {
    await caller.switched('pbxs', { ...ENTERPRISE_PBX, autoRenew: true });
    for (const [serialNumber, autoRenew] of [
      [ENTERPRISE_PBX.serialNumber, true],
      [SOFTWARE.serialNumber, false],
      ['3651E1292455', false],
    ]) {
      const path = `${PATH}?productId=12&productNo=${String(serialNumber)}`;
      expect((await caller.get(path)).result).toEqual({ autoRenew });
    }
  });

  it.each(['productId=12', 'productNo=3651E1292455', 'productId=11&productNo=3651E1292455'])(
    'wants a serial number and its product, not %s',
    async (query) => {
      const { code } = await caller.get(`${PATH}?${query}`);
      expect(['parameter_validation_failed', 'product_not_found']).toContain(code);
    },
  );

  it('is an endpoint of its own for faults, as are the look-ups of one plan or service', async () => {
    await caller.switched('faults', { endpoint: 'auto-renewal', kind: 'server-error' });
    await caller.switched('faults', {
      endpoint: 'plan-info',
      kind: 'server-error',
      match: { productNo: SOFTWARE.serialNumber },
    });
    expect(await caller.get(`${PATH}?productId=12&productNo=3651E1292455`)).toMatchObject({
      httpStatus: 500,
    });
    expect(await info(`renew/plan_info/${ULTIMATE}`, SOFTWARE.serialNumber)).toMatchObject({
      httpStatus: 500,
    });
    expect(await info(`renew/plan_info/${ULTIMATE}`, SOFTWARE.serialNumber)).toMatchObject({
      code: 'success',
    });
  });
});
