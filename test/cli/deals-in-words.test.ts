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

function record(more: Partial<DealStatus>): DealRecord {
  const createdAt = new Date(Date.now() - 5 * 60_000);
  return { status: statusWith(more), eventCount: 1, headHash: '', createdAt };
}

/** The lines of a list below its first one, with one blank between their words. */
function listed(...deals: Partial<DealStatus>[]): string[] {
  const lines = dealsInWords({ deals: deals.map(record) }, {})
    .split('\n')
    .slice(1);
  return lines.map((line) => line.replace(/ +/g, ' '));
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

it('a list names what it is for, the operation where that is no purchase, and what is missing', () => {
  expect(listed(WITHOUT_YEARS)).toEqual([
    'STATUS FOR PLAN STANDS AGE DEAL',
    'incomplete 3651E1292455 renew Ulti… missing: years 5 min pipedrive:77:1006',
  ]);
  const { operation: _, ...purchase } = RENEWAL;
  const bought = { status: 'requested', requestId: 'pipedrive:77:1006:1' } as const;
  expect(
    listed(
      { ...bought, request: { ...purchase, poNumber: 'PO-1' } },
      { ...bought, purchase: { status: 'refused', reason: { code: 'PlanNotFound', message: '…' } } },
    ),
  ).toEqual([
    'STATUS FOR PLAN PO STANDS AGE DEAL',
    'requested 3651E1292455 Ultima… PO-1 - 5 min …edrive:77:1006',
    'requested - - - refused: PlanN… 5 min …edrive:77:1006',
  ]);
});

it('a list that is wide shows all of it whole, and the purchase of each', () => {
  const deals = [record({ status: 'requested', requestId: 'pipedrive:77:1006:1', request: RENEWAL })];
  expect(dealsInWords({ deals, next: '1~pipedrive:77:1006' }, { wide: true }, 'UTC').split('\n')).toEqual([
    expect.stringMatching(/^As of .*, UTC, UTC\+00:00$/),
    expect.stringMatching(/^SINCE +STATUS +FOR +PLAN +PURCHASE +AGE +DEAL$/),
    expect.stringMatching(
      /requested +3651E1292455 +renew Ultimate +pipedrive:77:1006:1 +5 min +pipedrive:77:1006$/,
    ),
    'more: wonce deals list --wide --after 1~pipedrive:77:1006',
  ]);
});
