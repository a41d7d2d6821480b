import type { PbxState } from '../../domain/pbx-state';
import { renewalsOf, type OrderToRenew, type PbxToRenew } from '../../domain/renewals';
import type { PurchaseRequest } from '../../domain/request';

const NOW = Date.parse('2026-11-27T23:30:00Z');

function order(
  wanted: Partial<PurchaseRequest> = {},
  shown?: PbxState,
  orderedAt = '2025-12-01T10:00:00Z',
): OrderToRenew {
  const request: PurchaseRequest = {
    ...{ requestId: 'r-1', license: { kind: 'existing', serialNumber: 'A' } },
    ...{ plan: 'Ultimate', extensions: 100, years: 1 },
    ...wanted,
  };
  const { requestId } = request;
  return { requestId, request, orderedAt: new Date(orderedAt), ...(shown && { shown }) };
}

const renewal = (shown?: PbxState) => order({ requestId: 'r-2', operation: 'renew' }, shown);
const expansion = (shown?: PbxState) =>
  order({ requestId: 'r-3', operation: 'expand', extensions: undefined, addExtensions: 5 }, shown);

const pbx = (serialNumber: string, ...orders: OrderToRenew[]): PbxToRenew => ({ serialNumber, orders });

describe('when a PBX expires, and who told it', () => {
  it.each<[string, OrderToRenew[], string | undefined, string | undefined]>([
    ['a purchase: its years on', [order()], '2026-12-01', 'our ledger'],
    ['the vendor showed it afterwards', [order({}, { expiresOn: '2026-12-24' })], '2026-12-24', 'vendor'],
    [
      'the vendor showed other facts, and not this one',
      [order({}, { autoRenewal: true })],
      '2026-12-01',
      'our ledger',
    ],
    [
      'a renewal goes on from what the vendor showed',
      [order({}, { expiresOn: '2026-12-24' }), renewal()],
      '2027-12-24',
      'our ledger',
    ],
    [
      'the vendor showed it after the renewal',
      [order(), renewal({ expiresOn: '2027-12-31' })],
      '2027-12-31',
      'vendor',
    ],
    [
      'an expansion leaves it as it was shown',
      [order({}, { expiresOn: '2026-12-24' }), expansion()],
      '2026-12-24',
      'vendor',
    ],
    ['an expansion leaves it as it was bought', [order(), expansion()], '2026-12-01', 'our ledger'],
    ['a renewal of what was bought elsewhere: nobody knows', [renewal()], undefined, undefined],
    [
      'by the month: what was shown before the renewal is past',
      [
        order({}, { expiresOn: '2026-12-01' }),
        order({ operation: 'renew', product: 'appliance', years: undefined, billingCycle: 'monthly' }),
      ],
      undefined,
      undefined,
    ],
  ])('%s', (_what, orders, expiresOn, toldBy) => {
    const [found] = renewalsOf([pbx('A', ...orders)], NOW);
    expect([found?.expiresOn, found?.toldBy]).toEqual([expiresOn, toldBy]);
  });
});

it('tells plan, extensions, auto-renewal, the latest order and the deal it came of', () => {
  const requestId = 'hubspot:9001234:31415926535:2';
  const latest = order({ requestId, operation: 'renew' }, { autoRenewal: false });
  expect(renewalsOf([pbx('A', order(), latest)], NOW)).toEqual([
    {
      ...{ serialNumber: 'A', plan: 'Ultimate', extensions: 100, autoRenewal: false },
      ...{ expiresOn: '2027-12-01', toldBy: 'our ledger', daysLeft: 369 },
      ...{ requestId, deal: 'hubspot:9001234:31415926535' },
    },
  ]);
  expect(renewalsOf([pbx('A', order())], NOW)[0]).not.toHaveProperty('deal');
});

it.each([
  ['2026-11-28', 1],
  ['2026-11-27', 0],
  ['2026-11-26', -1],
  ['2027-11-27', 365],
])('that expires on %s has %s days left, late in the evening too', (expiresOn, daysLeft) => {
  expect(renewalsOf([pbx('A', order({}, { expiresOn }))], NOW)).toMatchObject([{ daysLeft }]);
});

it('a trial is no renewal; once it is bought, it is', () => {
  const trial = order({ operation: 'trial', license: { kind: 'new' }, years: undefined });
  expect(renewalsOf([pbx('A', trial)], NOW)).toEqual([]);
  expect(renewalsOf([pbx('A', trial, order({ requestId: 'r-4' }))], NOW)).toMatchObject([
    { requestId: 'r-4' },
  ]);
});

it('the first to expire comes first, what nobody knows last; within a time only what has no more days left', () => {
  const pbxs = [
    pbx('LATER', order({}, { expiresOn: '2027-02-01' })),
    pbx('UNKNOWN', renewal()),
    pbx('EXPIRED', order({}, { expiresOn: '2026-10-01' })),
    pbx('SOON-2', order({}, { expiresOn: '2026-12-27' })),
    pbx('SOON-1', order({}, { expiresOn: '2026-12-27' })),
  ];
  const listed = (withinDays?: number) =>
    renewalsOf(pbxs, NOW, withinDays).map(({ serialNumber }) => serialNumber);
  expect(listed()).toEqual(['EXPIRED', 'SOON-1', 'SOON-2', 'LATER', 'UNKNOWN']);
  expect(listed(30)).toEqual(['EXPIRED', 'SOON-1', 'SOON-2', 'UNKNOWN']);
  expect(listed(29)).toEqual(['EXPIRED', 'UNKNOWN']);
});
