import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where the parts of a running `npm start` are; written into its data folder as stack.json. */
export interface Stack {
  /** Process id of the supervisor. */
  pid: number;
  temporalAddress: string;
  namespace: string;
  taskQueue: string;
  databaseUrl: string;
  portalUrl: string;
  /** Base address of the Temporal UI, when it is known. */
  uiUrl?: string;
}

/** The folder that an embedded stack keeps its data in. */
export function dataDir(env: Readonly<Record<string, string | undefined>>): string {
  return resolve(env.WONCE_DATA_DIR ?? '.wonce');
}

export function stackFile(folder: string): string {
  return join(folder, 'stack.json');
}

/** The stack that runs in a data folder, or undefined when none does. */
export function runningStack(folder: string): Stack | undefined {
  try {
    const stack = JSON.parse(readFileSync(stackFile(folder), 'utf8')) as Stack;
    process.kill(stack.pid, 0);
    return stack;
  } catch {
    return undefined;
  }
}
