import { LosslessNumber } from 'lossless-json';
import { stateOf } from '../../portal/pbx';

const n = (digits: string) => new LosslessNumber(digits);

it.each<[string, unknown, object]>([
  ['nothing that is known', { activationCode: 'X', comment: '' }, {}],
  [
    'a flat answer',
    { planId: '3049041101760282624', planName: 'Ultimate', extensionNum: n('100'), expireDate: '2027-03-31' },
    { plan: { id: '3049041101760282624', name: 'Ultimate' }, extensions: 100, expiresOn: '2027-03-31' },
  ],
  [
    'a nested one, with its services apart',
    {
      subscription: { planName: 'Ultimate', quantity: '100', multiCycle: n('2'), billingCycle: 'annually' },
      serviceList: [
        { serviceId: n('3129372068699893760'), serviceName: 'Disaster Recovery' },
        { serviceId: '7', quantity: '5' },
      ],
    },
    {
      ...{ plan: { name: 'Ultimate' }, extensions: 100, years: 2, billingCycle: 'annually' },
      services: [
        { id: '3129372068699893760', name: 'Disaster Recovery' },
        { id: '7', quantity: 5 },
      ],
    },
  ],
  [
    'no services, and that is said',
    { planName: 'Ultimate', services: [] },
    { plan: { name: 'Ultimate' }, services: [] },
  ],
  ['a month', { billingCycle: 'monthly', multiCycle: n('0') }, { billingCycle: 'monthly' }],
  ['a trial', { planName: 'Ultimate', isTrial: true }, { plan: { name: 'Ultimate' }, isTrial: true }],
  ['an expiry in ms', { expireTime: n('1806451200000') }, { expiresOn: '2027-03-31' }],
  ['an expiry in s, as text', { expiredTime: '1806451200' }, { expiresOn: '2027-03-31' }],
  ['a date that is none', { expireDate: '2027-13-31' }, {}],
  [
    'a pending switch: the running plan and its end, and the one that comes',
    {
      currentPlan: 'Ultimate',
      currentPlanExpireDate: '2027-01-01',
      planName: 'Enterprise',
      expireDate: '2028-01-01',
    },
    { plan: { name: 'Ultimate' }, expiresOn: '2027-01-01', pendingPlan: 'Enterprise' },
  ],
  [
    'a pending switch to what is not shown',
    { currentPlan: 'Ultimate' },
    { plan: { name: 'Ultimate' }, pendingPlan: true },
  ],
  ['said in two ways: not taken', { a: { planName: 'Ultimate' }, b: { planName: 'Enterprise' } }, {}],
  ['numbers that are none', { extensions: 'many', quantity: n('0') }, {}],
])('what the vendor shows of a PBX is recognised where it appears: %s', (_what, result, state) => {
  expect(stateOf(result)).toEqual(state);
});
