import type { Environment } from './check';
import { SettingsError } from './settings-error';

/** A key that payloads are encrypted with. Never log it. */
export interface PayloadKey {
  /** Stands in clear beside each payload: it says which key decrypts it. */
  id: string;
  /** 32 bytes. */
  secret: Buffer;
}

const ID = /^[A-Za-z0-9._-]{1,64}$/;
const KEY_BYTES = 32;

/**
 * The keys of `WONCE_PAYLOAD_KEYS`: the first encrypts, all of them decrypt. Without any, payloads stay in clear.
 *
 * @throws SettingsError saying which entry is wrong, by its place; nothing of it is shown
 */
export function payloadKeys(env: Environment): readonly PayloadKey[] {
  const text = env.WONCE_PAYLOAD_KEYS?.trim();
  if (!text) return [];
  const keys = text.split(',').map((entry, index) => keyIn(entry.trim(), index + 1));
  const twice = keys.findIndex(({ id }, index) => keys.findIndex((other) => other.id === id) < index);
  if (twice >= 0) throw wrong(twice + 1, 'an id that no entry before it has');
  return keys;
}

function keyIn(entry: string, place: number): PayloadKey {
  const colon = entry.indexOf(':');
  const [id, base64] = [entry.slice(0, colon), entry.slice(colon + 1)];
  if (colon < 0) throw wrong(place, 'an id, a colon, and the key in base64');
  if (!ID.test(id)) throw wrong(place, 'an id of 1 to 64 letters, digits, dots, dashes and underscores');
  const secret = Buffer.from(base64, 'base64');
  // Node passes over what is no base64: written back, it would be something else.
  if (secret.toString('base64') !== base64) throw wrong(place, 'the key in base64, with = at its end');
  if (secret.length !== KEY_BYTES) throw wrong(place, `a key of ${KEY_BYTES} bytes, in base64 44 characters`);
  return { id, secret };
}

function wrong(place: number, expected: string): SettingsError {
  return new SettingsError(
    `WONCE_PAYLOAD_KEYS: expected id:base64 of ${KEY_BYTES} bytes, with commas between entries; entry ${place} is something else: ` +
      `expected ${expected}. Make a key: openssl rand -base64 ${KEY_BYTES}. See docs/payload-privacy.md.`,
  );
}
