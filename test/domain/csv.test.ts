import fc from 'fast-check';
import { csvLine, numberCell, textCell } from '../../domain/csv';

it.each([
  ['Ultimate', 'Ultimate'],
  ['Ultimate, Plus', '"Ultimate, Plus"'],
  ['the "big" one', '"the ""big"" one"'],
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ['+49', "'+49"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['  =1+1', "  '=1+1"],
  ['\u00a0=1', "\u00a0'=1"],
  ['\u3000=1', "\u3000'=1"],
  ['＝1+1', "'＝1+1"],
  ['＋1', "'＋1"],
  ['－1', "'－1"],
  ['＠SUM', "'＠SUM"],
  ['\u22121', "'\u22121"],
  ['x;=1+1', `"x;'=1+1"`],
  ["x; =cmd|' /C calc'!A0;y", `"x; '=cmd|' /C calc'!A0;y"`],
  ['a=b', 'a=b'],
  ['\t=1', '\\u{9}=1'],
  ['\r=1', '\\u{d}=1'],
  ['\u200b=1', '\\u{200b}=1'],
  ['\u3164=1', '\\u{3164}=1'],
  ['two\r\nlines', 'two\\u{d}\\u{a}lines'],
  ['<b>bold</b>', '<b>bold</b>'],
  [undefined, ''],
])('the text %j is the cell %s: shown as it is written, and never a formula', (text, cell) => {
  expect(textCell(text)).toBe(cell);
});

it('whatever stands in a text, its line is one line, is read back as that text, and no part of it is a formula', () => {
  const foreign = fc
    .array(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('=', '"', ',', ';', '\r\n', '\t', '＝', ' ')),
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(foreign, (text) => {
      const line = csvLine([textCell(text), 'end']);
      expect(line).toMatch(/^[^\r\n]*\r\n$/);
      const [, quoted, plain] = /^(?:"((?:[^"]|"")*)"|([^",]*)),end\r\n$/.exec(line) ?? [];
      const read = quoted?.replaceAll('""', '"') ?? plain!;
      for (const part of read.split(';')) expect(part.trimStart().normalize('NFKC')).not.toMatch(/^[=+\-@]/);
    }),
  );
});

it('a number is a number, and what is not known is an empty cell', () => {
  expect([numberCell(-5), numberCell(0), numberCell(undefined)]).toEqual(['-5', '0', '']);
});
