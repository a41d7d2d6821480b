import { LosslessNumber, stringify } from 'lossless-json';
import type { ShownPbx } from '../../../dev/fake-portal/pbx-control';
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
  EXPIRES_AT,
  MONTHLY_APPLIANCE,
  monthlyPlan,
  moreServices,
  renewal,
  renewedPlan,
  renewedService,
  SOFTWARE,
  trial,
  triedPlan,
  triedService,
  upgrade,
} from './life-orders';
import { tutorialOrder } from './orders';

const DAY_MS = 24 * 60 * 60 * 1000;

let caller: Caller;
beforeEach(async () => {
  caller = await Caller.start();
  for (const pbx of [SOFTWARE, ENTERPRISE_PBX, MONTHLY_APPLIANCE]) await caller.switched('pbxs', pbx);
});
afterEach(() => caller.portal.close());

async function pbx(serialNumber: unknown): Promise<ShownPbx> {
  const { pbxs } = (await caller.control('GET', 'pbxs')) as { pbxs: ShownPbx[] };
  return pbxs.find((one) => one.serialNumber === serialNumber)!;
}

async function taken(order: unknown): Promise<Record<string, unknown>> {
  const { code, detailMessage, result } = await caller.order(order);
  expect([code, detailMessage]).toEqual(['success', '']);
  return result;
}

const refused = async (order: unknown) => (await caller.order(order)).detailMessage;

const appliance = (operation: string, line: unknown) =>
  applianceOrder(operation, MONTHLY_APPLIANCE.serialNumber, { serviceList: [line] });

const DISASTER_RECOVERY = { service: 'Disaster Recovery', serviceId: '3129372068699893760' };
const OUTBOUND = { service: 'Outbound Call Center', serviceId: '3048560606464323585', quantity: 5 };

it('a renewal adds its years to the expiry, and the same renewal again adds them again', async () => {
  const first = await taken(renewal());
  expect(first.productNo).toBe(SOFTWARE.serialNumber);
  expect(await pbx(SOFTWARE.serialNumber)).toMatchObject({
    expiresAt: Date.UTC(2031, 0, 31),
    yearsBought: 2,
  });
  const second = await taken(renewal());
  expect(second.orderNo).not.toBe(first.orderNo);
  expect(await pbx(SOFTWARE.serialNumber)).toEqual({
    serialNumber: SOFTWARE.serialNumber,
    product: 12,
    plan: 'Ultimate',
    planId: '3049041101760282624',
    extensions: 100,
    services: [DISASTER_RECOVERY, OUTBOUND],
    years: 1,
    yearsBought: 3,
    cycle: 'annually',
    expiresAt: Date.UTC(2032, 0, 31),
    isTrial: false,
    autoRenew: false,
  });
});

it('ten renewals at once are ten renewals', async () => {
  await Promise.all(Array.from({ length: 10 }, () => taken(renewal())));
  expect(await pbx(SOFTWARE.serialNumber)).toMatchObject({
    yearsBought: 11,
    expiresAt: Date.UTC(2040, 0, 31),
  });
});

it('the years of a renewal run from then on, and a switch to the higher plan keeps them', async () => {
  await taken(
    renewal({
      productNo: ENTERPRISE_PBX.serialNumber,
      serviceList: [
        renewedPlan({ serviceId: new LosslessNumber('3048918321840570369'), quantity: 50, multiCycle: 2 }),
      ],
    }),
  );
  expect(await refused(upgrade())).toMatch(/^multiCycle: expected the running 2/);
});

it('an expansion adds extensions, again and again, and a renewal wants them all', async () => {
  await taken(moreServices([expansion()]));
  await taken(moreServices([expansion()]));
  expect(await pbx(SOFTWARE.serialNumber)).toMatchObject({
    extensions: 140,
    services: [DISASTER_RECOVERY, OUTBOUND],
    expiresAt: EXPIRES_AT,
    yearsBought: 1,
  });
  expect(await refused(renewal())).toMatch(/^quantity: expected the present number of extensions, 140/);
});

it('concurrent calls add up as a service that is renewed with the others', async () => {
  const calls = expansion({ serviceId: CONCURRENT_CALL_EXPANSION, quantity: 10 });
  await taken(moreServices([calls]));
  await taken(moreServices([calls]));
  const { services, extensions } = await pbx(SOFTWARE.serialNumber);
  expect(extensions).toBe(100);
  expect(services).toContainEqual({
    service: 'Concurrent Call Expansion',
    serviceId: '3048561986544103425',
    quantity: 20,
  });
  expect(await refused(renewal())).toMatch(/left out: Concurrent Call Expansion/);
});

it('a service that was added is there: not to be added again, and to be renewed', async () => {
  await taken(moreServices([addedService()]));
  expect(await refused(moreServices([addedService()]))).toMatch(/Hot Standby is there already/);
  expect(await refused(renewal())).toMatch(/left out: Hot Standby/);
});

it('a switch to the higher plan takes effect at once; expiry, extensions and years stay', async () => {
  const before = await pbx(ENTERPRISE_PBX.serialNumber);
  await taken(upgrade());
  expect(await pbx(ENTERPRISE_PBX.serialNumber)).toEqual({
    ...before,
    plan: 'Ultimate',
    planId: '3049041101760282624',
  });
  expect(await refused(upgrade())).toMatch(/^serviceId: expected another plan than Ultimate/);
});

it('a switch to the lower plan is pending until the expiry, and no other is taken meanwhile', async () => {
  const before = await pbx(SOFTWARE.serialNumber);
  await taken(downgrade());
  expect(await pbx(SOFTWARE.serialNumber)).toEqual({ ...before, pendingPlan: 'Enterprise' });
  expect(await refused(downgrade())).toMatch(/is pending until 2030-01-31$/);
});

it('after the expiry the lower plan has come for its years, without the services of the higher one alone', async () => {
  await caller.switched('pbxs', { ...SOFTWARE, expiresAt: Date.UTC(2026, 0, 31) });
  await taken(downgrade());
  const state = await pbx(SOFTWARE.serialNumber);
  expect(state).toMatchObject({ plan: 'Enterprise', years: 2, expiresAt: Date.UTC(2028, 0, 31) });
  expect(state.services).toEqual([OUTBOUND]);
  expect(state).not.toHaveProperty('pendingPlan');
});

it('a trial makes a new PBX, which can be bought but not renewed', async () => {
  const before = Date.now();
  const { productNo, instanceId } = await taken(trial({ serviceList: [triedPlan(), triedService()] }));
  const { expiresAt, ...state } = await pbx(productNo);
  expect(state).toEqual({
    serialNumber: productNo,
    product: 12,
    plan: 'Ultimate',
    planId: '3049041101760282624',
    services: [{ service: 'Outbound Call Center', serviceId: '3048560606464323585' }],
    years: 0,
    yearsBought: 0,
    cycle: 'annually',
    isTrial: true,
    autoRenew: false,
  });
  expect(Math.round((expiresAt! - before) / DAY_MS)).toBe(30);
  expect(await refused(renewal({ productNo }))).toMatch(/is in trial$/);
  expect(await taken(tutorialOrder({ productNo }))).toMatchObject({ productNo, instanceId });
  expect(await pbx(productNo)).toMatchObject({ isTrial: false, extensions: 100, years: 2, yearsBought: 2 });
});

it('a first plan sets a PBX anew', async () => {
  await taken(moreServices([expansion()]));
  await taken(tutorialOrder({ productNo: SOFTWARE.serialNumber }));
  expect(await pbx(SOFTWARE.serialNumber)).toMatchObject({
    extensions: 100,
    yearsBought: 2,
    services: [DISASTER_RECOVERY],
  });
});

it('an appliance by the month gets a month more with each renewal, and no years', async () => {
  await taken(appliance('renew_plan', monthlyPlan('renew')));
  expect(await pbx(MONTHLY_APPLIANCE.serialNumber)).toEqual({
    serialNumber: MONTHLY_APPLIANCE.serialNumber,
    product: 11,
    plan: 'Enterprise',
    planId: '3048573759449317377',
    services: [],
    years: 0,
    yearsBought: 0,
    cycle: 'monthly',
    expiresAt: Date.UTC(2030, 1, 28),
    isTrial: false,
    autoRenew: false,
  });
});

it('an appliance that is switched to the higher plan for other years begins them now', async () => {
  const before = Date.now();
  await taken(
    appliance('switch_plan', appliancePlan('switch', { serviceId: APPLIANCE_ULTIMATE, multiCycle: 2 })),
  );
  const { expiresAt, ...state } = await pbx(MONTHLY_APPLIANCE.serialNumber);
  expect(state).toMatchObject({ plan: 'Ultimate', years: 2, cycle: 'annually' });
  expect(Math.round((expiresAt! - before) / DAY_MS / 365)).toBe(2);
});

it('an appliance that is switched to the lower plan waits for its expiry', async () => {
  await taken(appliance('switch_plan', monthlyPlan('switch', { serviceId: APPLIANCE_STANDARD })));
  expect(await pbx(MONTHLY_APPLIANCE.serialNumber)).toMatchObject({
    plan: 'Enterprise',
    pendingPlan: 'Standard',
  });
});

it('an order that failed at once changes nothing; one that fails later is not undone', async () => {
  await caller.switched('settings', { orderStatus: 'failed' });
  await taken(renewal());
  expect(await pbx(SOFTWARE.serialNumber)).toMatchObject({ yearsBought: 1, expiresAt: EXPIRES_AT });
  await caller.switched('settings', { orderStatus: 'pending' });
  const { orderNo } = await taken(renewal());
  await caller.switched(`orders/${String(orderNo)}/status`, { status: 'failed' });
  expect(await pbx(SOFTWARE.serialNumber)).toMatchObject({ yearsBought: 2 });
});

it('an order by hand in the portal counts as any other', async () => {
  await caller.plant(stringify(moreServices([expansion()]))!);
  expect(await pbx(SOFTWARE.serialNumber)).toMatchObject({ extensions: 120 });
});

it('an order that is taken, and not answered for, has done its work', async () => {
  await caller.switched('faults', { endpoint: 'orders', kind: 'cut', when: 'after' });
  await expect(caller.orderRaw(renewal())).rejects.toThrow();
  expect(await pbx(SOFTWARE.serialNumber)).toMatchObject({ yearsBought: 2 });
});

it.each<[string, unknown, object]>([
  [
    'a renewal',
    renewal(),
    {
      basicInformation: {
        productId: '12',
        productName: 'Software PBX (PSE Self-hosted)',
        productNo: SOFTWARE.serialNumber,
      },
      billingInformation: { billingContactId: '3197218168379846218' },
      orderSummary: [
        { serviceType: 'plan', serviceId: '3049041101760282624', purchaseType: 'renew', quantity: 100 },
        { serviceType: 'service', connectionPlanId: '3049041101760282624', multiCycle: 1 },
        { serviceType: 'service', quantity: 5 },
      ],
    },
  ],
  [
    'of an appliance',
    appliance('renew_plan', monthlyPlan('renew')),
    {
      basicInformation: {
        productId: '11',
        productName: 'P-Series Appliance Edition',
        productNo: MONTHLY_APPLIANCE.serialNumber,
      },
      orderSummary: [{ serviceId: '3048573759449317377', billingCycle: 'monthly', multiCycle: 0 }],
    },
  ],
  ['a trial', trial(), { basicInformation: { productId: '12' }, orderSummary: [{ purchaseType: 'trial' }] }],
])(
  'the details of an order show its product and lines, not its operation: %s',
  async (name, order, shown) => {
    const { orderNo } = await taken(order);
    const { result } = await caller.get(`/order/openapi/order/v1/get/${String(orderNo)}`);
    expect(result).toMatchObject(shown);
    expect(JSON.stringify(result)).not.toContain('operationType');
    expect('billingInformation' in result).toBe(name !== 'a trial');
  },
);

it('a service that is renewed keeps what it had before', async () => {
  await caller.switched('pbxs', { ...SOFTWARE, services: ['Disaster Recovery'] });
  await taken(renewal({ serviceList: [renewedPlan(), renewedService()] }));
  expect(await pbx(SOFTWARE.serialNumber)).toMatchObject({ services: [DISASTER_RECOVERY], extensions: 100 });
});
