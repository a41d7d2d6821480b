import { cancellationIn } from '../../client/cancellation';
import type { StatusReport } from '../../client/wait';
import { statusInWords } from '../../cli/in-words';
import { PURCHASE_STATES, type PurchaseState, type PurchaseStatus } from '../../domain/status';
import type { EventRecord } from '../../ledger/hash-chain';

const AT = '2026-11-27T13:02:11.000Z';
const ZONE = 'Europe/Berlin';

function reportOf(status: PurchaseState, more: Partial<PurchaseStatus> = {}): Omit<StatusReport, 'remarks'> {
  const requestId = 'deal-4711';
  return {
    goesOn: true,
    status: { requestId, workflowId: `purchase:${requestId}`, status, attempts: 1, updatedAt: AT, ...more },
  };
}

const printed = (...report: Parameters<typeof reportOf>) => statusInWords(reportOf(...report), {}, ZONE);
/** The lines that are typed. */
const commands = (text: string) => text.split('\n').filter((line) => line.startsWith('  wonce '));

const question = (verb: 'choose' | 'settle', ids: string[]) => ({
  ...{ id: '0a1b2c3d', verb, asked: 'Which is it?', since: AT },
  candidates: ids.map((id) => ({ id, description: 'a candidate' })),
});

it.each(PURCHASE_STATES)(
  'of a purchase that is %s the last lines are what to type, in 79 columns',
  (status) => {
    const text = printed(status, {
      reason: { code: 'PlanNotFound', message: 'The vendor has no plan "Ultimo" for it. '.repeat(4).trim() },
      ...(status.startsWith('waiting') && { question: question('settle', []) }),
    });
    const lines = text.split('\n');
    expect(lines.at(-1)).toMatch(/^ {2}wonce \w/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(79);
  },
);

it('a refusal names the way on: a new request, or the deal that it is of', () => {
  expect(commands(printed('refused'))).toEqual(['  wonce buy FILE']);
  expect(printed('refused')).toMatch(/under a\s+new requestId/);
  expect(commands(printed('refused', { requestId: 'hubspot:1:2:1' }))).toEqual([
    '  wonce deals show hubspot:1:2',
    '  wonce deals buy hubspot:1:2',
  ]);
});

it('a quote says that nothing was ordered, and how to', () => {
  expect(printed('quoted')).toMatch(/^next +Nothing was ordered\. To order it:\n {2}wonce buy FILE$/m);
});

it('an activation code is shown, of a run of before too, or where it is', () => {
  const code = 'A1B2-C3D4';
  expect(printed('ordered', { activationCode: code })).toMatch(/^activation code +A1B2-C3D4$/m);
  expect(printed('ordered', { activationCode: code, hasActivationCode: true })).toContain(code);
  expect(printed('ordered', { hasActivationCode: true })).toMatch(/^activation code +in the ledger$/m);
  expect(printed('ordered')).not.toContain('activation code');
});

it('a question names each answer, with the evidence that it is about', () => {
  expect(commands(printed('waiting-for-decision', { question: question('settle', ['ZC1']) }))).toEqual([
    '  wonce settle deal-4711 --created ZC1',
    '  wonce settle deal-4711 --not-created order-again --about 0a1b2c3d',
    '  wonce settle deal-4711 --not-created stop --about 0a1b2c3d',
  ]);
  expect(
    commands(printed('waiting-for-choice', { question: question('choose', ['order', 'stop']) })),
  ).toEqual(['  wonce choose deal-4711 order', '  wonce choose deal-4711 stop', '  wonce cancel deal-4711']);
  const many = question('choose', [...'abcdef']);
  expect(commands(printed('waiting-for-choice', { question: many }))[0]).toBe(
    '  wonce choose deal-4711 CANDIDATE',
  );
});

it('an order that was sent is named as people find it in the Partner Portal', () => {
  const text = printed('waiting-for-decision', {
    ...{ reference: 'wonce-0123456789abcdef', question: question('settle', []) },
  });
  expect(text).toMatch(/^purchase order +wonce-0123456789abcdef$/m);
  expect(printed('looking-up')).not.toContain('purchase order');
});

it('what keeps a run from going on is what to do something about', () => {
  const next = (more: Partial<StatusReport>) =>
    statusInWords({ ...reportOf('looking-up'), ...more }, {}, ZONE).split(/^next +/m)[1];
  expect(next({ isSilent: true })).toMatch(/No worker answers[^]*\n {2}wonce worker$/);
  expect(next({ goesOn: false })).toMatch(/No run goes on[^]*\n {2}wonce buy FILE$/);
  expect(next({ goesOn: undefined })).toMatch(/Temporal does not tell[^]*\n {2}wonce status deal-4711$/);
});

it('who cancelled, and why, and when the next look comes are told in local time with its zone', () => {
  const event = (kind: string, actor: string, data: unknown) =>
    ({ seq: 1, at: new Date(AT), kind, actor, data }) as EventRecord;
  const events = [
    event('decision', 'Ann', {
      verb: 'cancel',
      why: 'the customer withdrew',
      via: 'wonce command, ann@host',
    }),
    event('cancelled', 'wonce:workflow', {}),
  ];
  const shown = (given: EventRecord[]) =>
    statusInWords(
      reportOf('cancelled'),
      { nextLookAt: new Date('2026-11-27T14:00:00Z'), cancellation: cancellationIn(given)! },
      ZONE,
    ).replaceAll(/\n {20}/g, ' ');
  expect(shown(events)).toContain(
    'cancelled by        Ann: the customer withdrew (via wonce command, ann@host), ' +
      '2026-11-27 14:02:11, Europe/Berlin, UTC+01:00',
  );
  expect(shown(events)).toMatch(/^next look +2026-11-27 15:00:00, Europe\/Berlin, UTC\+01:00$/m);
  expect(shown(events.slice(1))).toMatch(/^cancelled by +somebody in Temporal, /m);
});
