import fc from 'fast-check';
import { readDecision } from '../../domain/decision';
import { readDealDecision } from '../../domain/deal-decision';
import { readDealNotification } from '../../domain/deal-notification';

/** A character of each kind that forges lines, moves the cursor or turns the direction, with its name. */
const HIDDEN: [string, string][] = [
  ['U+0000', '\0'],
  ['U+0007', '\u0007'],
  ['U+0009', '\t'],
  ['U+000A', '\n'],
  ['U+000D', '\r'],
  ['U+001B', '\u001b'],
  ['U+007F', '\u007f'],
  ['U+0085', '\u0085'],
  ['U+009B', '\u009b'],
  ['U+00AD', '\u00ad'],
  ['U+0600', '\u0600'],
  ['U+200B', '\u200b'],
  ['U+200E', '\u200e'],
  ['U+2028', '\u2028'],
  ['U+2029', '\u2029'],
  ['U+202E', '\u202e'],
  ['U+2066', '\u2066'],
  ['U+FEFF', '\ufeff'],
  ['U+D800', '\ud800'],
  ['U+E0041', '\u{e0041}'],
];

/** Every reader of what people decide, each given `by`, `why` and `via`. */
const READERS: [string, (whose: object) => unknown][] = [
  ['a purchase: choose', (whose) => readDecision('choose', { id: '307', ...whose })],
  ['a purchase: settle', (whose) => readDecision('settle', { notCreated: 'stop', ...whose })],
  ['a purchase: cancel', (whose) => readDecision('cancel', whose)],
  ['a deal: fill', (whose) => readDealDecision('fill', { fill: { years: 1 }, ...whose })],
  ['a deal: buy', (whose) => readDealDecision('buy', whose)],
  ['a deal: dismiss', (whose) => readDealDecision('dismiss', whose)],
  [
    'a deal: notify',
    (whose) =>
      readDealNotification({
        ...{ source: 'shop', deal: 'hubspot:1:2', by: 'person' },
        decision: { verb: 'dismiss', ...whose },
      }),
  ],
];

describe.each(READERS)('who decided about %s', (_what, read) => {
  it.each(HIDDEN)('the forged `by` and `why` are refused, and %s is named', (name, character) => {
    for (const text of [`Ann${character}`, `${character}Ann`, `An${character}n`]) {
      expect(read({ by: text })).toMatch(
        new RegExp(`by: expected .*control and format.*${name.slice(2)}`, 'i'),
      );
      expect(read({ by: 'Ann', why: text })).toMatch(new RegExp(`why: expected .*${name.slice(2)}`, 'i'));
      expect(read({ by: 'Ann', via: text })).toMatch(new RegExp(`via: expected .*${name.slice(2)}`, 'i'));
    }
  });

  it.each([
    ...['workflow', 'system', 'wonce', 'temporal', 'Temporal', 'WORKFLOW', ' workflow ', 'work flow'],
    ...['wonce:workflow', 'wonce:deal', 'wonce:', 'Wonce:anything', 'w o n c e : workflow'],
    ...['wonce\u00a0:\u2003workflow', 'ｗｏｎｃｅ：workflow', 'wonce∶workflow', 'wоnсе:workflow', 'workfIow'],
  ])('nobody can be called %j, which is the system', (by) => {
    expect(read({ by })).toMatch(/by: expected .*kept for the system/);
  });

  it.each([
    'Ann',
    'deal',
    'Ann of wonce',
    'Workflow Wendy',
    'José 👍',
    'نرگس',
    '王小明',
    'Ann (wonce: sales)',
  ])('a person can be called %j', (by) => {
    expect(JSON.stringify(read({ by }))).toContain(JSON.stringify(by));
  });
});

it('two blanks stand between columns of what is printed: in a name there is one', () => {
  expect(readDecision('cancel', { by: 'Ann  ordered  {}' })).toMatchObject({ by: 'Ann ordered {}' });
});

it('whatever is taken as a name has no character that a terminal would obey', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (by, why) => {
      const decision = readDecision('cancel', { by, why });
      if (typeof decision === 'string') return;
      expect(`${decision.by}${decision.why ?? ''}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
  );
});

describe('an id that a person gives', () => {
  it.each([
    ['choose', { id: '307\u0085' }, /id came with U\+0085/],
    ['choose', { id: '3\n07' }, /id came with U\+000A/],
    ['settle', { created: 'ZC1\u001b[2J' }, /created came with U\+001B/],
  ] as const)('%s %j', (verb, content, words) => {
    expect(readDecision(verb, { ...content, by: 'Ann' })).toMatch(words);
  });

  it('of a question', () => {
    expect(readDecision('choose', { id: '307', by: 'Ann', about: 'a\u009bb' })).toMatch(/about: expected/);
    expect(readDealDecision('buy', { by: 'Ann', about: 'a\u009bb' })).toMatch(/about: expected/);
  });
});
