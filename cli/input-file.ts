import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { decodeText } from '../validation/decode-text';
import { ClientError } from '../client/client-error';

/**
 * The text of a file that a person names, with or without a byte order mark.
 *
 * @param file its path, or - for standard input
 * @throws ClientError WrongUse when it cannot be read, or is no text
 */
export async function readInput(file: string): Promise<string> {
  const text = decodeText(file === '-' ? await buffer(process.stdin) : await bytesOf(file));
  if (text !== undefined) return text;
  throw new ClientError(
    'WrongUse',
    `Cannot read "${file}": expected text in UTF-8, or in UTF-16 with a byte order mark.`,
  );
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new ClientError('WrongUse', `Cannot read "${file}": ${(error as Error).message}.`);
  }
}
