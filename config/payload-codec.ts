import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { ErrorCode } from '../domain/error-catalogue';
import type { PayloadKey } from './payload-keys';

const { Payload: PayloadMessage } = temporal.api.common.v1;

/** The names that Temporal's own examples of encryption use, in all languages. */
const ENCODING = 'encoding';
const ENCRYPTED = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A payload that is encrypted cannot be read; the message says what to do. No key and no payload is in it. */
export class PayloadError extends Error {
  override readonly name = 'PayloadError';

  constructor(
    readonly code: Extract<ErrorCode, 'PayloadKeyUnknown' | 'PayloadUnreadable'>,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Encrypts payloads whole, their own metadata with them, by AES-256-GCM with the first of the keys. What comes in clear is
 * passed through: of runs that began before there were keys. Without keys nothing is encrypted, and what is encrypted is
 * not mistaken for something else.
 */
export class EncryptingCodec implements PayloadCodec {
  constructor(private readonly keys: readonly PayloadKey[]) {}

  encode(payloads: Payload[]): Promise<Payload[]> {
    const [key] = this.keys;
    return Promise.resolve(key === undefined ? payloads : payloads.map((payload) => encrypted(payload, key)));
  }

  /** @throws PayloadError */
  decode(payloads: Payload[]): Promise<Payload[]> {
    return new Promise((resolve) => resolve(payloads.map((payload) => this.decrypted(payload))));
  }

  private decrypted(payload: Payload): Payload {
    const id = keyIdOf(payload);
    if (id === undefined) return payload;
    const key = this.keys.find((one) => one.id === id);
    if (key === undefined) throw keyUnknown(id);
    try {
      return PayloadMessage.decode(opened(payload.data ?? new Uint8Array(), key));
    } catch {
      throw new PayloadError(
        'PayloadUnreadable',
        `A payload says that it is encrypted with the key "${id}", and it does not open with the key of that id: it was changed, ` +
          'or another key has this id now. Put back into WONCE_PAYLOAD_KEYS the key that had the id. Until then the run waits.',
      );
    }
  }
}

/** The id of the key that a payload is encrypted with; undefined of one that this codec did not encrypt. */
function keyIdOf({ metadata }: Payload): string | undefined {
  if (textOf(metadata?.[ENCODING]) !== ENCRYPTED) return undefined;
  return textOf(metadata?.[KEY_ID]);
}

function textOf(bytes: Uint8Array | null | undefined): string | undefined {
  return bytes ? Buffer.from(bytes).toString('utf8') : undefined;
}

function encrypted(payload: Payload, { id, secret }: PayloadKey): Payload {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, secret, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(id));
  const text = [cipher.update(PayloadMessage.encode(payload).finish()), cipher.final()];
  return {
    metadata: { [ENCODING]: Buffer.from(ENCRYPTED), [KEY_ID]: Buffer.from(id) },
    data: Buffer.concat([iv, ...text, cipher.getAuthTag()]),
  };
}

/** @throws Error when it was encrypted with another key, or changed since */
function opened(data: Uint8Array, { id, secret }: PayloadKey): Buffer {
  const [iv, text, tag] = [
    data.subarray(0, IV_BYTES),
    data.subarray(IV_BYTES, -TAG_BYTES),
    data.subarray(-TAG_BYTES),
  ];
  const decipher = createDecipheriv(CIPHER, secret, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(id)).setAuthTag(tag);
  return Buffer.concat([decipher.update(text), decipher.final()]);
}

/** Whoever reaches Temporal may have written the id. */
function keyUnknown(id: string): PayloadError {
  const shown = id.slice(0, 64).replace(/[^\w.-]/g, '?');
  return new PayloadError(
    'PayloadKeyUnknown',
    `A payload is encrypted with the key "${shown}", and WONCE_PAYLOAD_KEYS has no key of that id. ` +
      'Add it behind the first one, and start this process again. Until then the run waits; nothing is lost.',
  );
}
