/** What the fake portal sells and knows at the beginning. Many ids do not survive a float64, as with the vendor. */

/** The vendor's ids of its products: P-Series Software Edition and Appliance Edition (vendor page "Get Order Details"). */
export const PRODUCT_IDS = ['12', '11'] as const;

export type ProductId = (typeof PRODUCT_IDS)[number];

export const PRODUCT_NAMES: Record<ProductId, string> = {
  '12': 'Software PBX (PSE Self-hosted)',
  '11': 'P-Series Appliance Edition',
};

export interface Service {
  serviceId: string;
  serviceName: string;
  pricedByQuantity: boolean;
  /** More of what a plan has, bought for a PBX that has one: the quantity is the number to add. */
  expands?: 'extensions' | 'concurrent calls';
}

export interface Plan {
  planId: string;
  planName: string;
  /** Ids of the services that are sold with it. */
  services: readonly string[];
}

const DISASTER_RECOVERY = '3129372068699893760';
const HOTEL_PMS = '3048558946648207361';
const HOT_STANDBY = '3048560232537899009';
const OUTBOUND_CALL_CENTER = '3048560606464323585';
const EXTENSION_EXPANSION = '3048561733905268737';
const CONCURRENT_CALL_EXPANSION = '3048561986544103425';
const WITH_EVERY_PLAN = [
  HOTEL_PMS,
  HOT_STANDBY,
  OUTBOUND_CALL_CENTER,
  EXTENSION_EXPANSION,
  CONCURRENT_CALL_EXPANSION,
];

export const SERVICES: readonly Service[] = [
  { serviceId: DISASTER_RECOVERY, serviceName: 'Disaster Recovery', pricedByQuantity: false },
  { serviceId: HOTEL_PMS, serviceName: 'Hotel PMS', pricedByQuantity: false },
  { serviceId: HOT_STANDBY, serviceName: 'Hot Standby', pricedByQuantity: false },
  { serviceId: OUTBOUND_CALL_CENTER, serviceName: 'Outbound Call Center', pricedByQuantity: true },
  {
    serviceId: EXTENSION_EXPANSION,
    serviceName: 'Extension Expansion',
    pricedByQuantity: true,
    expands: 'extensions',
  },
  {
    serviceId: CONCURRENT_CALL_EXPANSION,
    serviceName: 'Concurrent Call Expansion',
    pricedByQuantity: true,
    expands: 'concurrent calls',
  },
];

/**
 * The plans of each product, from the lowest to the highest. Disaster Recovery comes with Ultimate only (vendor
 * tutorial, step 4); those of the Appliance Edition have neither services nor a number of extensions.
 */
export const PLANS: Record<ProductId, readonly Plan[]> = {
  '12': [
    { planId: '3048918321840570369', planName: 'Enterprise', services: WITH_EVERY_PLAN },
    {
      planId: '3049041101760282624',
      planName: 'Ultimate',
      services: [DISASTER_RECOVERY, ...WITH_EVERY_PLAN],
    },
  ],
  '11': [
    { planId: '3048573516041273345', planName: 'Standard', services: [] },
    { planId: '3048573759449317377', planName: 'Enterprise', services: [] },
    { planId: '3048573935752720385', planName: 'Ultimate', services: [] },
  ],
};

export function planOf(planId: string): Plan | undefined {
  return [...PLANS['12'], ...PLANS['11']].find((plan) => plan.planId === planId);
}

export function serviceOf(serviceId: string): Service | undefined {
  return SERVICES.find((service) => service.serviceId === serviceId);
}

/** Whether the plan stands above the other, both of one product. */
export function isHigher(planId: string, otherId: string): boolean {
  const ids = Object.values(PLANS)
    .flat()
    .map((plan) => plan.planId);
  return ids.indexOf(planId) > ids.indexOf(otherId);
}

const ADDRESS = {
  city: 'Bergen',
  country: 'Norway',
  phoneNumber: '+47 55 00 00 00',
  remark: '',
  stateProvince: 'Vestland',
  street: 'Strandgaten 1',
  taxNum: '',
  zipCode: '5004',
};

/** Subordinate users (vendor page "Query Subordinate User List"); two are of one company name. */
export const PARTNERS = [
  {
    partnerId: '3076915454489739265',
    company: 'Harbour Hotels',
    email: 'it@harbour-hotels.example',
    firstName: 'Ingrid',
    lastName: 'Holm',
  },
  {
    partnerId: '3076915454489739267',
    company: 'Blue Lagoon Ltd',
    email: 'office@blue-lagoon.example',
    firstName: 'Ada',
    lastName: 'Moe',
  },
  {
    partnerId: '3076915454489739269',
    company: 'Blue Lagoon Ltd',
    email: 'branch@blue-lagoon.example',
    firstName: 'Jon',
    lastName: 'Vik',
  },
  {
    partnerId: '3076915454489739271',
    company: 'Northern Clinics',
    email: 'telephony@northern-clinics.example',
    firstName: 'Siv',
    lastName: 'Dahl',
  },
].map((partner) => ({ ...ADDRESS, ...partner, userType: 'Enduser' }));

/** Who may get the invoice (vendor page "Query Billing Contact List"); the first is the tutorial's. */
export const BILLING_CONTACTS = [
  {
    billingContactId: '3197218168379846218',
    company: 'Reseller',
    emailAddress: 'accounts@reseller.example',
    firstName: 'Eva',
    lastName: 'Lie',
  },
  {
    billingContactId: '3197218168379846221',
    company: 'Reseller Export',
    emailAddress: 'export@reseller.example',
    firstName: 'Per',
    lastName: 'Aas',
  },
  {
    billingContactId: '3197218168379846223',
    company: 'Reseller Public Sector',
    emailAddress: 'public@reseller.example',
    firstName: 'Unn',
    lastName: 'Berg',
  },
].map((contact) => ({ ...ADDRESS, ...contact }));

/** 60 PBXs of the Software Edition; the tutorial's stands on the second page. */
export const SERIAL_NUMBERS = Array.from({ length: 60 }, (_, index) =>
  index === 41 ? '3651E1292455' : `3651E12${String(91000 + index * 7)}`,
);

/** PBXs of the Appliance Edition. */
export const APPLIANCES = ['3670A1000001', '3670A1000002', '3670A1000003', '3670A1000004'];
