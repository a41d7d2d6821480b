import fc from 'fast-check';
import { wrongShape } from '../../domain/request-shape';
import { foldName, maskEmail, sameName } from '../../domain/names';
import { parseRequest } from '../../validation/request-schema';
import { checkServicesFitPlan } from '../../domain/rules';
import { meaningOf } from '../../domain/status';
import { requestIdOf, purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { tutorialRequest } from '../support/requests';

it('a workflow id leads back to its request id', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9._:-]{1,128}$/), (requestId) => {
      expect(requestIdOf(purchaseWorkflowIdOf(requestId))).toBe(requestId);
    }),
  );
  expect(requestIdOf('something-else')).toBeUndefined();
});

it('names are compared without case and spaces', () => {
  expect(sameName('Disaster Recovery', ' disaster  RECOVERY ')).toBe(true);
  expect(sameName('Ultimate', 'Enterprise')).toBe(false);
  expect(foldName('Ultimate\u00a0Plan')).toBe('ultimateplan');
});

it('a masked e-mail address cannot be written to', () => {
  expect(maskEmail('accounts@reseller.example')).toBe('a…@reseller.example');
  expect(maskEmail('nonsense')).toBe('…');
});

it.each(['Ultimate', 'ultimate plan', 'ULTIMATE'])('Disaster Recovery is sold with the plan "%s"', (plan) => {
  expect(() => checkServicesFitPlan(plan, ['Disaster Recovery'])).not.toThrow();
});

it.each([
  ['succeed', 'done'],
  ['failed', 'failed'],
  ['invalid', 'failed'],
  ['cancelled', 'failed'],
  ['refunded', 'failed'],
  ['pending', 'watch'],
  ['confirming', 'watch'],
  ['something new', 'watch'],
  ...['SUCCEED', 'Succeeded', 'success', 'successful', 'complete', ' Completed '].map((word) => [
    word,
    'done',
  ]),
  ...['Canceled', 'CANCELLED', 'Failure', 'fail', 'REFUNDED', 'in valid', 'can_celed'].map((word) => [
    word,
    'failed',
  ]),
  ...['paid', 'cancelling', 'partially_refunded', 'to be completed', 'un-successful', ''].map((word) => [
    word,
    'watch',
  ]),
])('the order status "%s" means: %s', (orderStatus, meaning) => {
  expect(meaningOf(orderStatus)).toBe(meaning);
});

describe('the guard of the workflow', () => {
  it('lets every request through that the schema accepts', () => {
    expect(wrongShape(parseRequest(tutorialRequest('guard-1')))).toBeUndefined();
  });

  it.each([undefined, null, 'text', [], {}, { requestId: 7 }, { ...tutorialRequest('a'), license: null }])(
    'stops %j',
    (input) => {
      expect(wrongShape(input)).toMatch(/expected/);
    },
  );

  it('never falls over', () => {
    fc.assert(fc.property(fc.anything(), (input) => void wrongShape(input)));
  });
});
