import { readFillArguments } from '../../cli/fill-arguments';

it('what was copied along and nobody can see is not filled in', () => {
  expect(readFillArguments(['plan=\u200bUltimate\u00a0', 'extensions=100\u200b', 'years=２'])).toEqual({
    plan: 'Ultimate',
    extensions: 100,
    years: 2,
  });
});

it.each(['plan=', 'plan= ', 'plan=\u200b', 'partner=', 'services='])(
  'a field without a value is refused: %s',
  (argument) => {
    expect(() => readFillArguments([argument, 'years=2'])).toThrow(/expected a value behind the =/);
  },
);
