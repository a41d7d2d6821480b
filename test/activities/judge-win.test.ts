import fc from 'fast-check';
import { judgeWin, type JudgedWin, type Verdict } from '../../activities/deal/judge-win';
import type { ErrorCode } from '../../domain/error-catalogue';

type Question = Parameters<typeof judgeWin>[0];

const FIRST = '2026-03-01T10:00:00Z';
const LATER = '2026-04-01T10:00:00Z';
const first: Question = {
  wins: [],
  wonAt: FIRST,
  since: new Date('2026-01-01T00:00:00Z'),
  wonAgain: 'ask',
  isWanted: false,
  isUnbought: false,
  isMerged: false,
};
const bought: JudgedWin = { wonAt: FIRST, requestId: 'deal:1' };
const dismissed: JudgedWin = { wonAt: FIRST };
const withoutTime: JudgedWin = { requestId: 'deal:1' };

const same: Question = { ...first, wins: [bought] };
const again: Question = { ...same, wonAt: LATER };
/** The CRM does not tell when it was won. */
const untold = ({ wonAt: _, ...question }: Question): Question => question;

/** It became won before `since`, or after. */
const BETWEEN = { wonFrom: '2025-12-01T10:00:00Z', wonAt: FIRST };

const ofReason = (verdict: 'ask' | 'leave', code: ErrorCode) => ({
  verdict,
  reason: { code, message: expect.any(String) as string },
});

it.each<[string, Question, Verdict]>([
  ['the first win', first, { verdict: 'buy' }],
  ['a win of merged deals', { ...first, isMerged: true }, ofReason('ask', 'DealMerged')],
  ['a win of merged deals that is wanted', { ...first, isMerged: true, isWanted: true }, { verdict: 'buy' }],
  ['the same win again', same, { verdict: 'known', win: bought }],
  ['an older win again', { ...same, wins: [bought, { wonAt: LATER }] }, { verdict: 'known', win: bought }],
  ['a win before since', { ...first, wonAt: '2025-12-31T23:59:59Z' }, ofReason('leave', 'WonBeforeSince')],
  ['a win at the moment of since', { ...first, wonAt: '2026-01-01T00:00:00Z' }, { verdict: 'buy' }],
  [
    'a win before since that is wanted',
    { ...first, wonAt: '2025-06-01T10:00:00Z', isWanted: true },
    { verdict: 'buy' },
  ],
  ['won again: ask', again, ofReason('ask', 'WonAgain')],
  ['won again: buy', { ...again, wonAgain: 'buy' }, { verdict: 'buy' }],
  ['won again: ignore', { ...again, wonAgain: 'ignore' }, ofReason('leave', 'WonAgain')],
  ['won again after a dismissal', { ...again, wins: [dismissed] }, ofReason('ask', 'WonAgain')],
  [
    'won again, to be ignored, and wanted',
    { ...again, wonAgain: 'ignore', isWanted: true },
    { verdict: 'buy' },
  ],
  ['bought, and wanted', { ...same, isWanted: true }, { verdict: 'known', win: bought }],
  ['dismissed, and wanted', { ...same, wins: [dismissed], isWanted: true }, { verdict: 'buy' }],
  ['refused, and wanted', { ...same, isUnbought: true, isWanted: true }, { verdict: 'buy' }],
  ['refused', { ...same, isUnbought: true }, { verdict: 'known', win: bought }],
  [
    'an older win, and wanted, though nothing came of the newest',
    { ...same, wins: [bought, { wonAt: LATER, requestId: 'deal:2' }], isUnbought: true, isWanted: true },
    { verdict: 'known', win: bought },
  ],
  ['the first win, at a time unknown', untold(first), { verdict: 'buy' }],
  ['another win, at a time unknown', untold(again), { verdict: 'known', win: bought }],
  ['a win after one at a time unknown', { ...again, wins: [withoutTime] }, ofReason('ask', 'WonAgain')],
  [
    'a win after one at a time unknown, which may be the same: to be bought again',
    { ...again, wins: [withoutTime], wonAgain: 'buy' },
    ofReason('ask', 'WonAgain'),
  ],
  [
    'late word of a win before the newest, to be bought again',
    { ...same, wonAt: '2026-02-01T10:00:00Z', wonAgain: 'buy' },
    ofReason('ask', 'WonAgain'),
  ],
  [
    'a win before since that may have come since then',
    { ...first, ...BETWEEN },
    ofReason('ask', 'WonTimeUnknown'),
  ],
  [
    'a win of which nobody can tell when, wholly since then',
    { ...first, wonFrom: '2026-02-01T00:00:00Z' },
    { verdict: 'buy' },
  ],
  [
    'a win of which nobody can tell when, wholly before since',
    { ...first, wonFrom: '2025-01-01T00:00:00Z', wonAt: '2025-12-01T00:00:00Z' },
    ofReason('leave', 'WonBeforeSince'),
  ],
  [
    'a win of which nobody can tell when, and wanted',
    { ...first, ...BETWEEN, isWanted: true },
    { verdict: 'buy' },
  ],
  [
    'a win whose time a CRM does not tell that keeps such times',
    { ...untold(first), isDated: true },
    ofReason('ask', 'WonTimeUnknown'),
  ],
  [
    'a win of an unknown time of which word came before since',
    { ...untold(first), toldAt: '2025-12-01T00:00:00Z' },
    ofReason('leave', 'WonBeforeSince'),
  ],
  [
    'a win of an unknown time of which word came since then',
    { ...untold(first), toldAt: FIRST },
    { verdict: 'buy' },
  ],
  [
    'a win that began before one that was decided about: to be bought again',
    { ...same, wonAt: '2026-02-01T10:00:00Z', isDated: true, wonAgain: 'buy' },
    ofReason('ask', 'WonAgain'),
  ],
  ...(['ask', 'buy'] as const).map((wonAgain): [string, Question, Verdict] => [
    `won again, or still, nobody can tell: ${wonAgain}`,
    { ...again, wonFrom: FIRST, isDated: true, wonAgain },
    ofReason('ask', 'WonAgain'),
  ]),
  [
    'won again, between two times that are both after the win before: to be bought again',
    { ...again, wonFrom: '2026-03-15T10:00:00Z', wonAgain: 'buy' },
    { verdict: 'buy' },
  ],
  [
    'told to be won earlier than before, which is no win before since',
    { ...same, wonAt: '2026-02-01T10:00:00Z', wonFrom: LATER, wonAgain: 'buy' },
    ofReason('ask', 'WonAgain'),
  ],
])('%s', (_what, question, verdict) => {
  expect(judgeWin(question)).toEqual(verdict);
});

it('who is asked about a win is told of the purchase that was made before', () => {
  const verdict = judgeWin(again);
  expect(verdict).toMatchObject({ reason: { message: expect.stringContaining('deal:1') as string } });
});

/** Few times, so that the same win comes again. */
const wonAt = fc.option(fc.constantFrom('2025-06-01T10:00:00Z', FIRST, LATER, '2026-05-01T10:00:00Z'), {
  nil: undefined,
});
const looks = fc.array(fc.record({ wonAt, isUnbought: fc.boolean() }), { maxLength: 12 });

it('whatever wins there are, without a person’s decision a second purchase never comes of a deal', () => {
  fc.assert(
    fc.property(looks, (seen) => {
      const wins: JudgedWin[] = [];
      for (const { wonAt: at, isUnbought } of seen) {
        const when = at === undefined ? {} : { wonAt: at };
        const { verdict } = judgeWin({ ...untold(first), ...when, wins, isUnbought });
        if (verdict === 'buy') wins.push({ ...when, requestId: `deal:${wins.length + 1}` });
      }
      expect(wins.length).toBeLessThanOrEqual(1);
    }),
  );
});
