import { join } from 'node:path';

/** What the fake CRMs are called with, and what they sign with. They guard nothing. */
export const FAKE_SECRETS = {
  FAKE_HUBSPOT_SECRET: 'fake-hubspot-secret',
  FAKE_HUBSPOT_TOKEN: 'hubspot-token',
} as const;

/** The account of the fake HubSpot, and its section in deals.yaml. */
export const FAKE_HUBSPOT = { source: 'hubspot', account: '9001234' } as const;

/**
 * Whether there are CRMs to try Wonce with: only where the portal is a fake too, and no deals.yaml names others.
 * What is won there must not be bought anywhere else.
 */
export function runsFakeCrms({
  PORTAL_URL,
  WONCE_DEALS_FILE,
}: Readonly<Record<string, string | undefined>>): boolean {
  return PORTAL_URL === undefined && WONCE_DEALS_FILE === undefined;
}

/** Where the rules for the fake CRMs are kept. */
export function fakeDealsFile(folder: string): string {
  return join(folder, 'deals.yaml');
}

/** The rules by which deals of the fake CRMs are bought. @param url of the fake CRMs */
export function fakeDeals(url: string): string {
  return `# Written by npm start at each start, for the fake CRMs. For your own CRM: docs/deals.md and WONCE_DEALS_FILE.
sources:
  ${FAKE_HUBSPOT.source}:
    crm: hubspot
    account: '${FAKE_HUBSPOT.account}'
    secrets: [FAKE_HUBSPOT_SECRET]
    accessToken: FAKE_HUBSPOT_TOKEN
    api: ${url}
    since: 2026-01-01T00:00:00Z
    license:
      serialNumber: { deal: pbx_serial_number }
      plan: { skus: { YS-ENT: Enterprise, YS-ULT: Ultimate } }
      services: { skus: { YS-DR: Disaster Recovery } }
      years: { deal: license_years, default: 1 }
      billingContact: { billingContactId: '3197218168379846218' }
`;
}
