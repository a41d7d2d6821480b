import { payloadKeys } from '../../config/payload-keys';

const A = Buffer.alloc(32, 'a').toString('base64');
const B = Buffer.alloc(32, 'b').toString('base64');

it('without the setting, and with it set to nothing, there are no keys', () => {
  expect([payloadKeys({}), payloadKeys({ WONCE_PAYLOAD_KEYS: ' ' })]).toEqual([[], []]);
});

it('keys are read in their order, with blanks around them', () => {
  const keys = payloadKeys({ WONCE_PAYLOAD_KEYS: ` 2026-11:${A} , old_1.0:${B}\n` });
  expect(keys.map(({ id }) => id)).toEqual(['2026-11', 'old_1.0']);
  expect(keys.map(({ secret }) => secret.toString())).toEqual(['a'.repeat(32), 'b'.repeat(32)]);
});

it.each([
  ['a key too short', `k:${Buffer.alloc(31, 'a').toString('base64')}`, 1, '32 bytes'],
  ['a key too long', `k:${Buffer.alloc(33, 'a').toString('base64')}`, 1, '32 bytes'],
  ['a key that is no base64', `k:${A.slice(0, -2)}!=`, 1, 'in base64'],
  ['a key without its padding', `k:${A.slice(0, -1)}`, 1, 'in base64'],
  ['no id', A, 1, 'a colon'],
  ['an empty id', `:${A}`, 1, 'an id of'],
  ['an id with other characters', `k k:${A}`, 1, 'an id of'],
  ['a key in the place of the id', `${A}:k`, 1, 'an id of'],
  ['an id twice', `k:${A},k:${B}`, 2, 'no entry before'],
  ['an entry that is empty', `k:${A},`, 2, 'a colon'],
])('%s is refused by its place, and nothing of it is shown', (_what, text, place, expected) => {
  const read = () => payloadKeys({ WONCE_PAYLOAD_KEYS: text });
  expect(read).toThrow(expect.objectContaining({ code: 'SettingsInvalid' }) as Error);
  expect(read).toThrow(new RegExp(`WONCE_PAYLOAD_KEYS.*entry ${place} .*${expected}`));
  expect(read).not.toThrow(new RegExp('YWFh|YmJi|aaaa'));
});
