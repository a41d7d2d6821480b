import { LosslessNumber } from 'lossless-json';
import { DISASTER_RECOVERY, ENTERPRISE, OUTBOUND_CALL_CENTER, ULTIMATE } from './orders';

export const HOT_STANDBY = new LosslessNumber('3048560232537899009');
export const EXTENSION_EXPANSION = new LosslessNumber('3048561733905268737');
export const CONCURRENT_CALL_EXPANSION = new LosslessNumber('3048561986544103425');
export const APPLIANCE_STANDARD = new LosslessNumber('3048573516041273345');
export const APPLIANCE_ENTERPRISE = new LosslessNumber('3048573759449317377');
export const APPLIANCE_ULTIMATE = new LosslessNumber('3048573935752720385');

export const PARTNER = '3076915454489739265';

type Fields = Record<string, unknown>;

export const EXPIRES_AT = Date.UTC(2030, 0, 31);

/** A PBX of the Software Edition: Ultimate, 100 extensions, one year, Disaster Recovery and 5 of Outbound Call Center. */
export const SOFTWARE = {
  serialNumber: '3651E5000001',
  product: 12,
  plan: 'Ultimate',
  extensions: 100,
  services: ['Disaster Recovery', { service: 'Outbound Call Center', quantity: 5 }],
  expiresAt: EXPIRES_AT,
};

/** One of Enterprise, 50 extensions, three years. */
export const ENTERPRISE_PBX = {
  serialNumber: '3651E5000002',
  product: 12,
  plan: 'Enterprise',
  extensions: 50,
  years: 3,
  expiresAt: EXPIRES_AT,
};

/** One of the Appliance Edition, by the month. */
export const MONTHLY_APPLIANCE = {
  serialNumber: '3670A5000001',
  product: 11,
  plan: 'Enterprise',
  cycle: 'monthly',
  expiresAt: EXPIRES_AT,
};

/** One by the year. */
export const YEARLY_APPLIANCE = {
  serialNumber: '3670A5000002',
  product: 11,
  plan: 'Enterprise',
  expiresAt: EXPIRES_AT,
};

const order = (operationType: string, productId: number, productNo: string, change: Fields): Fields => ({
  operationType,
  productId,
  productNo,
  billingId: new LosslessNumber('3197218168379846218'),
  ...change,
});

const line = (serviceType: string, purchaseType: string, serviceId: unknown, change: Fields): Fields => ({
  serviceType,
  serviceId,
  purchaseType,
  billingModel: 'recurring',
  billingCycle: 'annually',
  multiCycle: 1,
  ...change,
});

export const renewedPlan = (change: Fields = {}) =>
  line('plan', 'renew', ULTIMATE, { quantity: 100, ...change });
export const renewedService = (change: Fields = {}) =>
  line('service', 'renew', DISASTER_RECOVERY, { connectionPlanId: ULTIMATE, ...change });
export const renewedQuantity = (change: Fields = {}) =>
  renewedService({ serviceId: OUTBOUND_CALL_CENTER, quantity: 5, ...change });

/** Of `SOFTWARE`. A change to `undefined` leaves a field out, here and below. */
export const renewal = (change: Fields = {}) =>
  order('renew_plan', 12, SOFTWARE.serialNumber, {
    serviceList: [renewedPlan(), renewedService(), renewedQuantity()],
    ...change,
  });

export const switchedPlan = (change: Fields = {}) =>
  line('plan', 'switch', ULTIMATE, { multiCycle: 3, ...change });

/** Of `ENTERPRISE_PBX`, to Ultimate. */
export const upgrade = (change: Fields = {}) =>
  order('switch_plan', 12, ENTERPRISE_PBX.serialNumber, { serviceList: [switchedPlan()], ...change });

/** Of `SOFTWARE`, to Enterprise. */
export const downgrade = (change: Fields = {}) =>
  order('switch_plan', 12, SOFTWARE.serialNumber, {
    serviceList: [switchedPlan({ serviceId: ENTERPRISE, multiCycle: 2 })],
    ...change,
  });

export const addedService = (change: Fields = {}) =>
  line('service', 'purchase', HOT_STANDBY, { connectionPlanId: ULTIMATE, ...change });
export const expansion = (change: Fields = {}) =>
  addedService({ serviceId: EXTENSION_EXPANSION, quantity: 20, ...change });

/** For `SOFTWARE`. */
export const moreServices = (lines: unknown, change: Fields = {}) =>
  order('purchase_service', 12, SOFTWARE.serialNumber, { serviceList: lines, ...change });

const triedLine = (serviceType: string, serviceId: unknown, change: Fields): Fields => ({
  serviceType,
  serviceId,
  purchaseType: 'trial',
  multiCycle: 0,
  ...change,
});
export const triedPlan = (change: Fields = {}) => triedLine('plan', ULTIMATE, change);
export const triedService = (change: Fields = {}) =>
  triedLine('service', OUTBOUND_CALL_CENTER, { connectionPlanId: ULTIMATE, ...change });

export const trial = (change: Fields = {}): Fields => ({
  operationType: 'trial_plan',
  productId: 12,
  serviceList: [triedPlan()],
  ...change,
});

const monthly = { billingCycle: 'monthly', multiCycle: 0 };

export const appliancePlan = (purchaseType: string, change: Fields = {}) =>
  line('plan', purchaseType, APPLIANCE_ENTERPRISE, change);

/** For a PBX of the Appliance Edition. */
export const applianceOrder = (operationType: string, serialNumber: string, change: Fields = {}) =>
  order(operationType, 11, serialNumber, change);

export const monthlyPlan = (purchaseType: string, change: Fields = {}) =>
  appliancePlan(purchaseType, { ...monthly, ...change });
