import { renewalsAsCsv, renewalsInWords } from '../../cli/renewals-in-words';
import type { Renewal } from '../../domain/renewals';

const KNOWN: Renewal = {
  ...{ serialNumber: '3651E1292455', plan: 'Ultimate', extensions: 100, autoRenewal: true },
  ...{ expiresOn: '2026-12-24', toldBy: 'vendor', daysLeft: 27 },
  ...{ requestId: 'hubspot:9001234:31415926535:1', deal: 'hubspot:9001234:31415926535' },
};
const UNKNOWN: Renewal = { serialNumber: '3651E1291406', requestId: 'r-1' };

it('a table: a header, a line each, and what is not known', () => {
  expect(renewalsInWords([{ ...KNOWN, toldBy: 'our ledger' }, UNKNOWN]).split('\n')).toEqual([
    'PBX           PLAN      EXT  EXPIRES     TOLD BY     DAYS  AUTO  REQUEST',
    '3651E1292455  Ultimate  100  2026-12-24  our ledger  27    on    …31415926535:1',
    '3651E1291406  -         -    -           -           -     -     r-1',
  ]);
  expect(renewalsInWords([])).toBe('No renewals.');
});

it('no line of the table is longer than 79 columns, whatever stands in it', () => {
  const long: Renewal = {
    ...{ serialNumber: 'S'.repeat(60), plan: 'P'.repeat(200), extensions: 99999, autoRenewal: false },
    ...{ expiresOn: '2026-12-24', toldBy: 'our ledger', daysLeft: -1234, requestId: 'r'.repeat(128) },
  };
  const lines = renewalsInWords([long, KNOWN, { ...UNKNOWN, plan: '\u001b[2J\n\u202e' }]).split('\n');
  expect(lines).toHaveLength(4);
  for (const line of lines) {
    expect(line.length).toBeLessThan(80);
    expect(line).not.toMatch(/\p{Cc}|\p{Cf}/u);
  }
});

it('CSV: a header, CRLF, the same facts, and nothing for what is not known', () => {
  expect(renewalsAsCsv([KNOWN, { ...UNKNOWN, daysLeft: -5 }])).toBe(
    'serialNumber,plan,extensions,expiresOn,toldBy,daysLeft,autoRenewal,requestId,deal\r\n' +
      '3651E1292455,Ultimate,100,2026-12-24,vendor,27,on,hubspot:9001234:31415926535:1,hubspot:9001234:31415926535\r\n' +
      '3651E1291406,,,,,-5,,r-1,\r\n',
  );
});

it.each([
  ['Ultimate, Plus', '"Ultimate, Plus"'],
  ['the "big" one', '"the ""big"" one"'],
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ['+49', `'+49`],
  ['-1', `'-1`],
  ['@SUM(A1)', `'@SUM(A1)`],
  ['two\r\nlines', 'two\\u{d}\\u{a}lines'],
  ['\t=1', '\\u{9}=1'],
])('the text %j is the cell %s', (plan, cell) => {
  expect(renewalsAsCsv([{ ...UNKNOWN, plan }]).split('\r\n')[1]).toBe(`3651E1291406,${cell},,,,,,r-1,`);
});
