/** What the tests' accounts have alike, as deals.yaml would describe it. */
export const USUAL = {
  api: 'http://127.0.0.1:9',
  since: new Date('2026-01-01T00:00:00Z'),
  wonAgain: 'ask',
  sweep: { everyMs: 300_000, overlapMs: 600_000 },
  license: {
    plan: { skus: { 'P-ULT': 'Ultimate' } },
    years: { from: 'rule', value: '1' },
  },
} as const;
