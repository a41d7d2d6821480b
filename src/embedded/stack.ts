import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentWith, stackFile, type Stack } from '../client/stack-file';
import { plainEnvironment, plainTarget, temporalTarget } from '../settings/temporal-connection';
import { cacheDir } from './cache';
import { findTemporal } from './find-temporal';
import { freePort, saysPortIsTaken } from './free-port';
import { takeTurn } from './process-turn';
import { runsStandInCrms, STAND_IN_SECRETS, standInDeals, standInDealsFile } from './stand-in-deals';
import type { Part, Supervisor } from './supervisor';
import { temporalArguments, waitForTemporal } from './temporal-server';

type Environment = Readonly<Record<string, string | undefined>>;

/** Tells of each part as it comes up: a line that begins, and the same line with the time it took. */
export interface Narrator {
  /** Runs a piece of work and tells of it. */
  tell<Result>(what: string, work: () => Promise<Result>, done?: (result: Result) => string): Promise<Result>;
  /** A line in between, such as the progress of a long download. */
  note(line: string): void;
}

const DIST = join(__dirname, '..');
const ANSWER_MS = 30_000;

/** Brings up what the environment does not name, in the order of who needs whom, and writes down where all is. */
export async function bringUp(
  env: Environment,
  folder: string,
  supervisor: Supervisor,
  narrator: Narrator,
): Promise<Stack> {
  const temporal = await bringUpTemporal(env, folder, supervisor, narrator);
  const databaseUrl =
    env.DATABASE_URL ??
    (await narrator.tell(
      'the ledger (PGlite)',
      () => listening(env, async (port) => supervisor.start(ledgerPart(env, folder, await port(7432)))),
      () => '',
    ));
  const portalUrl =
    env.PORTAL_URL ??
    (await narrator.tell(
      'the stand-in Partner Portal',
      () => listening(env, async (port) => supervisor.start(sandboxPart(env, folder, await port(8090)))),
      (url) => url,
    ));
  const crmUrl = await bringUpStandInCrms(env, folder, supervisor, narrator);
  const taskQueue = env.WONCE_TASK_QUEUE ?? 'wonce';
  const reached = { pid: process.pid, ...temporal, taskQueue, databaseUrl, portalUrl };
  const ours = { ...environmentWith(reached, env), ...dealsEnvironment(folder, crmUrl) };
  await narrator.tell(
    'the worker',
    () => supervisor.start(workerPart(ours, portalUrl, env.PORTAL_URL === undefined)),
    () => '',
  );
  const serverUrl = await narrator.tell(
    'the HTTP server',
    () =>
      env.WONCE_PORT === undefined
        ? listening(env, async (port) => supervisor.start(serverPart(ours, String(await port(8080)))))
        : supervisor.start(serverPart(ours, env.WONCE_PORT)),
    (url) => url,
  );
  const stack: Stack = { ...reached, serverUrl, ...(crmUrl !== undefined && { crmUrl }) };
  await writeDown(stack, folder);
  return stack;
}

async function bringUpStandInCrms(
  env: Environment,
  folder: string,
  supervisor: Supervisor,
  narrator: Narrator,
): Promise<string | undefined> {
  if (!runsStandInCrms(env)) return undefined;
  const url = await narrator.tell(
    'the stand-in CRMs',
    () => listening(env, async (port) => supervisor.start(crmSandboxPart(env, folder, await port(8091)))),
    (address) => address,
  );
  await writeFile(standInDealsFile(folder), standInDeals(url));
  return url;
}

function dealsEnvironment(folder: string, crmUrl: string | undefined): Environment {
  if (crmUrl === undefined) return {};
  return { ...STAND_IN_SECRETS, WONCE_DEALS_FILE: standInDealsFile(folder) };
}

/** For this user alone: the ledger's address may hold a password. */
async function writeDown(stack: Stack, folder: string): Promise<void> {
  // One that a killed start left would keep the permissions it has.
  await forget(folder);
  await writeFile(stackFile(folder), JSON.stringify(stack, null, 2), { mode: 0o600 });
}

/** A stack that is gone must not be found by the command. */
export function forget(folder: string): Promise<void> {
  return rm(stackFile(folder), { force: true });
}

/**
 * Finding a free port and listening on it are two things: starts on one machine do them one after the other, else two
 * find the same port free and one talks to the other's server. A port that somebody else takes meanwhile is given up for
 * any other one.
 *
 * @param bringUpPart told which of the ports it wants: the usual ones, or any
 */
async function listening<Result>(
  env: Environment,
  bringUpPart: (port: (usual: number) => Promise<number>) => Promise<Result>,
): Promise<Result> {
  await mkdir(cacheDir(env), { recursive: true });
  const release = await takeTurn(join(cacheDir(env), 'ports'));
  try {
    for (let retries = 0; ; retries++) {
      try {
        return await bringUpPart((usual) => freePort(retries === 0 ? usual : 0));
      } catch (error) {
        if (retries === 3 || !saysPortIsTaken((error as Error).message)) throw error;
      }
    }
  } finally {
    await release();
  }
}

type StackTemporal = Pick<Stack, 'temporalAddress' | 'namespace' | 'ownServer'>;

async function bringUpTemporal(
  env: Environment,
  folder: string,
  supervisor: Supervisor,
  narrator: Narrator,
): Promise<StackTemporal> {
  const source = await findTemporal(env, (line) => narrator.note(line));
  if (source.kind === 'binary') {
    return listening(env, async (port) => {
      const ports = { port: await port(7233), uiPort: await port(8233) };
      return bringUpOwnServer(source, ports, env, folder, supervisor, narrator);
    });
  }
  const target = temporalTarget(env);
  const { address, namespace } = target;
  await narrator.tell(
    'the Temporal server',
    () => waitForTemporal(target, ANSWER_MS),
    () => address,
  );
  return { temporalAddress: address, namespace };
}

async function bringUpOwnServer(
  { path, how }: { path: string; how: string },
  { port, uiPort }: { port: number; uiPort: number },
  env: Environment,
  folder: string,
  supervisor: Supervisor,
  narrator: Narrator,
): Promise<StackTemporal> {
  const namespace = env.TEMPORAL_NAMESPACE ?? 'default';
  const target = plainTarget(`127.0.0.1:${port}`, namespace);
  const databaseFile = join(folder, 'temporal.db');
  const part: Part = {
    name: 'temporal',
    command: path,
    args: temporalArguments({ port, uiPort, databaseFile, namespace }),
    env: plainEnvironment(env, target),
    isUp: () => waitForTemporal(target, ANSWER_MS),
    graceMs: 10_000,
  };
  await narrator.tell(
    `the Temporal server (${how})`,
    () => supervisor.start(part),
    () => target.address,
  );
  const ownServer = { command: path, uiUrl: `http://127.0.0.1:${uiPort}` };
  return { temporalAddress: target.address, namespace, ownServer };
}

function ledgerPart(env: Environment, folder: string, port: number): Part {
  return {
    ...ours('ledger', 'embedded/ledger-server.js'),
    // Named, so that it comes back there after a crash: the worker and stack.json know this address.
    env: { ...env, LEDGER_DIR: join(folder, 'ledger'), LEDGER_PORT: String(port) },
    readyLine: /ledger listening on (\S+)/,
  };
}

function sandboxPart(env: Environment, folder: string, port: number): Part {
  return {
    ...ours('sandbox', 'sandbox/main.js'),
    env: { ...env, SANDBOX_PORT: String(port), SANDBOX_STATE_DIR: join(folder, 'sandbox') },
    readyLine: /sandbox listening on (\S+)/,
  };
}

function crmSandboxPart(env: Environment, folder: string, port: number): Part {
  return {
    ...ours('crm-sandbox', 'crm-sandbox/main.js'),
    env: { ...env, CRM_SANDBOX_PORT: String(port), CRM_SANDBOX_STATE_DIR: join(folder, 'crm-sandbox') },
    readyLine: /crm-sandbox listening on (\S+)/,
  };
}

function serverPart(env: Environment, port: string): Part {
  return {
    ...ours('server', 'server/main.js'),
    env: { ...env, WONCE_PORT: port },
    readyLine: /server listening on (http:\/\/[^"\s]+)/,
    // Requests that have begun are finished.
    graceMs: 30_000,
  };
}

function workerPart(env: Environment, portalUrl: string, usesSandbox: boolean): Part {
  return {
    ...ours('worker', 'worker/main.js'),
    env: {
      ...env,
      ...(usesSandbox && { PORTAL_CLIENT_ID: 'sandbox-client', PORTAL_CLIENT_SECRET: 'sandbox-secret' }),
      PORTAL_URL: portalUrl,
    },
    readyLine: /worker ready/,
    // Longer than the worker's own grace time: an order in flight is finished.
    graceMs: 75_000,
  };
}

function ours(name: string, file: string) {
  return { name, command: process.execPath, args: [join(DIST, file)], graceMs: 10_000 };
}
