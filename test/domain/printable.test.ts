import fc from 'fast-check';
import {
  errorInWords,
  jsonText,
  markdownCode,
  markdownText,
  printable,
  printableLines,
} from '../../domain/printable';

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Any text, with what forges in it again and again. */
const foreign = fc
  .array(
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\n', '\u001b[2J', '\u009b', '\u202e', '\ud800')),
  )
  .map((parts) => parts.join(''));

it.each([
  ['\u001b[31mred', '\\u{1b}[31mred'],
  ['PO\u0085-1', 'PO\\u{85}-1'],
  ['a\nb', 'a\\u{a}b'],
  ['\u202eevil', '\\u{202e}evil'],
  ['\ud800', '\\u{d800}'],
  ['\u{e0041}', '\\u{e0041}'],
  ['Ann\u3164', 'Ann\\u{3164}'],
  ['An\u034fn\ufe0f', 'An\\u{34f}n\\u{fe0f}'],
  ['Ångström 👍 注文', 'Ångström 👍 注文'],
])('%j is printed as %s', (text, printed) => {
  expect(printable(text)).toBe(printed);
});

it('no text prints as more than one line, nor as anything that a terminal would obey', () => {
  fc.assert(fc.property(foreign, (text) => expect(printable(text)).not.toMatch(UNPRINTABLE)));
});

it('a text in lines stays in them, and holds nothing else', () => {
  fc.assert(
    fc.property(foreign, (text) => {
      const lines = printableLines(text).split('\n');
      expect(lines).toHaveLength(text.split('\n').length);
      for (const line of lines) expect(line).not.toMatch(UNPRINTABLE);
    }),
  );
});

it('JSON is the same value, without a character that a terminal would obey', () => {
  const values = fc.dictionary(foreign, fc.oneof(foreign, fc.array(foreign), fc.integer()), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(values, fc.constantFrom(undefined, 2), (value, space) => {
      const json = jsonText(value, space);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(json.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
      expect(json.split('\n')).toHaveLength(JSON.stringify(value, null, space).split('\n').length);
    }),
  );
  expect(jsonText('\u009b\u{e0041}')).toBe('"\\u009b\\udb40\\udc41"');
});

it('in Markdown a text is one line, and nothing of it has a meaning', () => {
  expect(markdownText('**Ordered**\n- `x` [y](http://z) <b>')).toBe(
    '\\*\\*Ordered\\*\\*\\\\u{a}- \\`x\\` \\[y\\](http://z) \\<b\\>',
  );
  expect(markdownCode('7`\n')).toBe("7'\\u{a}");
  fc.assert(fc.property(foreign, (text) => expect(markdownText(text)).not.toMatch(UNPRINTABLE)));
});

it('an error is one line, unless it is laid out in lines', () => {
  const error = Object.assign(new Error('first\nsecond\u001b'), { code: 'WrongUse' });
  expect(errorInWords(error)).toBe('WrongUse: first\\u{a}second\\u{1b}');
  expect(errorInWords(Object.assign(error, { isLaidOut: true }))).toBe('WrongUse: first\nsecond\\u{1b}');
});
