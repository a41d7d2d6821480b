import type { HubspotSource } from '../../src/crm/source';

/** An account of HubSpot as deals.yaml would describe it. */
export function hubspotSource(change: Partial<HubspotSource> = {}): HubspotSource {
  return {
    name: 'sales',
    crm: 'hubspot',
    account: '62515',
    secrets: ['yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy', 'old-secret-of-the-app'],
    accessToken: 'hubspot-token',
    api: 'http://127.0.0.1:9',
    since: new Date('2026-01-01T00:00:00Z'),
    wonAgain: 'ask',
    sweep: { everyMs: 300_000, overlapMs: 600_000 },
    licence: {
      plan: { skus: { 'P-ULT': 'Ultimate' } },
      years: { from: 'rule', value: '1' },
    },
    ...change,
  };
}
