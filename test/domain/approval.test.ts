import {
  askerBehind,
  isSamePerson,
  missingApprovals,
  objectionTo,
  type ApprovalState,
} from '../../domain/approval';
import { orderToApprove, rulesFor, type ApprovalRule } from '../../domain/approval-rules';
import { tutorialRequest } from '../support/requests';

describe('who asked, by the door', () => {
  it.each([
    ['page, token 0a1b2c3d, Ann Arbor', { by: 'Ann Arbor', via: 'page, token 0a1b2c3d' }],
    [
      'page, OpenID Connect of id.example, Ann, of Sales',
      { by: 'Ann, of Sales', via: 'page, OpenID Connect of id.example' },
    ],
    ['page without sign-in, ann', { by: 'ann', via: 'page without sign-in' }],
    ['wonce command, ann@desk', { by: 'ann', via: 'wonce command' }],
    ['wonce command, ann@example.com@desk', { by: 'ann@example.com', via: 'wonce command' }],
    ['npm start, ann@desk', { by: 'ann', via: 'npm start' }],
    ['api token 0a1b2c3d', { via: 'api token 0a1b2c3d' }],
    ['api without token', { via: 'api without token' }],
  ])('%s', (via, asker) => {
    expect(askerBehind(via)).toEqual(asker);
  });
});

describe('whether two are one person', () => {
  const ANN = { by: 'Ann Arbor', via: 'page, token 0a1b2c3d' };

  it.each([
    [{ by: 'ann  arbor', via: 'temporal' }],
    [{ by: 'АNN ARBOR', via: 'temporal' }],
    [{ by: 'Ben', via: 'api token 0a1b2c3d' }],
    [{ via: 'api token 0a1b2c3d' }],
  ])('one: %j', (other) => {
    expect(isSamePerson(ANN, other)).toBe(true);
    expect(isSamePerson(other, ANN)).toBe(true);
  });

  it.each([
    [{ by: 'Ben', via: 'page, token 99999999' }],
    [{ by: 'Ben' }],
    [{ via: 'api without token' }],
    [{}],
  ])('two: %j', (other) => {
    expect(isSamePerson(ANN, other)).toBe(false);
  });

  it('doors that tell nobody apart make nobody one', () => {
    const via = 'temporal';
    expect(isSamePerson({ by: 'Ann', via }, { by: 'Ben', via })).toBe(false);
    expect(isSamePerson({ via }, { via })).toBe(false);
  });
});

it('neither who asked nor who has approved is counted again', () => {
  const state: ApprovalState = {
    people: 2,
    askedBy: [{ by: 'Ann', via: 'wonce command' }],
    given: [{ by: 'Ben', at: '2026-11-28T10:00:00.000Z' }],
  };
  expect(objectionTo({ by: 'ann' }, state)).toMatch(/^whoever asked for the order does not approve it/);
  expect(objectionTo({ by: 'BEN' }, state)).toMatch(/^nobody approves it twice: it takes 2 people/);
  expect(objectionTo({ by: 'Cleo' }, state)).toBeUndefined();
  expect(missingApprovals(state)).toBe(1);
});

describe('which rules an order falls under', () => {
  const request = tutorialRequest('rules-1');
  const found = {
    facts: {
      plan: { planId: '3049', name: 'Ultimate Plan' },
      services: [{ serviceId: '3129', name: 'Disaster Recovery Service' }],
    },
    partner: ['3000', 'it@harbour-hotels.example', 'Harbour Hotels'],
  };
  const order = orderToApprove(request, ['shop'], found);
  const isUnder = (rule: Partial<ApprovalRule>) =>
    rulesFor(order, [{ name: 'rule', people: 1, ...rule }]).length === 1;

  it.each<[Partial<ApprovalRule>]>([
    [{}],
    [{ extensions: { atLeast: 100 } }],
    [{ years: { atLeast: 2 } }],
    [{ plan: ['ultimate'] }],
    [{ plan: ['ULTIMATE  plan'] }],
    [{ plan: ['Enterprise', '3049'] }],
    [{ services: ['disaster recovery'] }],
    [{ services: ['3129'] }],
    [{ operation: ['renew', 'purchase'] }],
    [{ partner: ['IT@Harbour-Hotels.example'] }],
    [{ partner: ['harbour hotels'] }],
    [{ partner: ['3000'] }],
    [{ source: ['shop'] }],
    [{ extensions: { atLeast: 100 }, years: { atLeast: 1 }, plan: ['Ultimate'] }],
  ])('under %j', (rule) => {
    expect(isUnder(rule)).toBe(true);
  });

  it.each<[Partial<ApprovalRule>]>([
    [{ extensions: { atLeast: 101 } }],
    [{ years: { atLeast: 3 } }],
    [{ plan: ['Ultimate Plus'] }],
    [{ services: ['Recording'] }],
    [{ operation: ['renew'] }],
    [{ partner: ['Harbour'] }],
    [{ source: ['page'] }],
    [{ plan: ['Ultimate'], years: { atLeast: 3 } }],
  ])('not under %j', (rule) => {
    expect(isUnder(rule)).toBe(false);
  });

  it('of an expansion the extensions that come on top count; of an order without any, none', () => {
    const rules: ApprovalRule[] = [{ name: 'large', people: 1, extensions: { atLeast: 50 } }];
    const { extensions: _, ...rest } = request;
    const expand = { ...rest, operation: 'expand', addExtensions: 50 } as const;
    expect(rulesFor(orderToApprove(expand, []), rules)).toHaveLength(1);
    expect(rulesFor(orderToApprove({ ...expand, addExtensions: 49 }, []), rules)).toEqual([]);
    expect(rulesFor(orderToApprove({ ...rest, operation: 'add-service' }, []), rules)).toEqual([]);
  });
});
