import { defaultPayloadConverter } from '@temporalio/common';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { EncryptingCodec } from '../../config/payload-codec';
import { createCodecApp } from '../../server/codec/app';
import { codecSettings } from '../../config/codec-settings';

const KEY = { id: '2026-11', secret: Buffer.alloc(32, 'a') };
const TOKEN = 'a-long-token-of-the-codec-server';
const UI = 'https://temporal.reseller.example';
const COMPANY = 'Blue Lagoon Ltd';

let app: FastifyInstance;
let url: string;
let logged = '';

beforeAll(async () => {
  const log = pino({ level: 'trace' }, { write: (line: string) => void (logged += line) });
  app = createCodecApp({ keys: [KEY], tokens: [TOKEN], origins: [UI], log });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => app.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const LET_IN = { ...JSON_TYPE, authorization: `Bearer ${TOKEN}`, 'x-namespace': 'default' };
const CLEAR = {
  metadata: { encoding: Buffer.from('json/plain').toString('base64') },
  data: Buffer.from(JSON.stringify({ company: COMPANY })).toString('base64'),
};

function call(path: string, body: unknown, headers: Record<string, string> = LET_IN, method = 'POST') {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(url + path, { method, headers, ...(method === 'POST' && { body: text }) });
}

async function codeOf(answer: Response): Promise<[number, string]> {
  return [answer.status, ((await answer.json()) as { code: string }).code];
}

async function encrypted(key = KEY) {
  const [payload] = await new EncryptingCodec([key]).encode([
    defaultPayloadConverter.toPayload({ company: COMPANY }),
  ]);
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const metadata = Object.entries(payload!.metadata!).map(([name, value]) => [name, base64(value)]);
  return { metadata: Object.fromEntries(metadata) as object, data: base64(payload!.data!) };
}

it('decrypts what is encrypted, and passes on what is in clear, in their order', async () => {
  const answer = await call('/decode', { payloads: [CLEAR, await encrypted()] });
  expect([answer.status, await answer.json()]).toEqual([200, { payloads: [CLEAR, CLEAR] }]);
});

it('encrypts what is sent to it', async () => {
  const answer = await call('/encode', { payloads: [CLEAR] });
  const text = await answer.text();
  expect(text).not.toContain(CLEAR.data);
  const back = await call('/decode', text);
  expect(await back.json()).toEqual({ payloads: [CLEAR] });
});

it('of no payloads makes none', async () => {
  expect(await (await call('/decode', { payloads: [] })).json()).toEqual({ payloads: [] });
});

it.each<[string, Record<string, string>]>([
  ['without a token', JSON_TYPE],
  ['with a wrong token', { ...JSON_TYPE, authorization: `Bearer ${TOKEN}x` }],
  ['with the token alone', { ...JSON_TYPE, authorization: TOKEN }],
])('%s nothing is decrypted', async (_what, headers) => {
  const answer = await call('/decode', { payloads: [await encrypted()] }, headers);
  expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  expect(await codeOf(answer)).toEqual([401, 'Unauthorised']);
});

it('a page of another origin is turned away, with a token too', async () => {
  const headers = { ...LET_IN, origin: 'https://evil.example' };
  const answer = await call('/decode', { payloads: [] }, headers);
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  expect(await codeOf(answer)).toEqual([403, 'OriginNotAllowed']);
  expect((await call('/decode', '', { origin: 'https://evil.example' }, 'OPTIONS')).status).toBe(403);
});

it('the Temporal UI may call, as it asks beforehand', async () => {
  const asked = await call('/decode', '', { origin: UI }, 'OPTIONS');
  expect(asked.status).toBe(204);
  expect(asked.headers.get('access-control-allow-origin')).toBe(UI);
  expect(asked.headers.get('access-control-allow-methods')).toContain('POST');
  expect(asked.headers.get('access-control-allow-headers')).toMatch(
    /authorization.*content-type.*x-namespace/,
  );
  const answer = await call('/decode', { payloads: [await encrypted()] }, { ...LET_IN, origin: UI });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, UI]);
});

it.each<[string, unknown, [number, string]]>([
  ['no JSON', '{"payloads":', [422, 'PayloadsInvalid']],
  ['no payloads', {}, [422, 'PayloadsInvalid']],
  ['payloads that are none', { payloads: ['x'] }, [422, 'PayloadsInvalid']],
  ['no base64', { payloads: [{ ...CLEAR, data: '?' }] }, [422, 'PayloadsInvalid']],
  ['too much', { payloads: [{ ...CLEAR, data: 'A'.repeat(2 ** 20) }] }, [413, 'BodyTooLarge']],
])('%s is refused', async (_what, body, expected) => {
  expect(await codeOf(await call('/decode', body))).toEqual(expected);
});

it('what is not JSON by its header is refused', async () => {
  expect(await codeOf(await call('/decode', '{}', { ...LET_IN, 'content-type': 'text/plain' }))).toEqual([
    415,
    'NotJson',
  ]);
});

it('a key that it does not have is named', async () => {
  const answer = await call('/decode', { payloads: [await encrypted({ ...KEY, id: 'other' })] });
  expect(await answer.json()).toMatchObject({
    code: 'PayloadKeyUnknown',
    detail: expect.stringContaining('"other"') as string,
  });
});

it('there is nothing else', async () => {
  expect(await codeOf(await call('/other', {}))).toEqual([404, 'UnknownPath']);
});

it('no key, no token and no payload is in the log', async () => {
  const payload = await encrypted();
  await call('/decode', { payloads: [payload] });
  expect(logged).toContain('/decode');
  for (const hidden of [TOKEN, COMPANY, payload.data, CLEAR.data, KEY.secret.toString('base64')]) {
    expect(logged).not.toContain(hidden);
  }
});

describe('the settings', () => {
  const env = {
    WONCE_PAYLOAD_KEYS: `${KEY.id}:${KEY.secret.toString('base64')}`,
    WONCE_CODEC_TOKENS: TOKEN,
    WONCE_CODEC_ORIGINS: UI,
  };

  it('are of this machine alone unless they say otherwise', () => {
    expect(codecSettings(env)).toMatchObject({ host: '127.0.0.1', port: 8081, origins: [UI] });
  });

  it.each([
    ['WONCE_PAYLOAD_KEYS', ''],
    ['WONCE_CODEC_TOKENS', ''],
    ['WONCE_CODEC_TOKENS', 'short'],
    ['WONCE_CODEC_ORIGINS', '*'],
    ['WONCE_CODEC_ORIGINS', `${UI}/path`],
    ['WONCE_CODEC_PORT', 'x'],
  ])('it does not start with %s set to "%s"', (name, value) => {
    expect(() => codecSettings({ ...env, [name]: value })).toThrow(name);
  });
});
