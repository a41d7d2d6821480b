import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { present } from '../domain/optional';

/** Where the chain of the ledger ended at some time. Kept elsewhere, it shows that nothing before was rewritten. */
export interface Checkpoint {
  /** The last link; 0 of a ledger that has none. */
  seq: number;
  hash: string;
  /** When it was taken, ISO 8601, UTC. */
  at: string;
  /** Ed25519 over `signedText`, in hex: whoever has the key took it, and nobody has changed it. */
  signature?: string;
}

const LINE =
  /^(\d{1,15}) ([0-9a-f]{64}) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)(?: ed25519:([0-9a-f]{128}))?$/;

/** One line of text: number, hash and time, and the signature if it has one. */
export function checkpointLine({ seq, hash, at, signature }: Checkpoint): string {
  return [seq, hash, at, ...(signature === undefined ? [] : [`ed25519:${signature}`])].join(' ');
}

/**
 * Reads checkpoints, a line each; empty lines and what begins with # are passed over.
 *
 * @returns words for what is wrong when a line is none, or there is none
 */
export function readCheckpoints(text: string): Checkpoint[] | string {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const checkpoints: Checkpoint[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const [, seq, hash, at, signature] = LINE.exec(line) ?? [];
    if (seq === undefined || hash === undefined || at === undefined)
      return `line ${index + 1} is no checkpoint: expected number, hash and time as wonce audit --checkpoint prints them, found "${line.slice(0, 120)}"`;
    checkpoints.push({ seq: Number(seq), hash, at, ...present({ signature }) });
  }
  return checkpoints.length > 0 ? checkpoints : 'there is no checkpoint in it';
}

/** What is signed: the line without its signature, and what it is, so that no other text with this signature passes for one. */
function signedText({ seq, hash, at }: Checkpoint): Buffer {
  return Buffer.from(`wonce checkpoint ${checkpointLine({ seq, hash, at })}`);
}

export function signCheckpoint(checkpoint: Checkpoint, privateKey: KeyObject): Checkpoint {
  return { ...checkpoint, signature: sign(null, signedText(checkpoint), privateKey).toString('hex') };
}

/** What is wrong with the signature of a checkpoint, in words; undefined when one of the keys has made it. */
export function problemOfSignature(
  checkpoint: Checkpoint,
  publicKeys: readonly KeyObject[],
): string | undefined {
  const { signature } = checkpoint;
  if (signature === undefined) return 'has no signature';
  const bytes = Buffer.from(signature, 'hex');
  if (publicKeys.some((key) => verify(null, signedText(checkpoint), key, bytes))) return undefined;
  return 'has a wrong signature: it was changed, or another key has signed it';
}

/** A new pair of keys as PEM: the private one as PKCS#8, the public one as SPKI. */
export function newKeyPair(): { privateKey: string; publicKey: string } {
  return generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

/** Reads the key that signs, from PEM. @returns words for what is wrong when it is none */
export function readPrivateKey(pem: string): KeyObject | string {
  const expected = 'expected an Ed25519 private key, as wonce audit --new-key makes it (PEM, PKCS#8)';
  if (pem.includes('ENCRYPTED PRIVATE KEY')) return `${expected}, and came one that is encrypted`;
  if (pem.includes('PUBLIC KEY')) return `${expected}, and came a public one`;
  try {
    return ed25519(createPrivateKey(pem)) ?? `${expected}, and came one of another kind`;
  } catch {
    return `${expected}, and came none`;
  }
}

const PUBLIC_KEY = /-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----/g;

/**
 * Reads the keys that may have signed, from PEM: several stand one after the other where keys were changed.
 *
 * @returns words for what is wrong when there is none, or one that is not an Ed25519 public key
 */
export function readPublicKeys(pem: string): KeyObject[] | string {
  const expected = 'expected Ed25519 public keys, as wonce audit --new-key makes them (PEM)';
  if (pem.includes('PRIVATE KEY'))
    return `${expected}, and came a private one: whoever verifies need not have it`;
  const keys = [];
  for (const text of pem.match(PUBLIC_KEY) ?? []) {
    try {
      const key = ed25519(createPublicKey(text));
      if (key === undefined) return `${expected}, and came one of another kind`;
      keys.push(key);
    } catch {
      return `${expected}, and came one that cannot be read`;
    }
  }
  return keys.length > 0 ? keys : `${expected}, and came none`;
}

function ed25519(key: KeyObject): KeyObject | undefined {
  return key.asymmetricKeyType === 'ed25519' ? key : undefined;
}
