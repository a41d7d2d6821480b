import fc from 'fast-check';

/** Names that mean something to JavaScript itself. */
const HOSTILE_NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', ''];

/** Numbers that no double holds, and texts that are none of the usual. */
const HOSTILE_SCALARS = [
  ...['0', '-0', '1e999999', '1E-400', '12345678901234567890', '0.1', '-1', '1e21', '007', 'NaN', 'null'],
  ...[
    'true',
    'false',
    '""',
    '"  "',
    '"\\u0000"',
    '"\\ud800"',
    '"\u202e"',
    '"2026-02-30T25:61:61Z"',
    '"１２"',
  ],
];

/** Text of any characters, half of one among them. */
const anyText = fc.string({ unit: 'binary', maxLength: 40 });

/** JSON by its text, so that it may hold what `JSON.stringify` never writes. @param names that its reader knows */
export function jsonText(names: readonly string[], samples: readonly string[] = []): fc.Arbitrary<string> {
  const name = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...(names.length === 0 ? ['a'] : names)) },
    { weight: 1, arbitrary: fc.constantFrom(...HOSTILE_NAMES) },
    { weight: 1, arbitrary: anyText },
  );
  const scalar = fc.oneof(
    fc.constantFrom(...HOSTILE_SCALARS, ...samples.map((text) => JSON.stringify(text))),
    fc.constantFrom(...names, '').map((text) => JSON.stringify(text)),
    anyText.map((text) => JSON.stringify(text)),
    fc.bigInt().map(String),
  );
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      { weight: 3, arbitrary: scalar },
      {
        weight: 3,
        arbitrary: fc
          .array(fc.tuple(name, tie('value')), { maxLength: 6 })
          .map((entries) => `{${entries.map(([key, of]) => `${JSON.stringify(key)}:${of}`).join(',')}}`),
      },
      {
        weight: 2,
        arbitrary: fc.array(tie('value'), { maxLength: 5 }).map((entries) => `[${entries.join(',')}]`),
      },
    ),
  }));
  return value;
}

/** What is cut out of a text and put in its place. */
interface Edit {
  at: number;
  cut: number;
  put: string;
}

/** A text that is right, changed in a few places: it gets further than one that is made up. */
export function changed(sample: string, pieces: readonly string[] = []): fc.Arbitrary<string> {
  const edit: fc.Arbitrary<Edit> = fc.record({
    at: fc.nat({ max: sample.length }),
    cut: fc.oneof(fc.constant(0), fc.nat({ max: 12 }), fc.nat({ max: sample.length })),
    put: fc.oneof(
      fc.constant(''),
      fc.constantFrom(...HOSTILE_SCALARS, ...HOSTILE_NAMES, ...pieces, ...'{}[]",:<>&%=;\\\n\t '),
      anyText,
      fc.nat({ max: sample.length }).map((from) => sample.slice(from, from + 60)),
    ),
  });
  return fc
    .array(edit, { minLength: 1, maxLength: 4 })
    .map((edits) =>
      edits.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), sample),
    );
}

/** Foreign JSON: right ones with changes, and made-up ones with the names that the right ones have. */
export function foreignJson(...samples: readonly string[]): fc.Arbitrary<string> {
  const names = [
    ...new Set(samples.flatMap((text) => [...text.matchAll(/"([^"\\]+)"\s*:/g)].map(([, key]) => key!))),
  ];
  const values = [
    ...new Set(samples.flatMap((text) => [...text.matchAll(/:\s*"([^"\\]*)"/g)].map(([, of]) => of!))),
  ];
  return fc.oneof(...samples.map((sample) => changed(sample)), jsonText(names, values));
}

/** The bytes of a text, as it is or broken. */
export function bytesOf(text: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const broken = fc.tuple(text, fc.nat(), fc.nat({ max: 255 })).map(([of, at, byte]) => {
    const bytes = Buffer.from(of);
    if (bytes.length > 0) bytes[at % bytes.length] = byte;
    return bytes;
  });
  return fc.oneof(
    { weight: 6, arbitrary: text.map((of) => Buffer.from(of)) },
    { weight: 1, arbitrary: broken },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 80 }).map((of) => Buffer.from(of)) },
  );
}

/** `a=b&c=d`, with the names that its reader knows, and escapes that are none. */
export function formText(names: readonly string[], values: readonly string[] = []): fc.Arbitrary<string> {
  const part = fc.oneof(
    fc.constantFrom(...names, ...values, ...HOSTILE_NAMES, '%', '%zz', '%C3', '%00', '+', '[]', 'a[b]'),
    anyText.map((text) => encodeURIComponent(text.replace(/[\ud800-\udfff]/g, '?'))),
  );
  return fc
    .array(fc.tuple(part, part), { maxLength: 8 })
    .map((fields) => fields.map(([name, value]) => `${name}=${value}`).join('&'));
}
