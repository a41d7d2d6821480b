import { readFillArguments } from '../../cli/fill-arguments';

it('what was copied along and nobody can see is not filled in', () => {
  expect(readFillArguments(['plan=\u200bUltimate\u00a0', 'extensions=100\u200b', 'years=２'])).toEqual({
    plan: 'Ultimate',
    extensions: 100,
    years: 2,
  });
});

it('what only some operations have is filled in by its own name', () => {
  const typed = [
    ...['operation=trial', 'product=software', 'addExtensions=20', 'addConcurrentCalls=8'],
    ...['billingCycle=monthly', 'activationMailTo=ann@blue.example'],
  ];
  expect(readFillArguments(typed)).toEqual({
    ...{ operation: 'trial', product: 'software', addExtensions: 20, addConcurrentCalls: 8 },
    ...{ billingCycle: 'monthly', activationMailTo: { email: 'ann@blue.example' } },
  });
});

it('what is no number or no word stays as it came, to be refused', () => {
  expect(readFillArguments(['addExtensions=20,0', 'operation=Renewal'])).toEqual({
    addExtensions: '20,0',
    operation: 'Renewal',
  });
});

it.each(['plan=', 'plan= ', 'plan=\u200b', 'partner=', 'services='])(
  'a field without a value is refused: %s',
  (argument) => {
    expect(() => readFillArguments([argument, 'years=2'])).toThrow(/expected a value behind the =/);
  },
);
