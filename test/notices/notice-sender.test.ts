import { NoticeSender } from '../../notices/notice-sender';
import type { NoticeError } from '../../notices/notice-error';
import type { Notice, NoticeAddress } from '../../domain/notice';
import { NoticeReceiver } from '../support/notice-receiver';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const MINUTE_MS = 60_000;

let receiver: NoticeReceiver;
let sender: NoticeSender;

const notice = (address: string): Notice => ({
  ...{ id: 'msg_1', type: 'purchase.waiting', address },
  data: { requestId: 'harbour-1', status: 'waiting-for-choice', since: '2026-11-27T23:10:11.000Z' },
  foundAt: new Date('2026-11-27T23:10:12Z'),
});

beforeAll(async () => {
  receiver = await NoticeReceiver.start(SECRET);
  const host = new URL(receiver.url).host;
  const at = (id: string): NoticeAddress => ({ id, kind: 'signed', url: `${receiver.url}/${id}`, host });
  const ended = await NoticeReceiver.start(SECRET);
  const nobody = { ...at('nobody'), url: `${ended.url}/a-token`, host: 'nobody.example' };
  await ended.stop();
  sender = new NoticeSender([at('one'), { ...at('chat'), kind: 'text' }, nobody], SECRET);
});
afterAll(() => receiver.stop());

/** How it failed to send. */
async function failureOf(address: string, attempt = 1): Promise<NoticeError> {
  return sender.send(notice(address), attempt).then(
    () => Promise.reject(new Error('it was sent')),
    (error: unknown) => error as NoticeError,
  );
}

it('signs as Standard Webhooks 1.0.0 says: id, time and signature stand in the headers', async () => {
  await sender.send(notice('one'), 1);
  const [received] = receiver.at('/one', 'harbour-1');
  expect(receiver.verified(received!)).toEqual({
    type: 'purchase.waiting',
    timestamp: '2026-11-27T23:10:12.000Z',
    data: notice('one').data,
  });
  expect(received!.headers).toMatchObject({ 'webhook-id': 'msg_1', 'content-type': 'application/json' });
  expect(() => receiver.verified({ ...received!, body: `${received!.body} ` })).toThrow();
});

it('a chat tool gets a text, and no signature', async () => {
  await sender.send(notice('chat'), 1);
  const [received] = receiver.at('/chat', 'harbour-1');
  expect(JSON.parse(received!.body)).toEqual({
    text: 'The purchase harbour-1 waits (waiting-for-choice), since 2026-11-27 23:10 UTC',
  });
  expect(received!.headers).not.toHaveProperty('webhook-signature');
});

it('a redirect is not followed: it could lead anywhere', async () => {
  receiver.answer('/one', 'harbour-1', { status: 307, headers: { location: `${receiver.url}/elsewhere` } });
  expect(await failureOf('one')).toMatchObject({ code: 'NoticeNotTaken' });
  expect(receiver.at('/elsewhere', '')).toEqual([]);
});

it.each([
  ['500: as usual', 500, undefined, 1, undefined],
  ['503 with Retry-After: so long', 503, '120', 1, 2 * MINUTE_MS],
  ['429 without: as usual', 429, undefined, 3, undefined],
  ['for longer than an hour nobody waits', 429, '86400', 1, 60 * MINUTE_MS],
  ['404: a minute', 404, undefined, 1, MINUTE_MS],
  ['404 again: twice as long', 404, undefined, 2, 2 * MINUTE_MS],
  ['410 for long: once an hour', 410, undefined, 40, 60 * MINUTE_MS],
])('%s', async (_what, status, retryAfter, attempt, pause) => {
  receiver.answer('/one', 'harbour-1', {
    status,
    ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }),
  });
  const { code, message, retryAfterMs } = await failureOf('one', attempt);
  expect([code, retryAfterMs]).toEqual(['NoticeNotTaken', pause]);
  expect(message).toMatch(new RegExp(`^127\\.0\\.0\\.1:\\d+ answered ${status} to a notice, expected 2xx`));
});

it('of one that hangs ten are waited for, and no more: the worker has other work', async () => {
  receiver.answer('/one', 'harbour-1', ...Array.from({ length: 11 }, () => 'hang' as const));
  const hanging = Array.from({ length: 10 }, () => failureOf('one'));
  expect((await failureOf('one')).message).toMatch(/has not answered 10 notices yet/);
  await sender.send(notice('chat'), 1);
  await receiver.got('/one', 'harbour-1', 10);
  receiver.hangUp();
  expect((await Promise.all(hanging)).map(({ code }) => code)).toEqual(Array(10).fill('NoticeNotTaken'));
  receiver.answer('/one', 'harbour-1');
  await sender.send(notice('one'), 1);
});

it('who does not answer is named by its host, with the reason', async () => {
  const { code, message } = await failureOf('nobody');
  expect([code, message]).toEqual([
    'NoticeNotTaken',
    'nobody.example did not answer a notice (ECONNREFUSED), expected 2xx. It is sent again.',
  ]);
});

it('an address that the worker does not have is said so', async () => {
  expect(await failureOf('gone')).toMatchObject({ code: 'NoticeAddressUnknown' });
});
