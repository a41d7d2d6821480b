import { Caller } from './caller';
import {
  CONCURRENT_CALL_EXPANSION,
  downgrade,
  ENTERPRISE_PBX,
  expansion,
  MONTHLY_APPLIANCE,
  moreServices,
  SOFTWARE,
  trial,
} from './life-orders';

let caller: Caller;
beforeEach(async () => {
  caller = await Caller.start();
  for (const pbx of [SOFTWARE, ENTERPRISE_PBX, MONTHLY_APPLIANCE]) await caller.switched('pbxs', pbx);
});
afterEach(() => caller.portal.close());

const DETAIL = '/product/openapi/instance_product/v1/detail';
const detail = (productNo: unknown, productId = 12) =>
  caller.get(`${DETAIL}?productId=${productId}&productNo=${String(productNo)}`);

const documented = (productNo: unknown) => ({
  activationCode: expect.any(String) as string,
  activationStatus: 'activated',
  comment: '',
  createTime: expect.any(Number) as number,
  productNo,
});

const DISASTER_RECOVERY = { serviceId: '3129372068699893760', serviceName: 'Disaster Recovery' };

it('full details show what a PBX has', async () => {
  expect((await detail(SOFTWARE.serialNumber)).result).toEqual({
    ...documented(SOFTWARE.serialNumber),
    planId: '3049041101760282624',
    planName: 'Ultimate',
    isTrial: false,
    extensionNum: 100,
    billingCycle: 'annually',
    multiCycle: 1,
    expireDate: '2030-01-31',
    serviceList: [
      DISASTER_RECOVERY,
      { serviceId: '3048560606464323585', serviceName: 'Outbound Call Center', quantity: 5 },
    ],
  });
});

it('and what an order has made of it', async () => {
  await caller.order(moreServices([expansion(), expansion({ serviceId: CONCURRENT_CALL_EXPANSION })]));
  expect((await detail(SOFTWARE.serialNumber)).result).toMatchObject({
    extensionNum: 120,
    serviceList: [{}, {}, { serviceName: 'Concurrent Call Expansion', quantity: 20 }],
  });
});

it('of an appliance they show the cycle, and no extensions', async () => {
  expect((await detail(MONTHLY_APPLIANCE.serialNumber, 11)).result).toEqual({
    ...documented(MONTHLY_APPLIANCE.serialNumber),
    planId: '3048573759449317377',
    planName: 'Enterprise',
    isTrial: false,
    billingCycle: 'monthly',
    multiCycle: 0,
    expireDate: '2030-01-31',
    serviceList: [],
  });
});

it('of a trial they show that it is one', async () => {
  const { productNo } = (await caller.order(trial())).result;
  const { result } = await detail(productNo);
  expect(result).toMatchObject({ planName: 'Ultimate', isTrial: true, multiCycle: 0 });
  expect(result).not.toHaveProperty('extensionNum');
});

it.each(['full', 'silent'])(
  '%s details of a PBX without a plan are the documented fields',
  async (pbxDetails) => {
    await caller.switched('settings', { pbxDetails });
    expect((await detail('3651E1292455')).result).toEqual(documented('3651E1292455'));
  },
);

it('silent details show the documented fields alone', async () => {
  await caller.switched('settings', { pbxDetails: 'silent' });
  for (const [serialNumber, productId] of [
    [SOFTWARE.serialNumber, 12],
    [MONTHLY_APPLIANCE.serialNumber, 11],
  ] as const) {
    expect((await detail(serialNumber, productId)).result).toEqual(documented(serialNumber));
  }
});

it.each(['full', 'silent'])(
  '%s details show the present plan by itself only while a switch is pending',
  async (pbxDetails) => {
    await caller.switched('settings', { pbxDetails });
    expect((await detail(SOFTWARE.serialNumber)).result).not.toHaveProperty('currentPlan');
    await caller.order(downgrade());
    const { result } = await detail(SOFTWARE.serialNumber);
    expect(result).toMatchObject({ currentPlan: 'Ultimate', currentPlanExpireDate: '2030-01-31' });
    // What the other field holds then is inferred of the vendor: the plan that comes.
    expect(result.planName).toBe(pbxDetails === 'full' ? 'Enterprise' : undefined);
  },
);

it('a serial number of another product is not found', async () => {
  expect(await detail(MONTHLY_APPLIANCE.serialNumber, 12)).toMatchObject({
    httpStatus: 404,
    code: 'product_not_found',
    detailMessage: `productNo: product 12 has no ${MONTHLY_APPLIANCE.serialNumber}`,
  });
  expect(await detail(SOFTWARE.serialNumber, 11)).toMatchObject({ httpStatus: 404 });
});

it('the product list has the PBXs of one product', async () => {
  const list = async (productId: number) => {
    const path = '/product/openapi/instance_product/v1/client/instance_product_list';
    const { results } = (await caller.get(`${path}?productId=${productId}&pageSize=100`)).result;
    return (results as { productNo: string }[]).map(({ productNo }) => productNo);
  };
  const appliances = await list(11);
  expect(appliances).toEqual([
    '3670A1000001',
    '3670A1000002',
    '3670A1000003',
    '3670A1000004',
    MONTHLY_APPLIANCE.serialNumber,
  ]);
  expect((await list(12)).filter((serialNumber) => appliances.includes(serialNumber))).toEqual([]);
});
