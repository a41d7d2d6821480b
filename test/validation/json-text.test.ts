import fc from 'fast-check';
import { isLosslessNumber } from 'lossless-json';
import { JsonTextError, readJsonText } from '../../validation/json-text';

it.each([
  ['{"years":1,"years":2}', 'years'],
  ['{"years":1,"years":1}', 'years'],
  ['[{"a":{"b":[1,{"c":null , "c" :null}]}}]', 'c'],
  ['{"a\\u0062":1,"ab":2}', 'ab'],
  ['{"a}\\"":1,"x":[],"a}\\"":1}', 'a}"'],
  ['{"__proto__x":1,"__proto__x":1}', '__proto__x'],
])('a key that stands twice is refused by its name: %s', (json, key) => {
  expect(() => readJsonText(json)).toThrow(
    new JsonTextError(`has the key ${JSON.stringify(key)} twice in one object`),
  );
});

it.each(['[{"a":1},{"a":1}]', '{"a":{"a":["a","a"]}}', '{"a":"a","b":"a"}', '{"x":"{\\"a\\":1,\\"a\\":1}"}'])(
  'the same key in different objects is none that stands twice: %s',
  (json) => {
    expect(readJsonText(json)).toEqual(JSON.parse(json));
  },
);

it('a byte order mark before it is no part of it', () => {
  expect(readJsonText('\uFEFF{"a":1}')).toEqual({ a: 1 });
});

it('what a number cannot hold exactly keeps its digits', () => {
  const { a, b } = readJsonText('{"a":9007199254740993,"b":7}') as { a: unknown; b: unknown };
  expect(isLosslessNumber(a) && a.value).toBe('9007199254740993');
  expect(b).toBe(7);
});

it.each(['', '{', '{"a":1,}', '['.repeat(100_000)])('what is no JSON is said to be none: %#', (text) => {
  expect(() => readJsonText(text)).toThrow(JsonTextError);
});

it('reads whatever JSON there is', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      expect(JSON.stringify(readJsonText(json, Number))).toBe(JSON.stringify(JSON.parse(json)));
    }),
  );
});
