import type { DealReport } from '../../client/deals-client';
import { dealInWords, dealsInWords } from '../../cli/deals-in-words';
import type { DealStatus } from '../../domain/deal';
import type { DealRecord } from '../../ledger/deal-record';

const AT = '2026-11-24T10:45:02.113Z';

const RENEWAL = {
  operation: 'renew',
  license: { kind: 'existing', serialNumber: '3651E1292455' },
  plan: 'Ultimate',
  extensions: 100,
} as const;

function statusWith(more: Partial<DealStatus>): DealStatus {
  return {
    ...{ deal: 'pipedrive:77:1006', source: 'pipedrive', notifiedBy: 'webhook', updatedAt: AT },
    ...{ status: 'incomplete', ...more },
  };
}

function shown(more: Partial<DealStatus>): string {
  const report: DealReport = {
    ...{ status: statusWith(more), wins: [], events: [], remarks: [] },
    verification: { ok: true, events: 0 },
  };
  return dealInWords(report);
}

function listed(more: Partial<DealStatus>): string {
  const status = statusWith(more);
  return dealsInWords([
    { status, eventCount: 1, headHash: '', createdAt: new Date(AT) } satisfies DealRecord,
  ]);
}

const WITHOUT_YEARS = { request: RENEWAL, missing: [{ field: 'years', problem: 'expected …' }] };

it('a deal is shown with what is done first, where that is no purchase', () => {
  expect(shown(WITHOUT_YEARS)).toMatch(/^would buy +renew the PBX 3651E1292455, Ultimate, 100 extensions$/m);
  expect(shown({ status: 'requested', requestId: 'pipedrive:77:1006:1', request: RENEWAL })).toMatch(
    /^buys +renew the PBX/m,
  );
  const { operation: _, ...purchase } = RENEWAL;
  expect(shown({ request: purchase })).toMatch(/^would buy +a license for the PBX/m);
  expect(shown({ request: { ...purchase, operation: 'purchase' } })).toMatch(/^would buy +a license/m);
});

it('a list names the operation where that is no purchase', () => {
  expect(listed(WITHOUT_YEARS)).toMatch(/ {2}incomplete +renew, missing: years +pipedrive:77:1006$/);
  expect(listed({ status: 'requested', requestId: 'pipedrive:77:1006:1', request: RENEWAL })).toMatch(
    / {2}requested +renew, pipedrive:77:1006:1 +pipedrive:77:1006$/,
  );
  const { operation: _, ...purchase } = RENEWAL;
  expect(listed({ ...WITHOUT_YEARS, request: purchase })).toMatch(/ {2}incomplete +missing: years +/);
  expect(listed({ missing: WITHOUT_YEARS.missing })).toMatch(/ {2}incomplete +missing: years +/);
});
