import { FakePortalControl } from '../../../dev/fake-portal/control-client';
import type { ShownPbx } from '../../../dev/fake-portal/pbx-control';
import { Caller } from './caller';

const DAY_MS = 24 * 60 * 60 * 1000;
const SERIAL_NUMBER = '3651E5000009';

let caller: Caller;
let control: FakePortalControl;
beforeAll(async () => {
  caller = await Caller.start();
  control = new FakePortalControl(caller.portal.url);
});
afterAll(() => caller.portal.close());

const without = ({ expiresAt: _, ...pbx }: ShownPbx) => pbx;

it('a PBX that is set is shown as it was given, by name', async () => {
  const given = {
    serialNumber: SERIAL_NUMBER,
    product: 12,
    plan: 'Ultimate',
    extensions: 30,
    services: ['Disaster Recovery', { service: 'Concurrent Call Expansion', quantity: 4 }],
    years: 5,
    cycle: 'annually',
    expiresAt: 1_900_000_000_000,
    isTrial: false,
    autoRenew: true,
    pendingPlan: 'Enterprise',
  } as const;
  await control.setPbx({ ...given, services: [...given.services] });
  expect(await control.pbx(SERIAL_NUMBER)).toEqual({
    ...given,
    planId: '3049041101760282624',
    yearsBought: 5,
    services: [
      { service: 'Disaster Recovery', serviceId: '3129372068699893760' },
      { service: 'Concurrent Call Expansion', serviceId: '3048561986544103425', quantity: 4 },
    ],
  });
});

it('what is left out is a plan for a year that was bought now', async () => {
  const before = Date.now();
  await control.setPbx({ serialNumber: SERIAL_NUMBER, product: 12, plan: 'Enterprise', extensions: 7 });
  const pbx = (await control.pbx(SERIAL_NUMBER))!;
  expect(without(pbx)).toEqual({
    serialNumber: SERIAL_NUMBER,
    product: 12,
    plan: 'Enterprise',
    planId: '3048918321840570369',
    extensions: 7,
    services: [],
    years: 1,
    yearsBought: 1,
    cycle: 'annually',
    isTrial: false,
    autoRenew: false,
  });
  expect(Math.round((pbx.expiresAt! - before) / DAY_MS / 365)).toBe(1);
});

it('without a plan a PBX has none; one that was not there is added', async () => {
  await control.setPbx({ serialNumber: SERIAL_NUMBER, product: 12 });
  await control.setPbx({ serialNumber: '3670A5000009', product: 11 });
  expect(await control.pbx(SERIAL_NUMBER)).toEqual({ serialNumber: SERIAL_NUMBER, product: 12 });
  expect(await control.pbx('3670A5000009')).toEqual({ serialNumber: '3670A5000009', product: 11 });
  expect(await control.pbx('0000000000')).toBeUndefined();
});

const PBX = { serialNumber: SERIAL_NUMBER, plan: 'Enterprise', extensions: 50 };
const APPLIANCE = { serialNumber: '3670A5000010', product: 11, plan: 'Standard' };

it.each<[string, object, RegExp]>([
  ['no serial number', { plan: 'Enterprise' }, /^serialNumber: expected text/],
  ['another product', { ...PBX, product: 13 }, /^product: expected the number 11 or 12/],
  ['an unknown field', { ...PBX, seats: 5 }, /^seats: not known here/],
  ['an unknown plan', { ...PBX, plan: 'Basic' }, /^plan: expected one of Enterprise, Ultimate/],
  ['a plan of another product', { ...PBX, plan: 'Standard' }, /^plan: expected one of Enterprise, Ultimate/],
  [
    'extensions without a plan',
    { serialNumber: SERIAL_NUMBER, extensions: 5 },
    /^plan: expected beside extensions/,
  ],
  ['no extensions', { ...PBX, extensions: undefined }, /^extensions: expected a whole number/],
  ['extensions of a trial', { ...PBX, isTrial: true }, /^extensions: expected none/],
  ['extensions of an appliance', { ...APPLIANCE, extensions: 5 }, /^extensions: expected none/],
  ['six years', { ...PBX, years: 6 }, /^years: expected a whole number from 0 to 5/],
  ['no years', { ...PBX, years: 0 }, /^years: expected 1 to 5/],
  ['years by the month', { ...APPLIANCE, cycle: 'monthly', years: 1 }, /^years: expected 0/],
  ['the Software Edition by the month', { ...PBX, cycle: 'monthly' }, /^cycle: expected annually/],
  ['an unknown service', { ...PBX, services: ['Fax'] }, /^services: expected a list of services/],
  ['no services', { ...PBX, services: [null] }, /^services: expected a list of services/],
  [
    'a service twice',
    { ...PBX, services: ['Hotel PMS', 'Hotel PMS'] },
    /^services: Hotel PMS is there twice/,
  ],
  [
    'a service of another plan',
    { ...PBX, services: ['Disaster Recovery'] },
    /^services: .* is not sold with Enterprise/,
  ],
  [
    'extensions as a service',
    { ...PBX, services: [{ service: 'Extension Expansion', quantity: 5 }] },
    /is part of extensions/,
  ],
  [
    'a service without its quantity',
    { ...PBX, services: ['Outbound Call Center'] },
    /^services: .* has a quantity/,
  ],
  [
    'a service with a quantity',
    { ...PBX, services: [{ service: 'Hotel PMS', quantity: 1 }] },
    /^services: .* has no quantity/,
  ],
  ['a switch to the higher plan', { ...PBX, pendingPlan: 'Ultimate' }, /^pendingPlan: expected one of none/],
  [
    'a switch of a trial',
    { serialNumber: SERIAL_NUMBER, plan: 'Ultimate', isTrial: true, pendingPlan: 'Enterprise' },
    /^pendingPlan: expected none of a trial/,
  ],
  [
    'a serial number of another product',
    { ...APPLIANCE, serialNumber: '3651E1292455' },
    /^product: 3651E1292455 is of product 12/,
  ],
])('a PBX is not set: %s', async (_name, pbx, message) => {
  const before = await control.pbxs();
  const { ok, problem } = await caller.control('POST', 'pbxs', pbx);
  expect(ok).toBe(false);
  expect(problem).toMatch(message);
  expect(await control.pbxs()).toEqual(before);
});

describe('the PBXs of the beginning', () => {
  let pbxs: ShownPbx[];
  let fresh: Caller;
  beforeAll(async () => {
    fresh = await Caller.start();
    pbxs = await new FakePortalControl(fresh.portal.url).pbxs();
  });
  afterAll(() => fresh.portal.close());

  const of = (serialNumber: string) => pbxs.find((pbx) => pbx.serialNumber === serialNumber)!;
  const daysLeft = (serialNumber: string) => Math.round((of(serialNumber).expiresAt! - Date.now()) / DAY_MS);

  it('are half without a plan, the tutorial’s among them', () => {
    const software = pbxs.filter(({ product }) => product === 12);
    expect(software).toHaveLength(60);
    expect(software.slice(0, 30).every(({ plan }) => plan === undefined)).toBe(true);
    expect(software.slice(30).filter(({ plan }) => plan === undefined)).toEqual([of('3651E1292455')]);
  });

  it.each<[string, number | undefined, object]>([
    [
      '3651E1291210',
      20,
      { plan: 'Ultimate', extensions: 100, years: 1, services: [{ service: 'Disaster Recovery' }] },
    ],
    ['3651E1291308', 280, { plan: 'Ultimate', extensions: 100, years: 1 }],
    ['3651E1291315', 60, { plan: 'Enterprise', extensions: 50, years: 3, services: [] }],
    ['3651E1291392', 720, { plan: 'Enterprise', extensions: 50, years: 3, services: [] }],
    ['3651E1291399', 14, { plan: 'Ultimate', isTrial: true }],
    ['3651E1291406', 45, { plan: 'Enterprise', autoRenew: true }],
    ['3651E1291413', 90, { plan: 'Ultimate', pendingPlan: 'Enterprise' }],
    ['3670A1000001', 20, { product: 11, plan: 'Standard', cycle: 'monthly', years: 0 }],
    ['3670A1000002', 200, { product: 11, plan: 'Enterprise', cycle: 'annually', years: 1 }],
    ['3670A1000003', 700, { product: 11, plan: 'Ultimate', years: 3 }],
  ])('%s expires in %s days', (serialNumber, days, state) => {
    expect(of(serialNumber)).toMatchObject(state);
    expect(daysLeft(serialNumber)).toBe(days);
  });

  it('an appliance is without a plan', () => {
    expect(of('3670A1000004')).toEqual({ serialNumber: '3670A1000004', product: 11 });
  });
});
