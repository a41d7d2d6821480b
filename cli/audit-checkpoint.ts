import { rm, writeFile } from 'node:fs/promises';
import { ClientError } from '../client/client-error';
import { jsonText } from '../domain/printable';
import { checkpointLine, newKeyPair, readPrivateKey, signCheckpoint } from '../ledger/checkpoint';
import { print, readInput, withLedger, type Output } from './command-line';

/** `wonce audit --checkpoint`: one line, signed when there is a key. */
export async function takeCheckpoint({ json, key }: Output & { key?: string }): Promise<void> {
  const privateKey = key === undefined ? undefined : await privateKeyOf(key);
  await withLedger(async (client) => {
    const taken = await client.checkpoint();
    const checkpoint = privateKey === undefined ? taken : signCheckpoint(taken, privateKey);
    print(json ? jsonText(checkpoint, 2) : checkpointLine(checkpoint));
  });
}

async function privateKeyOf(file: string) {
  const key = readPrivateKey(await readInput(file));
  if (typeof key !== 'string') return key;
  throw new ClientError('WrongUse', `--key ${file}: ${key}.`);
}

/** `wonce audit --new-key FILE`: the private key in FILE, for its owner alone, the public one in FILE.pub. */
export async function makeKey(file: string, { json }: Output): Promise<void> {
  const files = { privateKey: file, publicKey: `${file}.pub` };
  const keys = newKeyPair();
  await writeNew(files.privateKey, keys.privateKey, 0o600);
  try {
    await writeNew(files.publicKey, keys.publicKey, 0o644);
  } catch (error) {
    await rm(files.privateKey);
    throw error;
  }
  const words = [
    `The private key is in ${files.privateKey}: it signs checkpoints (--key), and nobody else should have it.`,
    `The public key is in ${files.publicKey}: it verifies them (--public-key); give it to whoever shall.`,
  ];
  print(json ? jsonText(files, 2) : words.join('\n'));
}

/** @throws ClientError WrongUse also when there is such a file: a key that is overwritten is lost */
async function writeNew(file: string, content: string, mode: number): Promise<void> {
  try {
    await writeFile(file, content, { mode, flag: 'wx' });
  } catch (error) {
    throw new ClientError(
      'WrongUse',
      `--new-key: cannot make the file "${file}": ${(error as Error).message}.`,
    );
  }
}
