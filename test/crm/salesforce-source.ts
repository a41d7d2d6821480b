import type { SalesforceSource } from '../../src/crm/source';

/** An organisation of Salesforce as deals.yaml would describe it. */
export function salesforceSource(change: Partial<SalesforceSource> = {}): SalesforceSource {
  return {
    name: 'emea',
    crm: 'salesforce',
    account: '00DAA0000001abcMAA',
    secrets: ['new-secret', 'old-secret'],
    api: 'http://127.0.0.1:9',
    clientId: 'salesforce-client',
    clientSecret: 'salesforce-secret',
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
