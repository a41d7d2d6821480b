import { EncryptingCodec } from '../../config/payload-codec';
import { retryAfterMs } from '../../config/retry-after';
import { readOutboundMessage } from '../../crm/salesforce/outbound-message';
import { readDealsRules } from '../../crm/deals-file/deals-file';
import { readMessageJson } from '../../crm/lossless';
import { textCell } from '../../domain/csv';
import { readDecision } from '../../domain/decision';
import { readEnvelope } from '../../portal/envelope';
import { payloadsIn } from '../../server/codec/payloads';
import { decodeText } from '../../validation/decode-text';
import { parseRequestText } from '../../validation/request-schema';
import { growthOf } from '../support/growth';

/** Texts that grow in one way each: what a pattern tries again at every letter, what is opened and never closed. */
const GROWING: [string, (size: number) => string][] = [
  ['["', (size) => '["'.repeat(size / 2)],
  ['[', (size) => '['.repeat(size)],
  ['{"a":', (size) => '{"a":'.repeat(size / 5)],
  ['"a\\"', (size) => `"${'a\\"'.repeat(size / 3)}"`],
  [
    '{"k0":1,"k1":1,…',
    (size) => `{${Array.from({ length: size / 8 }, (_, index) => `"k${index}":1`).join()}}`,
  ],
  ['1e9', (size) => `[${'1e9,'.repeat(size / 4)}1]`],
  ['<a>', (size) => '<a>'.repeat(size / 3)],
  ['&amp;', (size) => `<a>${'&amp;'.repeat(size / 5)}</a>`],
  ['<!--', (size) => '<!--'.repeat(size / 4)],
  [' ', (size) => ' '.repeat(size)],
  [';\t=', (size) => ';\t='.repeat(size / 3)],
  ['- ', (size) => '- '.repeat(size / 2)],
  ['- a\\n', (size) => '- a\n'.repeat(size / 4)],
  ['k: v\\n', (size) => Array.from({ length: size / 8 }, (_, index) => `k${index}: v\n`).join('')],
  ['&a [*a,', (size) => `a: &a b\nc: [${'*a,'.repeat(size / 3)}]`],
  ['#', (size) => '#\n'.repeat(size / 2)],
  ['|', (size) => `a: |\n${'  b\n'.repeat(size / 4)}`],
];

const quietly = (read: (text: string) => unknown) => (text: string) => {
  try {
    return read(text);
  } catch {
    // That it is refused is another test's.
    return undefined;
  }
};

const codec = new EncryptingCodec([]);

const READERS: [string, (text: string) => unknown][] = [
  ['a request', parseRequestText],
  ['a message of a CRM', (text) => readMessageJson(Buffer.from(text))],
  ['an Outbound Message', readOutboundMessage],
  ['deals.yaml', readDealsRules],
  ["the vendor's envelope", readEnvelope],
  ['a call of the codec server', (text) => codec.decode(payloadsIn(Buffer.from(text)))],
  ['a decision', (text) => readDecision('choose', { id: text, by: text, why: text })],
  ['a cell', textCell],
  ['a text', (text) => decodeText(Buffer.from(text))],
  ['Retry-After', retryAfterMs],
];

describe.each(READERS)('the work of reading %s grows as its length does', (_reader, read) => {
  // Four times the length: 4 where it is linear, 16 where it is quadratic.
  it.each(GROWING)('%s', (_text, grown) => {
    expect(growthOf((size) => quietly(read)(grown(size)), 4_000)).toBeLessThan(10);
  });
});

it.each(['[', '{"a":'])(
  'what is nested deeper than anything that is meant is refused, and not followed: %s',
  (open) => {
    const deep = open.repeat(100_000);
    expect(() => parseRequestText(deep)).toThrow(/is nested more than 64 levels deep/);
    expect(readMessageJson(Buffer.from(deep))).toBeUndefined();
    expect(readEnvelope(deep)).toBeUndefined();
  },
);

it.each(['[', '{a: ', '- ', '? '])('nor in deals.yaml: %s', (open) => {
  expect(() => readDealsRules(open.repeat(20_000))).toThrow(/at most 64 levels of lists and keys; came more/);
});

it('brackets in a text nest nothing', () => {
  const note = JSON.stringify({ code: 'success', detailMessage: `\\"${'['.repeat(1_000)}`, result: {} });
  expect(readEnvelope(note)).toMatchObject({ code: 'success' });
});
