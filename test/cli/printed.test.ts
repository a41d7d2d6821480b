import fc from 'fast-check';
import type { DealReport } from '../../client/deals-client';
import { dealInWords, dealsInWords } from '../../cli/deals-in-words';
import { purchasesInWords } from '../../cli/purchases-in-words';
import { statusInWords } from '../../cli/in-words';
import type { DealRecord } from '../../ledger/deal-record';
import type { PurchaseRecord } from '../../ledger/purchase-record';
import type { DealStatus } from '../../domain/deal';
import type { PurchaseStatus } from '../../domain/status';
import { requestFile, wonce } from '../support/npm-start';

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Any text, with what forges in it again and again. */
const foreign = fc
  .array(
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\n', '\r', '\u001b[2J', '\u009b', '\u202e')),
  )
  .map((parts) => parts.join(''));

const AT = new Date('2026-11-24T10:00:00Z');
const OK = { ok: true, events: 1 } as const;

function expectLines(printed: string, count: number): void {
  const lines = printed.split('\n');
  expect(lines).toHaveLength(count);
  for (const line of lines) expect(line).not.toMatch(UNPRINTABLE);
}

/** The names of rows, and a command to type. */
const ROW = new RegExp(
  `^(${[
    ...['purchase', 'status', 'order number', 'transaction number', 'order status', 'serial number'],
    ...['activation code', 'attempts', 'reason', 'cancelled by', 'as of', 'asked', 'candidate', 'next'],
    ...['deal', 'source', 'won at', 'would buy', 'missing', 'win 1', 'notified by', ''],
  ]
    .map((name) => name.padEnd(20))
    .join('|')}|  wonce )`,
);

/** A line is a row, goes on with one, or is a command. */
function expectRows(printed: string): void {
  for (const line of printed.split('\n')) {
    expect(line).not.toMatch(UNPRINTABLE);
    expect(line).toMatch(ROW);
  }
}

const recorded = { record: 'deal', id: '', changed: {}, eventId: null, previousHash: '', hash: '' } as const;

const event = (text: string) => ({
  seq: 1,
  at: AT,
  actor: text,
  kind: text,
  data: { [text]: text, list: [text] },
});

describe('whatever stands in it, what the command prints is in the lines that it is laid out in', () => {
  it('a purchase', () => {
    const printed = (text: string) =>
      statusInWords(
        {
          goesOn: true,
          status: {
            ...{
              requestId: text,
              workflowId: text,
              status: 'waiting-for-choice',
              attempts: 1,
              updatedAt: text,
            },
            order: { orderNo: text, orderStatus: text, transactionNo: text, productNo: text },
            activationCode: text,
            reason: { code: text, message: text },
            question: {
              ...{ id: text, verb: 'choose', asked: text, since: AT.toISOString() },
              candidates: [{ id: text, description: text }],
            },
          } satisfies PurchaseStatus,
        },
        { cancellation: { by: text, why: text, via: text, at: AT } },
      );
    fc.assert(fc.property(foreign, (text) => expectRows(printed(text))));
  });

  it.each([{ wide: true }, { wide: false }])('a list of purchases, with %j', (asked) => {
    const printed = (text: string) =>
      purchasesInWords(
        {
          purchases: [
            {
              ...{ createdAt: AT, status: 'ordered', order: { orderNo: text, orderStatus: text } },
              ...{ requestId: text, request: { plan: text, poNumber: text, license: { kind: 'existing' } } },
            },
          ] as PurchaseRecord[],
        },
        asked,
      );
    fc.assert(fc.property(foreign, (text) => expectLines(printed(text), 3)));
  });

  it('a deal and a list of deals', () => {
    const statusWith = (text: string): DealStatus => ({
      ...{ deal: text, source: text, status: 'incomplete', notifiedBy: 'webhook', updatedAt: text },
      missing: [{ field: text, problem: text }],
      reason: { code: text, message: text },
      request: { plan: text, poNumber: text, services: [text] },
    });
    const report = (text: string) =>
      ({
        ...{ status: statusWith(text), verification: OK, remarks: [] },
        wins: [{ winNumber: 1, requestId: text, decidedAt: text }],
        events: [{ ...recorded, ...event(text) }],
      }) satisfies DealReport;
    fc.assert(
      fc.property(foreign, (text) => {
        const [rows = '', ...events] = dealInWords(report(text)).split('\n\n');
        expectRows(rows);
        for (const line of events.join('\n\n').split('\n')) expect(line).not.toMatch(UNPRINTABLE);
        const deals = [{ createdAt: AT, status: statusWith(text) } as DealRecord];
        expectLines(dealsInWords({ deals }, {}), 3);
      }),
    );
  });
});

describe('what was typed comes back as what it is, when it is wrong', () => {
  const FORGED = 'x\nordered\u001b[2J\u009b\u202e';
  const SHOWN = 'x\\u{a}ordered\\u{1b}[2J\\u{9b}\\u{202e}';

  it.each([
    ['a command', [FORGED], `error: unknown command '${SHOWN}'`],
    ['an option', ['list', `--${FORGED}`], `error: unknown option '--${SHOWN}'`],
    ['the value of an option', ['list', '--limit', FORGED], `argument '${SHOWN}' is invalid`],
    ['one of several values', ['list', `--status=${FORGED}`], `argument '${SHOWN}' is invalid`],
    ['a file', ['buy', FORGED], `WrongUse: Cannot read "${SHOWN}": `],
    ['a file of deals', ['deals', 'check', FORGED], `WrongUse: Cannot read "${SHOWN}": `],
    ['a field', ['deals', 'fill', 'hubspot:1:2', `${FORGED}=1`], `DecisionInvalid: fill: ${SHOWN}: expected`],
  ])('%s', async (_what, args, words) => {
    const { code, stdout, stderr } = await wonce(...args);
    expect(code).toBeGreaterThan(0);
    expect(stdout).toBe('');
    expect(stderr).toContain(words);
    expect(stderr.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
    expect(stderr).not.toMatch(/^ordered/m);
  });

  it.each([
    ['status', ['status', 'deal\u009b4711']],
    ['a purchase that is decided about', ['cancel', 'deal\n4711', '--by', 'Ann']],
    ['a candidate', ['choose', 'deal-4711', '7\u001b7', '--by', 'Ann']],
    ['a deal', ['deals', 'show', 'hubspot:1:\u00852']],
  ])('an id with such a character is none: %s', async (_what, args) => {
    const { code, stdout, stderr } = await wonce(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^WrongUse: \w+: expected an id without control and format characters; came one with U\+/,
    );
    expect(stderr.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('deals.yaml and a deal', () => {
  const YAML = (poNumber: string) =>
    `sources:\n  hubspot:\n    crm: hubspot\n    account: '1'\n    secrets: [SECRET]\n    accessToken: TOKEN\n` +
    `    since: 2026-01-01T00:00:00Z\n    licence:\n      serialNumber: { deal: serial }\n` +
    `      plan: { skus: { YS-ULT: Ultimate } }\n      years: 1\n      poNumber: ${poNumber}\n`;

  it.each([
    ['"PO\\n-1"', 'U+000A'],
    ['"PO\\x85-1"', 'U+0085'],
    ['"PO\\e[2J"', 'U+001B'],
    ['{ default: "PO\\u20281", deal: po }', 'U+2028'],
    ['{ deal: po, "x\\ny": 1 }', 'U+000A'],
  ])('%s is refused with its line, and %s is named', async (poNumber, name) => {
    const { code, stdout, stderr } = await wonce('deals', 'check', requestFile('d.yaml', YAML(poNumber)));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^ {2}line \d+, sources\.hubspot\.licence\.poNumber/m);
    expect(stderr).toContain(name);
    expect(stderr.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
  });

  it('a SKU and a name of a CRM are shown as what they are', async () => {
    const deal = {
      ...{
        dealId: '2',
        isWon: true,
        wonAt: '2026-11-24T09:00:00Z',
        fields: { serial: '3651\u0085\u001b[2J' },
      },
      lineItems: [{ sku: 'YS\nordered\u001b[2J\u009b', name: 'n', quantity: '1' }],
    };
    const files = ['deals', 'check', requestFile('d.yaml', YAML('7')), '--deal', requestFile('d.json', deal)];
    const said = await wonce(...files);
    expect(said).toMatchObject({ code: 3, stderr: '' });
    expect(said.stdout).toContain('YS\\u{a}ordered\\u{1b}[2J\\u{9b}');
    expect(said.stdout.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
    expect(said.stdout).not.toMatch(/^ordered/m);
    const json = await wonce(...files, '--json');
    expect(json.stdout.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
    expect(JSON.parse(json.stdout)).toMatchObject({ deal: 'hubspot:1:2' });
  });
});
