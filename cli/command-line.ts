import { InvalidArgumentError } from 'commander';
import { connectClient } from '../client/connect';
import type { Author } from '../domain/author';
import { printable, printableLines } from '../domain/printable';
import { withRunningStack } from './running-stack';
import { sessionOf } from './session';
import type { WonceClient } from '../client/wonce-client';

/** The option that every command has. */
export interface Output {
  json?: boolean;
}

/** Who decides, and why. */
export interface Deciding extends Output {
  by: string;
  why?: string;
}

/** Does a command's work with a client, which is closed after it. */
export async function withClient(work: (client: WonceClient) => Promise<void> | void): Promise<void> {
  const client = await connectClient(withRunningStack(process.env));
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
  return { by, ...(why !== undefined && { why }), via: SESSION };
}

/** The session that the command runs in. */
export const SESSION = sessionOf('wonce command');

/** What a command is asked for, on standard output; laid out in lines, or JSON. */
export function print(text: string): void {
  process.stdout.write(`${printableLines(text)}\n`);
}

/** How it goes, on standard error: one line. */
export function progress(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}
