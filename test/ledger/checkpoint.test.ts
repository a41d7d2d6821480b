import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import {
  checkpointLine,
  newKeyPair,
  problemOfSignature,
  readCheckpoints,
  readPrivateKey,
  readPublicKeys,
  signCheckpoint,
  type Checkpoint,
} from '../../ledger/checkpoint';

const CHECKPOINT: Checkpoint = { seq: 8, hash: 'b'.repeat(64), at: '2026-11-27T13:35:53.142Z' };

const { privateKey: pem, publicKey: publicPem } = newKeyPair();
const privateKey = createPrivateKey(pem);
const publicKeys = [createPublicKey(publicPem)];

it('a signed checkpoint is one line, is read back from it, and its signature holds', () => {
  const signed = signCheckpoint(CHECKPOINT, privateKey);
  const line = checkpointLine(signed);
  expect(line).toMatch(/^8 b{64} 2026-11-27T13:35:53\.142Z ed25519:[0-9a-f]{128}$/);
  expect(readCheckpoints(`# kept\r\n\n  ${line}\r\n${checkpointLine(CHECKPOINT)}`)).toEqual([
    signed,
    CHECKPOINT,
  ]);
  expect(problemOfSignature(signed, publicKeys)).toBeUndefined();
});

it('the signature is that of Ed25519 over the documented text, as any other program makes it', () => {
  // The key of RFC 8032's first test, in the PKCS#8 that openssl writes.
  const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
  const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex');
  const key = readPrivateKey(
    `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`,
  );
  if (typeof key === 'string') throw new Error(key);
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  // The signature is the one that openssl pkeyutl -sign -rawin gives.
  expect(Buffer.from(jwk.x!, 'base64url').toString('hex')).toMatch(/^d75a9801/);
  expect(signCheckpoint(CHECKPOINT, key).signature).toBe(
    '886586974fdaf1a17c902ea085101e8a6be3c4dbe72db36788d0b31856902b35' +
      'f0a7672167ad9369a7ced381ac4f191f867414f1297d28942ebea5516ff8570d',
  );
});

it.each<[string, (signed: Checkpoint) => Checkpoint, RegExp]>([
  ['without a signature', () => CHECKPOINT, /^has no signature/],
  ['with another number', (signed) => ({ ...signed, seq: 9 }), /^has a wrong signature/],
  ['with another hash', (signed) => ({ ...signed, hash: 'c'.repeat(64) }), /^has a wrong signature/],
  [
    'with another time',
    (signed) => ({ ...signed, at: '2026-11-28T13:35:53.142Z' }),
    /^has a wrong signature/,
  ],
  ['with zeros for a signature', (signed) => ({ ...signed, signature: '0'.repeat(128) }), /^has a wrong/],
  [
    'signed by somebody else',
    (signed) => signCheckpoint(signed, createPrivateKey(newKeyPair().privateKey)),
    /another key has signed it/,
  ],
])('a checkpoint %s is named', (_name, change, problem) => {
  expect(problemOfSignature(change(signCheckpoint(CHECKPOINT, privateKey)), publicKeys)).toMatch(problem);
});

it('where keys were changed, each of several public keys is good', () => {
  const keys = readPublicKeys(`# of 2025\n${newKeyPair().publicKey}\n# of 2026\n${publicPem}`);
  if (typeof keys === 'string') throw new Error(keys);
  expect(keys).toHaveLength(2);
  expect(problemOfSignature(signCheckpoint(CHECKPOINT, privateKey), keys)).toBeUndefined();
});

const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const encrypted = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
}).privateKey;

it.each([
  ['a public key', publicPem, /came a public one$/],
  ['an encrypted key', encrypted, /came one that is encrypted$/],
  ['a key of another kind', rsa.privateKey, /came one of another kind$/],
  ['no key', 'secret', /came none$/],
])('%s does not sign, and it is said what would', (_name, text, problem) => {
  expect(readPrivateKey(text)).toMatch(problem);
  expect(readPrivateKey(text)).toMatch(/^expected an Ed25519 private key, as wonce audit --new-key makes it/);
});

it.each([
  ['a private key', pem, /came a private one/],
  ['a key of another kind', rsa.publicKey, /came one of another kind$/],
  ['a key that is broken', publicPem.replace(/\n.*\n/, '\nAAAA\n'), /came one that cannot be read$/],
  ['no key', 'public', /came none$/],
])('%s verifies nothing, and it is said what would', (_name, text, problem) => {
  expect(readPublicKeys(text)).toMatch(problem);
  expect(readPublicKeys(text)).not.toContain(pem);
});

it.each([
  '8 bbb 2026-11-27T13:35:53.142Z',
  `${checkpointLine(CHECKPOINT)} ed25519:00`,
  `${checkpointLine(CHECKPOINT)} rsa:${'0'.repeat(128)}`,
  `${checkpointLine(CHECKPOINT)} ${'0'.repeat(128)}`,
])('a line that is no checkpoint is named: %s', (line) => {
  expect(readCheckpoints(`${checkpointLine(CHECKPOINT)}\n${line}`)).toMatch(
    /^line 2 is no checkpoint: expected /,
  );
});
