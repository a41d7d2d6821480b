import { retryAfterMs } from '../../config/retry-after';
import { readCatalogue } from '../../portal/catalogue';
import { cleaned } from '../../portal/cleaning';
import { createTimeMs } from '../../portal/create-time';
import { evidenceOf, readEnvelope, shortTextOf, textOf } from '../../portal/envelope';
import { orderVerdict } from '../../portal/order-verdict';
import type { Answer } from '../../portal/transport';
import { growthOf, LONG_TEXTS } from '../support/growth';

const SECRET = 'planted-secret';
/** Quadratic work grows sixteenfold. */
const LINEAR = 9;

function answer(body: string): Answer {
  return { httpStatus: 400, body, bodySha256: '' };
}

function failureOf(text: string): string {
  return JSON.stringify({ code: text, detailMessage: text, requestId: text, result: {}, status: 400 });
}

describe('a long word of the vendor cannot stop the worker: work grows no faster than the text', () => {
  it.each(LONG_TEXTS)('%s, cleaned', (_what, text) => {
    expect(growthOf((size) => cleaned(text(size), [SECRET]), 4_000)).toBeLessThan(LINEAR);
  });

  // So much more is looked at as the longest secret has letters: by it the patterns see all of the text.
  it.each(LONG_TEXTS)('%s, cleaned of a secret as long', (_what, text) => {
    const work = (size: number) => cleaned(text(size), ['s'.repeat(size)]);
    expect(growthOf(work, 4_000)).toBeLessThan(LINEAR);
  });

  it.each(LONG_TEXTS)('%s, as the answer to an order', (_what, text) => {
    const work = (size: number) => {
      const long = answer(failureOf(text(size)));
      orderVerdict(long, [SECRET]);
      evidenceOf(long, readEnvelope(long.body), [SECRET]);
    };
    expect(growthOf(work, 4_000)).toBeLessThan(LINEAR);
  });

  it.each(LONG_TEXTS)('%s, as an answer that is no JSON', (_what, text) => {
    expect(growthOf((size) => orderVerdict(answer(text(size)), [SECRET]), 4_000)).toBeLessThan(LINEAR);
  });

  it.each(LONG_TEXTS)('%s, as an id, a time or a wait', (_what, text) => {
    const work = (size: number) => {
      const long = text(size).trim();
      return [textOf(long), shortTextOf(long), createTimeMs(long), retryAfterMs(long)];
    };
    expect(growthOf(work, 16_000)).toBeLessThan(LINEAR);
  });
});

describe('nor can a long catalogue', () => {
  const plan = { planId: '1', planName: 'Ultimate' };
  it.each([
    ['a service under many plans', (id: number) => ({ serviceId: '7', planId: String(id) })],
    ['a service of many types', (id: number) => ({ serviceId: '7', purchaseType: `type-${id}` })],
    ['many services', (id: number) => ({ serviceId: String(id) })],
    ['many plans', (id: number) => ({ planId: String(id), name: 'x' })],
    ['many keys', (id: number) => ({ [`key${id}`]: '1' })],
  ])('of %s', (_what, entry) => {
    const work = (size: number) =>
      readCatalogue([plan, ...Array.from({ length: size }, (_, id) => entry(id))]);
    expect(growthOf(work, 3_000)).toBeLessThan(LINEAR);
  });
});

describe('what is cut off before it is cleaned', () => {
  const SECRETS = ['planted/secret+of=the client', 'planted-token-0123456789abcdef'];
  const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyIjoicGxhbnRlZCJ9.cGxhbnRlZC1zaWduYXR1cmU';
  const PLANTED = [
    ...SECRETS,
    encodeURIComponent(SECRETS[0]!),
    'planted.person@planted.example',
    'planted.person%40planted.example',
    `Bearer planted-unknown-token`,
    JWT,
  ];

  // Each place at which it may be cut, whatever was made shorter before it.
  it.each(PLANTED)('holds no part of %s, wherever it stands', (planted) => {
    const beginning = planted.replace(/^Bearer /, '').slice(0, 5);
    for (const filling of ['x ', `${SECRETS[1]} `, 'a.b@c.example ', '\u0001\u0001\u0001\u0001']) {
      for (let length = 850; length < 1_150; length += 1) {
        const whole = filling.repeat(Math.floor(length / filling.length));
        const text = cleaned(`${whole.padEnd(length, 'x')} ${planted} ${'y '.repeat(1_000)}`, SECRETS);
        if (text.includes(beginning)) throw new Error(`After ${length} of "${filling}": ${text}`);
      }
    }
  });

  it('is a whole word, where the word has no end', () => {
    expect(cleaned(`said: ${'x'.repeat(100_000)}`, [])).toBe('said:…');
    expect(cleaned('x'.repeat(100_000), [])).toBe('…');
  });

  it('leaves as much as is kept of a text of words', () => {
    expect([...cleaned('word '.repeat(10_000), SECRETS)]).toHaveLength(300);
  });
});

describe('an address of a person is recognised', () => {
  it.each([
    ['jörg.müller@firma-süd.example', 'user …@…!'],
    ['jane.doe%40blue.example', 'user …@…!'],
    [`${'x'.repeat(80)}@blue.example`, 'user …@…!'],
    ['jane+tag@sub.blue.example', 'user …@…!'],
  ])('%s', (address, expected) => {
    expect(cleaned(`user ${address}!`, [])).toBe(expected);
  });
});
