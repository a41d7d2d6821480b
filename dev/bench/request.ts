import { randomUUID } from 'node:crypto';

/** What is bought: a PBX on the first page of the account's list, so that both ways make the same calls. */
export const BENCH_REQUEST = {
  license: { kind: 'existing', serialNumber: '3651E1291000' },
  plan: 'Ultimate',
  extensions: 100,
  services: ['Disaster Recovery'],
  years: 2,
  billingContact: { billingContactId: '3197218168379846218' },
} as const;

export function benchRequest() {
  return { ...BENCH_REQUEST, services: [...BENCH_REQUEST.services], requestId: `bench-${randomUUID()}` };
}
