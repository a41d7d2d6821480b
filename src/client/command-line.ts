import { InvalidArgumentError } from 'commander';
import { userInfo } from 'node:os';
import { connectClient } from './connect';
import type { WonceClient } from './wonce-client';

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
  const client = await connectClient(process.env);
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

/** Who decides where nobody is named: the login name. The user of a container may have none, but for a number. */
export function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.()}`;
  }
}

/** What a command is asked for, on standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** How it goes, on standard error. */
export function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
