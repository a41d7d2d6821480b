import { wonce } from '../support/npm-start';

it.each([
  [
    'an option that there is not',
    ['deals', 'fill', 'hubspot:1:2', 'years=2', '--bye', 'Ann'],
    'wonce deals fill',
  ],
  ['an argument that is missing', ['status'], 'wonce status'],
  ['a choice that is none', ['list', '--status', 'waiting'], 'wonce list'],
  ['a command that there is not', ['deals', 'purchase'], 'wonce deals'],
  ['options that do not go together', ['settle', 'deal-4711'], 'wonce settle'],
  ['a file that is not there', ['buy', 'no-such-file.json'], 'wonce buy'],
  ['a deal where a purchase is meant', ['cancel', 'deal:hubspot:1:2'], 'wonce cancel'],
  ['no command', ['frobnicate'], 'wonce'],
])('wrong use names the help of what was used: %s', async (_what, args, command) => {
  const { code, stdout, stderr } = await wonce(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.trimEnd().split('\n').at(-1)).toBe(`(see ${command} --help)`);
});
