import { once } from 'node:events';
import { request } from 'node:http';
import { callByName, NAMES_OF_OTHERS, NAMES_OF_THIS_MACHINE, TYPES_OF_PAGES } from '../../support/by-name';
import { Caller } from './caller';

let caller: Caller;
beforeAll(async () => void (caller = await Caller.start({ tokenLifetimeSeconds: 900 })));
afterAll(() => caller.portal.close());
beforeEach(async () => {
  caller.forgetToken();
  await caller.switched('settings', { unauthorizedInside200: false });
});

const PARTNERS = '/user/openapi/user/v1/client/partner_list';

it('the token call gives a token, its lifetime in seconds as text, and the head of the header', async () => {
  const { httpStatus, code, detailMessage, status, result } = await caller.askToken();
  expect({ httpStatus, code, detailMessage, status }).toEqual({
    httpStatus: 200,
    code: 'success',
    detailMessage: '',
    status: 200,
  });
  expect(result).toEqual({
    expiresIn: '900',
    refreshToken: expect.any(String) as string,
    token: expect.any(String) as string,
    tokenHead: 'Bearer ',
  });
});

it.each([
  ['another grant type', { grant_type: 'client_credentials' }, 400, /grant_type.*pp_credentials/],
  ['no grant type', { grant_type: '' }, 400, /grant_type/],
  ['no client id', { client_id: '' }, 400, /client_id/],
  ['no secret', { client_secret: '' }, 400, /client_secret/],
  ['a wrong secret', { client_secret: 'guess' }, 401, /not known/],
  ['a wrong client id', { client_id: 'guess' }, 401, /not known/],
])('the token call refuses %s', async (_name, form, httpStatus, message) => {
  const answer = await caller.askToken(form);
  expect(answer).toMatchObject({
    httpStatus,
    status: httpStatus,
    detailMessage: expect.stringMatching(message) as string,
  });
  expect(answer.code).not.toBe('success');
});

it.each(['application/json', 'application/x-www-form-urlencoded-not'])(
  'the token call refuses the content type %s',
  async (type) => {
    const answer = await caller.askToken({}, { 'Content-Type': type });
    expect(answer).toMatchObject({ httpStatus: 400, code: 'parameter_validation_failed' });
  },
);

it('client id and secret are those it was started with', async () => {
  const other = await Caller.start({ clientId: 'me', clientSecret: 'mine' });
  expect(await other.askToken()).toMatchObject({ httpStatus: 401 });
  expect(await other.askToken({ client_id: 'me', client_secret: 'mine' })).toMatchObject({ code: 'success' });
  await other.portal.close();
});

it('another User-Agent is refused on every call, the token call too', async () => {
  const refused = { httpStatus: 400, detailMessage: expect.stringContaining('User-Agent') as string };
  expect(await caller.get(PARTNERS, { 'User-Agent': 'axios/1.0' })).toMatchObject(refused);
  expect(await caller.askToken({}, { 'User-Agent': 'OpenAPI/2' })).toMatchObject(refused);
  expect(await caller.order('{}', { 'User-Agent': 'node' })).toMatchObject(refused);
});

it('no User-Agent is refused', async () => {
  const call = request(caller.portal.url + PARTNERS, {
    headers: { Authorization: `Bearer ${await caller.accessToken()}` },
  });
  call.end();
  const [response] = (await once(call, 'response')) as [{ statusCode: number; resume: () => void }];
  response.resume();
  expect(response.statusCode).toBe(400);
});

it.each(['', 'Bearer', 'Bearer wrong', 'Basic c2FuZGJveA=='])(
  'the Authorization "%s" is a 401',
  async (Authorization) => {
    expect(await caller.get(PARTNERS, { Authorization })).toMatchObject({
      httpStatus: 401,
      status: 401,
      code: 'unauthorized',
    });
  },
);

it('the 401 comes inside a 200 when told to', async () => {
  await caller.switched('settings', { unauthorizedInside200: true });
  expect(await caller.get(PARTNERS, { Authorization: 'Bearer wrong' })).toMatchObject({
    httpStatus: 200,
    status: 401,
    code: 'unauthorized',
  });
});

it('all tokens die when told to', async () => {
  expect(await caller.get(PARTNERS)).toMatchObject({ code: 'success' });
  await caller.switched('tokens/expire');
  expect(await caller.get(PARTNERS)).toMatchObject({ httpStatus: 401 });
  caller.forgetToken();
  expect(await caller.get(PARTNERS)).toMatchObject({ code: 'success' });
});

it('a token dies at the end of its lifetime', async () => {
  await caller.switched('settings', { tokenLifetimeSeconds: 1 });
  expect(await caller.get(PARTNERS)).toMatchObject({ code: 'success' });
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  expect(await caller.get(PARTNERS)).toMatchObject({ httpStatus: 401 });
});

it('a call that is not documented is refused in the envelope, and HEAD with it', async () => {
  expect(await caller.get('/order/openapi/order/v1/cancel')).toMatchObject({
    httpStatus: 404,
    code: 'not_found',
  });
  expect((await fetch(caller.portal.url + PARTNERS, { method: 'HEAD' })).status).toBe(404);
});

describe('the switches are not for web pages', () => {
  const FAULT = JSON.stringify({ endpoint: 'orders', kind: 'server-error' });

  it.each(TYPES_OF_PAGES)('what one can send unasked ("%s") switches nothing', async (type) => {
    const headers = type === '' ? {} : { 'content-type': type };
    for (const path of ['faults', 'settings', 'orders', 'products', 'tokens/expire']) {
      const url = `${caller.portal.url}/_control/${path}`;
      expect((await fetch(url, { method: 'POST', headers, body: Buffer.from(FAULT) })).status).toBe(415);
    }
    expect(await caller.control('GET', 'faults')).toEqual({ faults: [] });
  });

  it.each(NAMES_OF_OTHERS)('one that made its name (%s) point here is refused', async (name) => {
    const headers = { 'content-type': 'application/json' };
    const calls = [
      callByName(caller.portal.url, name, {
        method: 'POST',
        path: '/_control/faults',
        headers,
        body: FAULT,
      }),
      callByName(caller.portal.url, name, { method: 'DELETE', path: '/_control/faults' }),
      callByName(caller.portal.url, name, { path: '/_control/orders' }),
    ];
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([403, 403, 403]);
  });

  it.each(NAMES_OF_THIS_MACHINE)('by %s they answer', async (name) => {
    expect((await callByName(caller.portal.url, name, { path: '/_control/orders' })).status).toBe(200);
  });

  it("the vendor's paths answer to any name: they have their token", async () => {
    const headers = { authorization: `Bearer ${await caller.accessToken()}`, 'user-agent': 'OpenAPI' };
    const answer = await callByName(caller.portal.url, 'portal.example', { path: PARTNERS, headers });
    expect(answer.status).toBe(200);
  });
});
