import fc from 'fast-check';
import { ERASED } from '../../domain/personal';
import { differencesOf, fingerprintOf, isSameRequest } from '../../validation/fingerprint';
import type { PurchaseRequest } from '../../domain/request';
import { tutorialRequest } from '../support/requests';

const request = tutorialRequest('fingerprint-1');

/** The same object with its keys, at every level, in another order. */
function shuffled(value: unknown, order: () => number): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value as Record<string, unknown>).map(([key, entry]) => ({
    key,
    entry,
    place: order(),
  }));
  entries.sort((one, other) => one.place - other.place);
  return Object.fromEntries(entries.map(({ key, entry }) => [key, shuffled(entry, order)]));
}

describe('the same content has the same fingerprint', () => {
  it('in any order of keys', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (places) => {
        const other = shuffled(request, () => places.next().value as number) as PurchaseRequest;
        expect(fingerprintOf(other)).toBe(fingerprintOf(request));
      }),
    );
  });

  it('under any request id', () => {
    expect(fingerprintOf(tutorialRequest('another'))).toBe(fingerprintOf(request));
  });

  it('with names in other case and spacing, services in another order or in long form', () => {
    const one = { ...request, services: ['Disaster Recovery', 'Hotel PMS'] };
    const other = { ...request, plan: ' ULTIMATE', services: ['hotel  pms', 'DisasterRecovery'] };
    expect(fingerprintOf(one)).toBe(fingerprintOf(other));
  });

  it('with services left out or empty', () => {
    const { services: _, ...none } = request;
    expect(fingerprintOf(none)).toBe(fingerprintOf({ ...request, services: [] }));
  });
});

it('a purchase of the Software Edition, paid annually, is the same whether or not it says so', () => {
  const said = { ...request, operation: 'purchase', product: 'software', billingCycle: 'annually' } as const;
  expect(fingerprintOf(said)).toBe(fingerprintOf(request));
});

describe('whatever changes what is bought or who pays changes the fingerprint', () => {
  it.each<[string, Partial<PurchaseRequest>]>([
    ['years', { years: 3 }],
    ['extensions', { extensions: 101 }],
    ['plan', { plan: 'Enterprise' }],
    ['services', { services: [] }],
    ['services', { services: [{ service: 'Disaster Recovery', quantity: 2 }] }],
    ['license', { license: { kind: 'existing', serialNumber: '3651E1292456' } }],
    ['license', { license: { kind: 'new' } }],
    ['billingContact', { billingContact: { billingContactId: '3197218168379846219' } }],
    ['billingContact', { billingContact: { company: '3197218168379846218' } }],
    ['billingContact', { billingContact: undefined }],
    ['poNumber', { poNumber: 'PO-1' }],
    ['operation', { operation: 'renew' }],
    ['product', { product: 'appliance' }],
    ['addExtensions', { addExtensions: 20 }],
    ['addConcurrentCalls', { addConcurrentCalls: 5 }],
    ['billingCycle', { billingCycle: 'monthly' }],
    ['activationMailTo', { activationMailTo: { email: 'someone@reseller.example' } }],
  ])('%s', (field, change) => {
    const changed = { ...request, ...change };
    expect(fingerprintOf(changed)).not.toBe(fingerprintOf(request));
    expect(differencesOf(request, changed).map((line) => line.split(' ')[0])).toEqual([field]);
  });
});

it('differences show values, but no personal data', () => {
  const other = { ...request, years: 3, billingContact: { email: 'someone@reseller.example' } };
  expect(differencesOf(request, other)).toEqual(['years (2 before, 3 now)', 'billingContact']);
});

describe('a request that is told again after an erasure', () => {
  const request = { ...tutorialRequest('told-again'), billingContact: { email: 'it@desk.example' } };
  const known = { request: { ...request, billingContact: { email: ERASED } }, fingerprint: ERASED };

  it('is the same where all else is, whoever it names', () => {
    expect(isSameRequest(known, request)).toBe(true);
    expect(isSameRequest(known, { ...request, billingContact: { email: 'eve@desk.example' } })).toBe(true);
    expect(differencesOf(known.request, request)).toEqual([]);
  });

  it('is another where anything else differs, or names nobody', () => {
    const { billingContact: _, ...nobody } = request;
    expect(isSameRequest(known, nobody)).toBe(false);
    expect(isSameRequest(known, { ...request, billingContact: { company: 'Desk' } })).toBe(false);
    expect(isSameRequest(known, { ...request, extensions: 1 })).toBe(false);
  });
});
