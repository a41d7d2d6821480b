import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { EncryptingCodec } from '../../config/payload-codec';

const A = { id: 'a', secret: Buffer.alloc(32, 'a') };
const B = { id: 'b', secret: Buffer.alloc(32, 'b') };

const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const text = (bytes?: Uint8Array | null) => Buffer.from(bytes ?? []).toString();

async function sealed(value: unknown, keys = [A]): Promise<Payload> {
  const [payload] = await new EncryptingCodec(keys).encode([payloadOf(value)]);
  return payload!;
}

async function read(payload: Payload, keys: (typeof A)[]): Promise<unknown> {
  const [decoded] = await new EncryptingCodec(keys).decode([payload]);
  return defaultPayloadConverter.fromPayload(decoded!);
}

it.each([[{ company: 'Blue Lagoon Ltd' }], ['text'], [null], [undefined], [Buffer.from([0, 255])]])(
  '%j comes back as it was, its own metadata with it',
  async (value) => {
    const [decoded] = await new EncryptingCodec([A]).decode([await sealed(value)]);
    expect(decoded).toEqual(expect.objectContaining(payloadOf(value)));
  },
);

it('what is encrypted shows its encoding and the id of its key, and nothing else', async () => {
  const { metadata, data } = await sealed({ company: 'Blue Lagoon Ltd' });
  expect(Object.entries(metadata!).map(([name, value]) => [name, text(value)])).toEqual([
    ['encoding', 'binary/encrypted'],
    ['encryption-key-id', 'a'],
  ]);
  expect(text(data)).not.toMatch(/Lagoon|json/);
});

it('the same is never encrypted to the same', async () => {
  const twice = [await sealed('same'), await sealed('same')];
  expect(text(twice[0]!.data)).not.toBe(text(twice[1]!.data));
});

it('the first key encrypts, all of them decrypt', async () => {
  expect(text((await sealed('x', [B, A])).metadata!['encryption-key-id'])).toBe('b');
  expect(await read(await sealed('old'), [B, A])).toBe('old');
});

it('what is in clear is passed through, with keys and without', async () => {
  expect([await read(payloadOf('clear'), [A]), await read(payloadOf('clear'), [])]).toEqual([
    'clear',
    'clear',
  ]);
  expect(await new EncryptingCodec([]).encode([payloadOf('clear')])).toEqual([payloadOf('clear')]);
});

it('what somebody else encrypted, without an id of a key, is passed through', async () => {
  const foreign = { metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.from([1, 2]) };
  expect(await new EncryptingCodec([A]).decode([foreign])).toEqual([foreign]);
});

it.each([
  ['with other keys', [B]],
  ['without any', []],
])('an unknown key is told by its id, with what to do: %s', async (_which, keys) => {
  const error = expect.objectContaining({
    code: 'PayloadKeyUnknown',
    message: expect.stringMatching(/key "a", .*Add it/) as string,
  }) as Error;
  await expect(read(await sealed('x'), keys)).rejects.toThrow(error);
});

it('of an id that a stranger wrote, no character is passed on that could do something', async () => {
  const payload = await sealed('x');
  payload.metadata!['encryption-key-id'] = Buffer.from(`\u001b[2J${'x'.repeat(10_000)}`);
  const message = await read(payload, [A]).catch((error: Error) => error.message);
  expect(message).toMatch(/^[\x20-\x7e]{1,400}$/);
});

const changed = (payload: Payload, change: (data: Buffer) => Buffer): Payload => ({
  ...payload,
  data: change(Buffer.from(payload.data!)),
});

it.each<[string, (payload: Payload) => Payload]>([
  ['a byte of it', (payload) => changed(payload, (data) => data.fill(data[20]! ^ 1, 20, 21))],
  ['its end', (payload) => changed(payload, (data) => data.subarray(0, -1))],
  ['all but a few bytes', (payload) => changed(payload, (data) => data.subarray(0, 5))],
  ['everything', ({ metadata }) => ({ metadata: metadata! })],
])('what was changed is not read: %s', async (_what, change) => {
  const error = expect.objectContaining({ code: 'PayloadUnreadable' }) as Error;
  await expect(read(change(await sealed('a long text, long enough')), [A])).rejects.toThrow(error);
});

it('another key under the same id does not read it', async () => {
  const other = { id: 'a', secret: B.secret };
  await expect(read(await sealed('x'), [other])).rejects.toThrow('put back'.replace('p', 'P'));
});

it('the id belongs to what is encrypted: with another id, and the same key, it is not read', async () => {
  const payload = await sealed('x');
  payload.metadata!['encryption-key-id'] = Buffer.from('b');
  await expect(read(payload, [{ id: 'b', secret: A.secret }])).rejects.toThrow('does not open');
});
