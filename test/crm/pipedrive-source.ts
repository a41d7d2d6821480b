import type { PipedriveSource } from '../../src/crm/source';

/** An account of Pipedrive as deals.yaml would describe it. */
export function pipedriveSource(change: Partial<PipedriveSource> = {}): PipedriveSource {
  return {
    name: 'sales',
    crm: 'pipedrive',
    account: '7700001',
    user: 'wonce',
    secrets: ['new-password', 'old-password'],
    apiToken: 'pipedrive-token',
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
