import { pickOne } from '../../activities/lookup/pick-one';
import type { Refusal } from '../../domain/refusal';

const how = {
  asked: 'partner with the company "Blue"',
  fieldsOf: () => [],
  idOf: (entry: string) => entry,
  notFound: 'PartnerNotFound',
  ambiguous: 'PartnerAmbiguous',
} as const;

function refusal(candidates: string[], matches: (entry: string) => boolean): Refusal {
  try {
    pickOne(candidates, { ...how, matches });
  } catch (error) {
    return error as Refusal;
  }
  throw new Error('Expected a refusal.');
}

it('the one that matches', () => {
  expect(pickOne(['a', 'b'], { ...how, matches: (entry) => entry === 'b' })).toBe('b');
});

it('none: the message lists what there is, at most ten', () => {
  const twelve = Array.from({ length: 12 }, (_, index) => `p${index}`);
  const { code, message } = refusal(twelve, () => false);
  expect(code).toBe('PartnerNotFound');
  expect(message).toContain('There is no partner with the company "Blue"');
  expect(message).toContain('p9 (10 of 12)');
  expect(message).not.toContain('p10');
});

it('none of nothing says so', () => {
  expect(refusal([], () => false).message).toContain('There is: none.');
});

it('several: never a guess, and what to do', () => {
  const { code, message } = refusal(['a', 'b'], () => true);
  expect(code).toBe('PartnerAmbiguous');
  expect(message).toMatch(/There are 2.*a, b.*Choose one\./);
});

it('one that is there twice is one candidate', () => {
  expect(pickOne(['a', 'a'], { ...how, matches: () => true })).toBe('a');
  expect(refusal(['a', 'a', 'b'], () => false).message).toContain('There is: a, b.');
});

it('of a list that was not kept whole, how many there are is said', () => {
  const twelve = Array.from({ length: 10 }, (_, index) => `p${index}`);
  try {
    pickOne(twelve, { ...how, matches: () => false, count: 5_000 });
  } catch (error) {
    expect((error as Refusal).message).toContain('p9 (10 of 5000)');
  }
  expect.assertions(1);
});
