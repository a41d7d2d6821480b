import { requestFile, wonce } from '../support/npm-start';
import { tutorialRequest } from '../support/requests';

it('what is wrong with a request is said at once, one a line, with what was probably meant', async () => {
  const { license, ...rest } = tutorialRequest('wrong-1');
  const wrong = { ...rest, licence: license, years: 6, 'x\nordered': 1 };
  const { code, stdout, stderr } = await wonce('buy', requestFile('request.json', wrong));
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.split('\n')).toEqual([
    'InvalidRequest: The request cannot be bought as it stands.',
    '  license: expected an object with kind "existing" (and serialNumber) or "new" (and partner, or neither); came nothing',
    '  years: expected a whole number from 1 to 5; came the number 6',
    '  licence: expected no such key (did you mean license?); came a key that is not known here',
    '  x\\u{a}ordered: expected no such key; came a key that is not known here',
    '',
  ]);
});

it('a field of a deal that there is not names the one that was probably meant', async () => {
  const { stderr } = await wonce('deals', 'fill', 'hubspot:1:2', 'extension=100', '--by', 'Ann');
  expect(stderr).toMatch(/^DecisionInvalid: fill: extension: expected .* \(did you mean extensions\?\)/);
});
