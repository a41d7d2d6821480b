import fc from 'fast-check';
import { wonTimeOf, type StageEntry } from '../../crm/won-run';

/** `W` won, `w` won and the stage that it is in now, `L` not won, `?` nobody knows; a second apart, `=` at the same time. */
function timeOf(stages: string, createdAt?: number) {
  let at = 0;
  const history = [...stages].flatMap((stage): StageEntry[] => {
    at += stage === '=' ? -1000 : 1000;
    return stage === '=' ? [] : [{ at, stage }];
  });
  const wonIn = (stage: string) => (stage === '?' ? undefined : stage === 'W');
  const { wonAt, wonFrom } = wonTimeOf(history.reverse(), 'w', wonIn, createdAt);
  return [wonFrom, wonAt].map((time) => (time === undefined ? undefined : Date.parse(time) / 1000));
}

it.each<[string, number | undefined, number | undefined]>([
  ['Lw', undefined, 2],
  ['LWw', undefined, 2],
  ['LWWww', undefined, 2],
  ['WLw', undefined, 3],
  ['WLWw', undefined, 3],
  ['w', undefined, 1],
  ['Ww', undefined, 1],
  // What nobody knows may have been a won stage, or not.
  ['L?w', 2, 3],
  ['LW?w', 2, 4],
  ['LW?Ww', 2, 4],
  ['?w', 1, 2],
  ['W?LWw', undefined, 4],
  // Of what came at the same time any may have come last, but for the stage that it is in now.
  ['L=w', undefined, 1],
  ['W=L=w', undefined, 1],
  ['WL=w', undefined, 2],
  ['L?=w', undefined, 2],
  ['W?=w', 1, 2],
  ['LW=Lw', 2, 3],
  ['L?=Lw', 2, 3],
  // The history is behind.
  ['LW', undefined, 2],
  ['L', undefined, undefined],
  ['L?', undefined, undefined],
  ['', undefined, undefined],
])('%s is won between %s and %s', (stages, wonFrom, wonAt) => {
  expect(timeOf(stages)).toEqual([wonFrom, wonAt]);
});

it('asks of each stage whether it was a won one until the deal left it, however often its entry was repeated', () => {
  const history = ['L', 'W', 'W', 'L', 'W', 'w'].map((stage, at) => ({ at, stage }));
  const asked: [string, number][] = [];
  wonTimeOf(history, 'w', (...question) => {
    asked.push(question);
    return undefined;
  });
  expect(asked.reverse()).toEqual([
    ['L', 1],
    ['W', 3],
    ['W', 3],
    ['L', 4],
    ['W', 5],
  ]);
});

it('where the beginning may be missing it may have been won since it was created', () => {
  expect(timeOf('Ww', 0)).toEqual([0, 1]);
  expect(timeOf('?w', 0)).toEqual([0, 2]);
  expect(timeOf('Lw', 0)).toEqual([undefined, 2]);
  expect(timeOf('L?w', 0)).toEqual([2, 3]);
});

it('whatever the unknown stages were, the beginning of the run lies between the two times', () => {
  const stage = fc.constantFrom('W', 'L', '?');
  fc.assert(
    fc.property(
      fc.array(stage, { maxLength: 8 }),
      fc.array(fc.constantFrom('W', 'L'), { minLength: 8, maxLength: 8 }),
      (before, truth) => {
        const known = [...before, 'w'].join('');
        const real = [...before.map((one, place) => (one === '?' ? truth[place] : one)), 'w'];
        const beginning = real.findLastIndex((one) => one === 'L') + 2;
        const [wonFrom, wonAt] = timeOf(known);
        expect(wonAt).toBeGreaterThanOrEqual(beginning);
        expect(wonFrom ?? wonAt).toBeLessThanOrEqual(beginning);
      },
    ),
  );
});
