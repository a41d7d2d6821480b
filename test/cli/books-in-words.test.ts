import { booksAsCsv, booksInWords } from '../../cli/books-in-words';
import type { BooksReport } from '../../client/books-client';
import { DIFFERENCE_KINDS, type KeptDifference } from '../../domain/books';

const REPORT: BooksReport = {
  ...{ at: '2026-11-28T02:00:00.000Z', since: '2026-11-01T00:00:00.000Z', isComplete: true },
  ...{ ordersAtVendor: 3, ordersHere: 2, contentsCompared: 2, notRead: 0, unclear: 0, contested: 0 },
  ...{
    unsettled: { count: 0, requestIds: [] },
    differences: {},
    news: { count: 0, differences: [] },
    all: [],
  },
};
const CHANGED: KeptDifference = {
  ...{ kind: 'changed', orderNo: 'ZC3206258125675945984', requestId: 'harbour-1', status: 'ordered' },
  ...{ orderStatus: 'succeed', foundAt: '2026-11-28T12:00:00.000Z' },
  changes: [{ field: 'plan and services', here: 'plan 1 × 100', vendor: 'plan 1 × 150' }],
};

it('nothing differs: that, and what was compared', () => {
  expect(booksInWords(REPORT)).toMatch(
    /^Nothing differs\.\n\nCompared: 3 orders at the vendor with 2 here since/,
  );
});

it('what differs: a line each, in what, and what to do about each kind', () => {
  const text = booksInWords({ ...REPORT, all: [CHANGED] });
  expect(text.split('\n').slice(0, 2)).toEqual([
    'WHAT     ORDER                  AT VENDOR  HERE     REQUEST    FOUND',
    'changed  ZC3206258125675945984  succeed    ordered  harbour-1  2026-11-28',
  ]);
  expect(text).toContain(
    'ZC3206258125675945984: plan and services: here plan 1 × 100; at the vendor plan 1 × 150',
  );
  expect(text).toContain('changed: an order of ours that is not what was sent any more.');
});

it('says what was not compared', () => {
  const text = booksInWords({
    ...REPORT,
    ...{ isComplete: false, notRead: 4, unclear: 5, contested: 6 },
    unsettled: { count: 21, requestIds: ['waits-1'] },
  }).replace(/\s+/g, ' ');
  for (const said of [
    'Not all of the vendor',
    '4 orders could not',
    '5 orders show',
    '6 orders may',
    'waits-1, 20 more',
  ])
    expect(text).toContain(said);
});

it('no line of the table is longer than 79 columns, whatever stands in it', () => {
  const all = DIFFERENCE_KINDS.map((kind): KeptDifference => ({
    ...{ kind, orderNo: 'ZC3206258125675945984', requestId: 'r'.repeat(128), status: 'waiting-for-decision' },
    ...{ orderStatus: 'w'.repeat(60), foundAt: '2026-11-28T12:00:00.000Z', reference: '\u001b[2J\n\u202e' },
  }));
  for (const line of booksInWords({ ...REPORT, all }).split('\n')) {
    expect(line.length).toBeLessThan(80);
    expect(line).not.toMatch(/\p{Cc}|\p{Cf}/u);
  }
});

it('CSV: a header, CRLF, and no formula', () => {
  expect(booksAsCsv([{ ...CHANGED, reference: '=1+1' }])).toBe(
    'kind,orderNo,orderStatus,requestId,status,orderedAt,serialNumber,reference,by,changes,foundAt\r\n' +
      "changed,ZC3206258125675945984,succeed,harbour-1,ordered,,,'=1+1,,plan and services: plan 1 × 100 -> plan 1 × 150,2026-11-28T12:00:00.000Z\r\n",
  );
});
