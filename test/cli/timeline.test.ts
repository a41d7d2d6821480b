import fc from 'fast-check';
import { timelineInWords } from '../../cli/timeline';
import { widthOf } from '../../cli/wrap';
import { tutorialRequest } from '../support/requests';

const ZONE = 'Europe/Berlin';
const OK = { ok: true, events: 1 } as const;
const WORKFLOW = 'wonce:workflow';

const event = (at: string, kind: string, data: object, actor = WORKFLOW) => ({
  ...{ at: new Date(at), kind, data, actor },
});

const STORY = [
  event('2026-11-27T22:58:11.000Z', 'accepted', {
    request: tutorialRequest('deal-4711'),
    via: 'wonce command, ann@desk',
  }),
  event('2026-11-27T22:58:11.840Z', 'attempt-started', { attempt: 1, body: '{}' }),
  event('2026-11-27T22:58:42.000Z', 'attempt-unknown', {
    ...{ attempt: 1, outcome: 'unknown', code: 'PortalTimeout', message: 'No answer came.' },
    evidence: { errorCode: 'ECONNRESET', seen: { orders: [], isComplete: true } },
  }),
  event('2026-11-27T23:04:02.000Z', 'decision-asked', {
    question: { asked: 'Was it ordered?', candidates: [{ id: 'ZC1', description: 'an order of today' }] },
  }),
  event(
    '2026-11-29T01:05:00.000Z',
    'decision',
    {
      ...{ verb: 'settle', notCreated: 'order-again', attempt: 1 },
      ...{ why: 'seen in the portal', via: 'wonce command, ann@desk' },
    },
    'Ann',
  ),
  event(
    '2026-11-29T01:05:00.100Z',
    'attempt-not-created',
    {
      ...{ attempt: 1, outcome: 'not-created', why: 'not-sent', code: 'OrderDecidedAbsent' },
      message: 'Ann decided that the order was not created: it is ordered again.',
      evidence: { settledBy: 'decision', seen: { orders: [], isComplete: true } },
    },
    'Ann',
  ),
  event('2026-11-29T01:05:02.000Z', 'attempt-started', { attempt: 2, body: '{}' }),
  event('2026-11-29T01:05:03.000Z', 'attempt-created', {
    ...{ attempt: 2, order: { orderNo: 'ZC2', orderStatus: 'succeed' }, evidence: { httpStatus: 200 } },
  }),
];

it('what happened is told by days, in local times, with who did it and the time since the step before', () => {
  expect(timelineInWords('Purchase deal-4711', STORY, { ok: true, events: 8 }, ZONE).split('\n')).toEqual([
    'Purchase deal-4711',
    'Times of Europe/Berlin, UTC+01:00',
    '',
    'Friday, 27 November 2026',
    '23:58:11                accepted: a license for the PBX 3651E1292455, Ultimate,',
    '                        100 extensions, 2 years, with Disaster Recovery, invoice',
    '                        to 3197218168379846218 (wonce:workflow)',
    '                        via wonce command, ann@desk',
    '23:58:11  +0.8 s        sending the order, attempt 1 (wonce:workflow)',
    '23:58:42  +30 s         nobody knows whether it was ordered, attempt 1:',
    '                        PortalTimeout: No answer came. (wonce:workflow)',
    '                        evidence: errorCode ECONNRESET',
    '',
    'Saturday, 28 November 2026',
    '00:04:02  +5 min 20 s   a person is asked: Was it ordered? (wonce:workflow)',
    '                        candidate ZC1: an order of today',
    '',
    'Sunday, 29 November 2026',
    '02:05:00  +1 d 2 h      Ann decided: order again — seen in the portal',
    '                        via wonce command, ann@desk',
    '02:05:00  +0.1 s        nothing ordered, attempt 1: OrderDecidedAbsent: Ann',
    '                        decided that the order was not created: it is ordered',
    '                        again. (Ann)',
    '                        evidence: settledBy decision',
    '02:05:02  +1.9 s        sending the order, attempt 2 (wonce:workflow)',
    '02:05:03  +1.0 s        ordered, attempt 2: ZC2, succeed (wonce:workflow)',
    '                        evidence: httpStatus 200',
    '',
    'The chain of 8 events holds.',
  ]);
});

it('where the clocks are changed, the day says by how much they differ from then on', () => {
  const night = [
    event('2026-10-25T00:30:00Z', 'attempt-started', { attempt: 1 }),
    event('2026-10-25T01:30:00Z', 'activation-code', {}),
  ];
  expect(timelineInWords('Purchase x', night, OK, ZONE).split('\n').slice(1, 8)).toEqual([
    'Times of Europe/Berlin, UTC+02:00',
    '',
    'Sunday, 25 October 2026',
    '02:30:00                sending the order, attempt 1 (wonce:workflow)',
    '',
    'Sunday, 25 October 2026, UTC+01:00',
    '02:30:00  +1 h          activation code fetched (wonce:workflow)',
  ]);
});

it('a step before its predecessor is told as that, and years are told in days', () => {
  const odd = [
    event('2026-11-27T10:00:00Z', 'activation-code', {}),
    event('2026-11-27T09:59:58Z', 'activation-code', {}),
    event('2036-11-27T09:59:58Z', 'activation-code', {}),
    event('9999-01-01T00:00:00Z', 'activation-code', {}),
  ];
  const told = timelineInWords('Purchase x', odd, OK, 'UTC');
  for (const pause of ['-2.0 s   ', '+3653 d   ', '+2908094 d   ']) expect(told).toContain(pause);
});

it('a broken chain is named with its event and problem, in 80 columns', () => {
  const broken = {
    ok: false,
    seq: 6,
    problem: `order_no is "${'x '.repeat(60)}", the events say null`,
  } as const;
  const [first, ...more] = timelineInWords('Purchase x', [], broken, ZONE).split('\n').slice(2);
  expect(first).toMatch(/^THE CHAIN IS BROKEN at event 6: order_no is "x x/);
  for (const line of more) expect(line).toMatch(/^ {2}\S.{0,77}$/);
});

const KINDS = [
  ...['accepted', 'attempt-started', 'attempt-created', 'attempt-not-created', 'attempt-unknown', 'settling'],
  ...['order-status', 'pbx-held', 'pbx-released', 'pbx-checked', 'pbx-read', 'pbx-not-read', 'refused'],
  ...['activation-code', 'activation-code-missing', 'cancelled', 'cancellation-too-late', 'choice-asked'],
  ...['decision-asked', 'decision', 'decision-ignored', 'order-found-too-late', 'answer-came-late'],
  ...['constructor', 'unheard-of'],
];

/** Texts that a deal, a vendor or a person could fill a field with. */
const HOSTILE: [name: string, text: string][] = [
  ['an escape sequence', '\u001b[2J\u009b31m\u0007'],
  ['line breaks', 'x\r\n14:02:11  +1 s  ordered (wonce:workflow)\u2028\u0085'],
  ['a text from right to left', '\u202eevil\u2066 שלום עולם'],
  ['what nobody can see', 'A\u200bn\u00adn\u034f\u3164\ufe0f\ufeff'],
  ['markup', '<b onclick="x()">**bold**</b> [link](http://x) `code`'],
  ['a formula', '=HYPERLINK("http://x")'],
  ['a very long word', 'x'.repeat(100_000)],
  ['a very long text of wide signs', '注文 '.repeat(10_000)],
  ['stacked marks', `Z${'\u0301'.repeat(500)}`],
  ['many blanks', `a${' '.repeat(500)}b`],
];

const UNSHOWN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

/** The same text wherever a step has one. */
function everywhere(text: string): object {
  const order = { orderNo: text, orderStatus: text };
  const pbx = { plan: { name: text }, services: [{ name: text }], expiresOn: text, pendingPlan: text };
  return {
    ...{ order, evidence: { vendorMessage: text }, attempt: text, code: text, message: text, why: text },
    ...{ verb: text, id: text, via: text, reason: { code: text, message: text } },
    ...{ vendor: pbx, ledger: pbx, doubts: [text], unheard: text },
    question: {
      ...{ asked: text, candidates: [{ id: text, description: text }] },
      compared: [{ fact: text, told: { vendor: text } }],
    },
    request: {
      ...{ requestId: text, plan: text, services: [text], poNumber: text },
      ...{ license: { kind: 'new', partner: { company: text } }, billingContact: { email: text } },
    },
  };
}

it.each(HOSTILE)('%s, in whatever field: shown as text, in 80 columns, and begins no line', (_name, text) => {
  const events = KINDS.flatMap((kind) => [
    event('2026-11-27T10:00:00Z', kind, { ...everywhere(text), pbx: text }, text),
    event('2026-11-27T10:00:00Z', kind, { ...everywhere(text), pbx: { plan: { name: text } } }, text),
  ]);
  const lines = timelineInWords('Purchase deal-4711', events, OK, ZONE).split('\n').slice(4, -2);
  expect(lines.filter((line) => widthOf(line) > 80)).toEqual([]);
  expect(lines.filter((line) => UNSHOWN.test(line))).toEqual([]);
  expect(lines.filter((line) => !/^(11:00:00 {2}|\s{24}\S)/.test(line))).toEqual([]);
});

it('whatever somebody put into the events of a purchase, they can be read', () => {
  const data = fc.oneof(
    fc.anything(),
    fc.dictionary(fc.constantFrom(...Object.keys(everywhere(''))), fc.anything()),
  );
  const any = fc.record({
    ...{ at: fc.date({ noInvalidDate: false }), actor: fc.string(), kind: fc.constantFrom(...KINDS) },
    data: data.map((value) => JSON.parse(JSON.stringify(value) ?? 'null') as unknown),
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 5 }), (events) => {
      const lines = timelineInWords('Purchase x', events, OK, ZONE).split('\n');
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(80);
    }),
  );
});
