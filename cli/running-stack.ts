import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { plainEnvironment } from '../config/plain-environment';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the parts of a running `npm start` are; written into its data folder as stack.json. */
export interface Stack {
  /** Process id of the supervisor. */
  pid: number;
  temporalAddress: string;
  namespace: string;
  taskQueue: string;
  databaseUrl: string;
  portalUrl: string;
  /** Of the HTTP server. */
  serverUrl: string;
  /** Of the fake CRMs, when the start runs them. */
  crmUrl?: string;
  /** The Temporal server when the start runs it itself: reached by its address alone, without TLS and keys. */
  ownServer?: {
    /** Path of the `temporal` command that runs it. */
    command: string;
    /** Base address of its UI, when it has one. */
    uiUrl?: string;
  };
}

/** The folder that an embedded stack keeps its data in. */
export function dataDir(env: Environment): string {
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

/** The environment of a process that works with a stack's Temporal and ledger. */
export function environmentWith(
  stack: Pick<Stack, 'temporalAddress' | 'namespace' | 'ownServer' | 'databaseUrl' | 'taskQueue'>,
  env: Environment,
): Environment {
  const { temporalAddress: address, namespace } = stack;
  return {
    ...(stack.ownServer === undefined
      ? { ...env, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace }
      : plainEnvironment(env, { address, namespace })),
    DATABASE_URL: stack.databaseUrl,
    WONCE_TASK_QUEUE: stack.taskQueue,
  };
}

/** The environment, and what it does not name from the `npm start` that runs in this folder. */
export function withRunningStack(env: Environment): Environment {
  const stack = runningStack(dataDir(env));
  if (stack === undefined) return env;
  const { TEMPORAL_ADDRESS: address, DATABASE_URL, WONCE_TASK_QUEUE } = env;
  const namesAnother = Boolean(address) && address !== stack.temporalAddress;
  return {
    // An address and what is needed to be let in there belong together.
    ...(namesAnother ? env : environmentWith(stack, env)),
    DATABASE_URL: DATABASE_URL ?? stack.databaseUrl,
    WONCE_TASK_QUEUE: WONCE_TASK_QUEUE ?? stack.taskQueue,
  };
}
