import { knownRuleOf } from '../../domain/operations';
import type { KnownPbx } from '../../domain/known-pbx';
import { checkPbx } from '../../domain/pbx-check';
import { compareStates } from '../../domain/pbx-in-words';
import { stateByLedger, stateByRequest, type LedgerOrder, type PbxState } from '../../domain/pbx-state';
import type { PurchaseRequest } from '../../domain/request';

const ULTIMATE = { planId: '29', name: 'Ultimate' };
const ENTERPRISE = { planId: '17', name: 'Enterprise' };
const RECOVERY = { serviceId: '149', name: 'Disaster Recovery' };

const NOW = Date.parse('2026-11-27T12:00:00Z');

function ordered(request: Partial<PurchaseRequest>, more: Partial<LedgerOrder> = {}): LedgerOrder {
  return {
    requestId: 'r-1',
    request: {
      requestId: 'r-1',
      license: { kind: 'existing', serialNumber: 'X' },
      plan: 'Ultimate',
      ...request,
    },
    facts: { plan: ULTIMATE, services: [] },
    orderedAt: '2025-12-01T10:00:00.000Z',
    ...more,
  };
}

const purchase = ordered(
  { extensions: 100, years: 1, services: ['Disaster Recovery'] },
  { facts: { plan: ULTIMATE, services: [RECOVERY] } },
);

describe('what a PBX has by our ledger: its orders, one after the other', () => {
  it.each<[string, LedgerOrder[], Partial<PbxState> | undefined]>([
    ['no order', [], undefined],
    [
      'a purchase',
      [purchase],
      {
        plan: { id: '29', name: 'Ultimate' },
        extensions: 100,
        years: 1,
        expiresOn: '2026-12-01',
        services: [{ id: '149', name: 'Disaster Recovery' }],
      },
    ],
    [
      'a renewal after it',
      [purchase, ordered({ operation: 'renew', extensions: 100, years: 3 })],
      { years: 3, expiresOn: '2029-12-01' },
    ],
    [
      'two renewals: they add up',
      [
        purchase,
        ordered({ operation: 'renew', extensions: 100, years: 1 }),
        ordered({ operation: 'renew', extensions: 100, years: 1 }),
      ],
      { expiresOn: '2028-12-01' },
    ],
    [
      'a renewal of what was bought elsewhere: the expiry is not known',
      [ordered({ operation: 'renew', extensions: 100, years: 1 })],
      { extensions: 100, years: 1 },
    ],
    [
      'two expansions: they add up',
      [
        purchase,
        ordered({ operation: 'expand', addExtensions: 20, years: 1 }),
        ordered({ operation: 'expand', addExtensions: 5, years: 1 }),
      ],
      { extensions: 125 },
    ],
    [
      'an expansion of what was bought elsewhere: the number is not known',
      [ordered({ operation: 'expand', addExtensions: 20, years: 1 })],
      { plan: { id: '29', name: 'Ultimate' } },
    ],
    [
      'a service',
      [
        purchase,
        ordered(
          { operation: 'add-service', services: ['Hot Standby'], years: 1 },
          { facts: { plan: ULTIMATE, services: [{ serviceId: '7', name: 'Hot Standby' }] } },
        ),
      ],
      {
        services: [
          { id: '149', name: 'Disaster Recovery' },
          { id: '7', name: 'Hot Standby' },
        ],
      },
    ],
    [
      'a switch: which plan runs is not known by the ledger alone',
      [
        purchase,
        ordered(
          { operation: 'switch-plan', plan: 'Enterprise', years: 1 },
          { facts: { plan: ENTERPRISE, services: [] } },
        ),
      ],
      { extensions: 100, pendingPlan: 'Enterprise' },
    ],
    [
      'what the vendor showed afterwards goes before what it should have come to',
      [{ ...purchase, shown: { extensions: 110, expiresOn: '2026-12-31' } }],
      { extensions: 110, expiresOn: '2026-12-31', years: 1 },
    ],
  ])('%s', (_what, orders, expected) => {
    const state = stateByLedger(orders);
    if (expected === undefined) expect(state).toBeUndefined();
    else expect(state).toMatchObject(expected);
    if (expected !== undefined && !('expiresOn' in expected) && orders[0] !== purchase) {
      expect(state).not.toHaveProperty('expiresOn');
    }
  });
});

const renewal: PurchaseRequest = {
  requestId: 'renew-1',
  operation: 'renew',
  license: { kind: 'existing', serialNumber: 'X' },
  plan: 'Ultimate',
  extensions: 100,
  services: ['Disaster Recovery'],
  years: 1,
};
const HAS: PbxState = {
  ...{ plan: { id: '29', name: 'Ultimate' }, extensions: 100, years: 1, expiresOn: '2026-12-01' },
  services: [{ id: '149', name: 'Disaster Recovery' }],
};

function judge(request: PurchaseRequest, known: Partial<KnownPbx>, plan = ULTIMATE, services = [RECOVERY]) {
  const facts = { plan, services };
  return checkPbx(
    request,
    knownRuleOf(request),
    {
      vendor: {},
      request: stateByRequest(request, facts),
      order: {
        plan: { id: plan.planId, name: plan.name },
        services: services.map(({ serviceId: id, name }) => ({ id, name })),
      },
      pendingOrders: [],
      ...known,
    },
    NOW,
  );
}

it('a switch that the vendor shows as done is pending no more', () => {
  const request = { operation: 'switch-plan', plan: 'Enterprise', years: 1 } as const;
  const shown = { plan: { name: 'Enterprise' } };
  const state = stateByLedger([purchase, ordered(request, { shown })]);
  expect(state).toMatchObject(shown);
  expect(state).not.toHaveProperty('pendingPlan');
});

describe('a renewal', () => {
  it.each<[string, Partial<KnownPbx>, string[]]>([
    ['the vendor shows just that', { vendor: HAS }, []],
    ['the ledger knows just that', { ledger: HAS }, []],
    ['all three agree', { vendor: HAS, ledger: HAS }, []],
    ['only the request says', {}, ['Only the request says what the PBX has: plan, extensions, services.']],
    [
      'the ledger says another number',
      { ledger: { ...HAS, extensions: 120 } },
      ['The sources differ, or cannot be compared: extensions.'],
    ],
    [
      'the vendor agrees, the ledger does not',
      { vendor: HAS, ledger: { ...HAS, extensions: 120 } },
      ['The sources differ, or cannot be compared: extensions.'],
    ],
    [
      'the ledger says other services',
      { ledger: { ...HAS, services: [] } },
      ['The sources differ, or cannot be compared: services.'],
    ],
    [
      'auto-renewal is on',
      { vendor: { ...HAS, autoRenewal: true } },
      ['The PBX renews itself: auto-renewal is switched on at the vendor.'],
    ],
    [
      'a switch is pending',
      { vendor: { ...HAS, pendingPlan: 'Enterprise' } },
      ['A plan switch of the PBX is pending: from Ultimate to Enterprise on 2026-12-01.'],
    ],
    [
      'an order is pending',
      { vendor: HAS, pendingOrders: ['ZC1'] },
      ['The vendor has an order of this PBX that has not ended: ZC1.'],
    ],
    [
      'it was renewed in this term',
      { vendor: HAS, lastRenewal: { requestId: 'r-0', orderedAt: '2026-11-20T10:00:00.000Z', years: 1 } },
      ['The PBX was renewed already in this term: for 1 year(s) on 2026-11-20, by r-0.'],
    ],
    [
      'it was renewed for the term that ends',
      { vendor: HAS, lastRenewal: { requestId: 'r-0', orderedAt: '2025-11-20T10:00:00.000Z', years: 1 } },
      [],
    ],
  ])('%s', (_what, known, doubts) => {
    expect(judge(renewal, known)).toMatchObject({ problems: [], doubts });
  });

  it.each<[string, PbxState, string]>([
    ['another number of extensions', { ...HAS, extensions: 120 }, 'extensions'],
    ['another plan', { ...HAS, plan: { id: '17', name: 'Enterprise' } }, 'plan'],
    [
      'a service more',
      { ...HAS, services: [...HAS.services!, { id: '7', name: 'Hot Standby' }] },
      'services',
    ],
    ['a service less', { ...HAS, services: [] }, 'services'],
    ['another quantity of a service', { ...HAS, services: [{ id: '149', quantity: 5 }] }, 'services'],
    ['a trial', { ...HAS, isTrial: true }, 'license.serialNumber'],
    ['a month', { ...HAS, billingCycle: 'monthly' }, 'billingCycle'],
  ])('the vendor shows %s: refused', (_what, vendor, field) => {
    expect(judge(renewal, { vendor }).problems.map((problem) => problem.field)).toEqual([field]);
  });

  it('the vendor does not renew the plan: refused', () => {
    expect(judge(renewal, { canRenew: false }).problems).toMatchObject([{ field: 'plan' }]);
  });
});

describe('a switch', () => {
  const to = (plan: string, years: number): PurchaseRequest => ({
    ...{ requestId: 's', operation: 'switch-plan', license: renewal.license, plan, years },
  });

  it.each<[string, PurchaseRequest, PbxState, typeof ULTIMATE, RegExp]>([
    [
      'up',
      to('Ultimate', 1),
      { plan: { name: 'Enterprise' }, years: 1 },
      ULTIMATE,
      /^The switch to Ultimate takes effect at once/,
    ],
    [
      'down',
      to('Enterprise', 3),
      { plan: { name: 'Ultimate' }, years: 1 },
      ENTERPRISE,
      /^The switch to Enterprise takes effect when the running plan expires, .* may end/,
    ],
    [
      'from what is not known',
      to('Ultimate', 1),
      {},
      ULTIMATE,
      /^Whether Ultimate is a higher plan is not known/,
    ],
  ])('%s is said before', (_what, request, vendor, plan, doubt) => {
    const { problems, doubts } = judge(request, { vendor }, plan, []);
    expect(problems).toEqual([]);
    expect(doubts).toEqual([expect.stringMatching(doubt)]);
  });

  it('up with another term than the running one is refused, and down is not', () => {
    const known = { vendor: { plan: { name: 'Enterprise' }, years: 3 } };
    expect(judge(to('Ultimate', 1), known, ULTIMATE, []).problems).toMatchObject([{ field: 'years' }]);
    const down = { vendor: { plan: { name: 'Ultimate' }, years: 3 } };
    expect(judge(to('Enterprise', 1), down, ENTERPRISE, []).problems).toEqual([]);
  });

  it('to the present plan is refused', () => {
    const known = { vendor: { plan: { id: '29' }, years: 1 } };
    expect(judge(to('Ultimate', 1), known, ULTIMATE, []).problems).toMatchObject([{ field: 'plan' }]);
  });
});

it('an added service that is there already is refused', () => {
  const request: PurchaseRequest = { ...renewal, operation: 'add-service', extensions: undefined };
  expect(judge(request, { vendor: HAS }).problems).toMatchObject([
    { field: 'services', received: 'Disaster Recovery' },
  ]);
});

it('states stand side by side: each fact that any source tells', () => {
  const vendor = { extensions: 100, autoRenewal: false };
  expect(compareStates({ vendor, 'our ledger': { extensions: 120 }, 'the request': undefined })).toEqual([
    { fact: 'extensions', told: { vendor: '100', 'our ledger': '120' } },
    { fact: 'auto-renewal', told: { vendor: 'off' } },
  ]);
});
