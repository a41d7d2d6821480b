/** What the stand-in sells and knows at the beginning. Many ids do not survive a float64, as with the vendor. */

export const PLANS = [
  {
    planId: '3048918321840570369',
    planName: 'Enterprise',
    services: ['3048558946648207361', '3048560232537899009'],
  },
  {
    planId: '3049041101760282624',
    planName: 'Ultimate',
    services: ['3129372068699893760', '3048558946648207361', '3048560232537899009', '3048560606464323585'],
  },
] as const;

export const SERVICES = [
  {
    serviceId: '3129372068699893760',
    serviceName: 'Disaster Recovery',
    pricedByQuantity: false,
    onlyWith: 'Ultimate',
  },
  {
    serviceId: '3048558946648207361',
    serviceName: 'Hotel PMS',
    pricedByQuantity: false,
    onlyWith: undefined,
  },
  {
    serviceId: '3048560232537899009',
    serviceName: 'Hot Standby',
    pricedByQuantity: false,
    onlyWith: undefined,
  },
  {
    serviceId: '3048560606464323585',
    serviceName: 'Outbound Call Center',
    pricedByQuantity: true,
    onlyWith: undefined,
  },
] as const;

export const PARTNERS = [
  { partnerId: '3076915454489739265', company: 'Harbour Hotels', email: 'it@harbour-hotels.example' },
  { partnerId: '3076915454489739267', company: 'Blue Lagoon Ltd', email: 'office@blue-lagoon.example' },
  { partnerId: '3076915454489739269', company: 'Blue Lagoon Ltd', email: 'branch@blue-lagoon.example' },
  {
    partnerId: '3076915454489739271',
    company: 'Northern Clinics',
    email: 'telephony@northern-clinics.example',
  },
].map((partner) => ({ ...partner, userType: 'Enduser', country: 'Norway', city: 'Bergen' }));

export const BILLING_CONTACTS = [
  { billingContactId: '3197218168379846218', company: 'Reseller', emailAddress: 'accounts@reseller.example' },
  {
    billingContactId: '3197218168379846221',
    company: 'Reseller Export',
    emailAddress: 'export@reseller.example',
  },
  {
    billingContactId: '3197218168379846223',
    company: 'Reseller Public Sector',
    emailAddress: 'public@reseller.example',
  },
];

/** 60 PBXs; the tutorial's stands on the second page. */
export const SERIAL_NUMBERS = Array.from({ length: 60 }, (_, index) =>
  index === 41 ? '3651E1292455' : `3651E12${String(91000 + index * 7)}`,
);
