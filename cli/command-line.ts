import { InvalidArgumentError } from 'commander';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { loginName } from '../config/login-name';
import { withSecretsOfFiles } from '../config/secret-files';
import { buffer } from 'node:stream/consumers';
import { ClientError } from '../client/client-error';
import type { LedgerParts } from '../client/client-parts';
import type { LedgerClient } from '../client/ledger-client';
import type { WonceClient } from '../client/wonce-client';
import { readAuthor, type Author } from '../domain/author';
import { present } from '../domain/optional';
import type { PurchaseRequest } from '../domain/request';
import { printable, printableLines } from '../domain/printable';
import { decodeText } from '../validation/decode-text';
import { emphasised, mayBeColoured } from './emphasis';
import { withRunningStack } from './running-stack';

/** The option that every command has. */
export interface Output {
  json?: boolean;
}

/** Who decides, and why. */
export interface Deciding extends Output {
  by: string;
  why?: string;
}

/**
 * Does a command's work with a client, which is closed after it.
 *
 * @param opened the ledger, when it is open already
 */
export async function withClient(
  work: (client: WonceClient) => Promise<void> | void,
  opened?: LedgerParts,
): Promise<void> {
  // Loaded where it is wanted, as all that is heavy here: Temporal's client and the ledger's take most of a short command's time.
  const { connectClient } = await import('../client/connect.js');
  await closedAfter(await connectClient(environment(), opened), work);
}

/** Does a command's work that needs nothing but the ledger: Temporal is not connected to, and its client not loaded. */
export async function withLedger(
  work: (client: LedgerClient, opened: LedgerParts) => Promise<void> | void,
): Promise<void> {
  const [{ openLedger }, { LedgerClient }] = await Promise.all([
    import('../client/open-ledger.js'),
    import('../client/ledger-client.js'),
  ]);
  const opened = await openLedger(environment().DATABASE_URL);
  await closedAfter(new LedgerClient(opened), (client) => work(client, opened));
}

function environment() {
  return withRunningStack(withSecretsOfFiles(process.env));
}

async function closedAfter<Client extends LedgerClient>(
  client: Client,
  work: (client: Client) => Promise<void> | void,
): Promise<void> {
  try {
    await work(client);
  } finally {
    await client.close();
  }
}

/** Reads an option that counts something. */
export function count(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('Expected a whole number above 0.');
}

/** Whose a decision is that the command makes. */
export function whose({ by, why }: Deciding): Author {
  return { by, ...present({ why }), via: SESSION };
}

/** Whoever makes the command do what is kept for good. @throws ClientError WrongUse */
export function checkedAuthor({ by, why }: Deciding): Author {
  const author = readAuthor({ by, why, via: SESSION });
  if (typeof author !== 'string') return author;
  throw new ClientError('WrongUse', `--${author}.`);
}

/** The session that the command runs in. */
export const SESSION = sessionOf('wonce command');

/** What a command is asked for, on standard output; laid out in lines, or JSON. Without colours it says the same. */
export function print(text: string): void {
  const lines = printableLines(text);
  const isColoured = mayBeColoured(process.stdout, process.env);
  process.stdout.write(`${isColoured ? emphasised(lines) : lines}\n`);
}

/** How it goes, on standard error: one line. */
export function progress(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

/** From whose session something came, for the record: `wonce command, ann@host`. It is not theirs to choose. */
export function sessionOf(program: string): string {
  return printable(`${program}, ${loginName()}@${hostname()}`);
}

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

/**
 * The request in a file that a person names.
 *
 * @throws ClientError WrongUse when it cannot be read, Refusal when it is no request
 */
export async function readRequest(file: string): Promise<PurchaseRequest> {
  const { parseRequestText } = await import('../validation/request-schema.js');
  return parseRequestText(await readInput(file));
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new ClientError('WrongUse', `Cannot read "${file}": ${(error as Error).message}.`);
  }
}
