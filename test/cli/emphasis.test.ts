import fc from 'fast-check';
import { emphasised, mayBeColoured } from '../../cli/emphasis';
import { statusInWords } from '../../cli/in-words';

const ESCAPES = new RegExp(String.raw`\u001b\[\d+m`, 'g');

it.each([
  [{ isTTY: true }, {}, true],
  [{ isTTY: true }, { NO_COLOR: '' }, true],
  [{ isTTY: true }, { NO_COLOR: '1' }, false],
  [{ isTTY: true }, { TERM: 'dumb' }, false],
  [{}, {}, false],
])('on %j with %j there may be colours: %s', (stream, env, may) => {
  expect(mayBeColoured(stream, env)).toBe(may);
});

it('colours add nothing and take nothing away, and JSON has none', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(emphasised(text).replace(ESCAPES, '')).toBe(text.replace(ESCAPES, ''));
    }),
  );
  const json = JSON.stringify({ status: 'ordered', list: ['A', 'b  c'] }, null, 2);
  expect(emphasised(json)).toBe(json);
});

it('names of rows stand out, and what is typed', () => {
  const status = {
    requestId: 'deal-1',
    workflowId: '',
    status: 'ordered',
    attempts: 1,
    updatedAt: '',
  } as const;
  const lines = emphasised(statusInWords({ status, goesOn: false })).split('\n');
  expect(lines[0]).toBe(`\u001b[1m${'purchase'.padEnd(20)}\u001b[22mdeal-1`);
  expect(lines.at(-1)).toBe('\u001b[36m  wonce audit deal-1\u001b[39m');
});
