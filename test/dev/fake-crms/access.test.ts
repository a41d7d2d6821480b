import { FAKE_CRMS, startFakeCrms, type FakeCrms } from '../../../dev/fake-crms/server';
import { callByName, NAMES_OF_OTHERS, NAMES_OF_THIS_MACHINE, TYPES_OF_PAGES } from '../../support/by-name';
import { until } from '../../support/until';
import { Receiver } from '../../crm/receiver';

let crms: FakeCrms;
let receiver: Receiver;
beforeEach(async () => {
  crms = await startFakeCrms(FAKE_CRMS, { port: 0 });
  receiver = await Receiver.start(() => ({ status: 200 }));
});
afterEach(async () => {
  await crms.close();
  await receiver.stop();
});

const DELIVERIES = '/_control/standard-webhooks/deliveries';
const SECRETS = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];

const message = (to: unknown) => JSON.stringify({ to, secrets: SECRETS, body: { requestId: 'planted' } });

function deliver(body: string, type = 'application/json'): Promise<Response> {
  const headers = type === '' ? {} : { 'content-type': type };
  return fetch(crms.url + DELIVERIES, { method: 'POST', headers, body: Buffer.from(body) });
}

describe('the fake CRMs are nobody’s deputy', () => {
  it.each(TYPES_OF_PAGES)(
    'what a web page can send unasked ("%s") makes them deliver nothing',
    async (type) => {
      const answer = await deliver(message(receiver.webhook), type);
      expect(answer.status).toBe(415);
      expect(await (await fetch(crms.url + DELIVERIES)).json()).toEqual([]);
      expect(receiver.calls).toEqual([]);
    },
  );

  it.each(TYPES_OF_PAGES)('nor makes it ("%s") a record or a fault', async (type) => {
    const headers = type === '' ? {} : { 'content-type': type };
    for (const [method, path] of [
      ['PUT', '/_control/hubspot/records/deals/1'],
      ['POST', '/_control/hubspot/faults'],
    ] as const) {
      const body = Buffer.from('{"kind":"hang"}');
      expect((await fetch(crms.url + path, { method, headers, body })).status).toBe(415);
    }
    expect(await (await fetch(`${crms.url}/_control/hubspot/records/deals`)).json()).toEqual([]);
  });

  it.each(NAMES_OF_OTHERS)('a page that made its name (%s) point here is refused', async (name) => {
    const headers = { 'content-type': 'application/json' };
    const body = message(receiver.webhook);
    const calls = [
      callByName(crms.url, name, { method: 'POST', path: DELIVERIES, headers, body }),
      callByName(crms.url, name, { path: DELIVERIES }),
      callByName(crms.url, name, { method: 'DELETE', path: '/_control/hubspot/records/deals/1' }),
      callByName(crms.url, name, { path: '/_control/nothing-here' }),
      callByName(crms.url, name, { path: '/crm/v3/objects/deals/1' }),
    ];
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect(receiver.calls).toEqual([]);
  });

  it.each(NAMES_OF_THIS_MACHINE)('by %s they answer', async (name) => {
    expect((await callByName(crms.url, name, { path: DELIVERIES })).status).toBe(200);
  });
});

describe('they deliver to webhooks of this machine alone', () => {
  const at = (before: string, after: string) => (url: string) => {
    const { port } = new URL(url);
    return `${before}:${port}${after}`;
  };
  it.each<[string, (url: string) => unknown]>([
    ['the purchases API', at('http://127.0.0.1', '/purchases')],
    ['a path that only looks like a webhook', at('http://127.0.0.1', '/webhooks')],
    ['a path that leads out again', at('http://127.0.0.1', '/webhooks/../purchases')],
    ['one in codes', at('http://127.0.0.1', '/webhooks/%2e%2E/purchases')],
    ['one with backslashes', at('http://127.0.0.1', '/webhooks\\..\\purchases')],
    ['one behind a question mark', at('http://127.0.0.1', '/purchases?/webhooks/')],
    ['one behind a hash', at('http://127.0.0.1', '/purchases#/webhooks/')],
    ['another host', at('http://evil.example', '/webhooks/shop')],
    ['a host that looks like this machine', at('http://127.0.0.1.evil.example', '/webhooks/shop')],
    ['this machine as a user name', at('http://127.0.0.1@evil.example', '/webhooks/shop')],
    ['a user name and password', at('http://user:password@127.0.0.1', '/webhooks/shop')],
    ['every address', at('http://0.0.0.0', '/webhooks/shop')],
    ['zero', at('http://0', '/webhooks/shop')],
    ['every address, of IPv6', at('http://[::]', '/webhooks/shop')],
    ['an address of IPv4 in one of IPv6', at('http://[::ffff:127.0.0.1]', '/webhooks/shop')],
    ['another network in one number', at('http://167772161', '/webhooks/shop')],
    ['the metadata of a cloud', () => 'http://169.254.169.254/webhooks/latest'],
    ['a name with a full stop', at('http://localhost.', '/webhooks/shop')],
    ['a file', () => 'file:///webhooks/shop'],
    ['no address', () => 'webhooks'],
    ['no text', () => ({ href: 'http://127.0.0.1/webhooks/' })],
    ['nothing', () => undefined],
  ])('not to %s', async (_what, to) => {
    const answer = await deliver(message(to(receiver.url)));
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('an address of this machine below /webhooks/');
    expect(receiver.calls).toEqual([]);
  });

  it.each([
    ['127.0.0.1', at('http://127.0.0.1', '/webhooks/shop')],
    ['localhost', at('http://localhost', '/webhooks/shop/token')],
    ['another spelling of 127.0.0.1', at('http://2130706433', '/webhooks/shop')],
  ])('but to %s', async (_what, to) => {
    expect((await deliver(message(to(receiver.url)))).status).toBe(202);
    await until('the message was delivered', () => receiver.calls.length === 1);
  });

  it('and nowhere that they are redirected to', async () => {
    const redirecting = await Receiver.start(() => ({
      status: 307,
      headers: { location: `${receiver.url}/purchases` },
    }));
    await deliver(message(redirecting.webhook));
    await until('the redirection was met', () => redirecting.calls.length === 1);
    await until('it was taken for an answer', async () => {
      const [delivery] = (await (await fetch(crms.url + DELIVERIES)).json()) as { attempts: object[] }[];
      return delivery?.attempts.length === 1;
    });
    expect(receiver.calls).toEqual([]);
    await redirecting.stop();
  });
});
