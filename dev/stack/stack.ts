import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentWith, stackFile, type Stack } from '../../cli/running-stack';
import { plainEnvironment } from '../../config/plain-environment';
import { plainTarget, temporalTarget } from '../../config/temporal-connection';
import { askHttp, askLedger, askTemporal, askWorker } from './asking';
import { cacheDir } from './cache';
import { findTemporal, type TemporalSource } from './find-temporal';
import { freePort, saysPortIsTaken } from './free-port';
import { withMetrics } from './metrics-address';
import { SharedTurn, takeTurn } from './process-turn';
import { runsFakeCrms, FAKE_SECRETS, fakeDeals, fakeDealsFile } from './fake-deals-file';
import type { Part, Supervisor } from './supervisor';
import { hiddenUiPort, temporalArguments, waitForTemporal } from './temporal-server';
import { PACKAGE_FOLDER } from '../../config/package-folder';
import { guardUi } from '../../server/guard-ui';

type Environment = Readonly<Record<string, string | undefined>>;

/** Tells of each part as it comes up: a line that begins, and the same line with the time it took. */
export interface Narrator {
  /** Runs a piece of work and tells of it. */
  tell<Result>(what: string, work: () => Promise<Result>, done?: (result: Result) => string): Promise<Result>;
  /** A line in between, such as the progress of a long download. */
  note(line: string): void;
}

const DIST = join(PACKAGE_FOLDER, 'dist');
const ANSWER_MS = 120_000;

/** Of the parts. Requests that a server has taken are finished while workers are there, and runs while the ground is. */
const GROUND = 0;
const WORKERS = 1;
const SERVERS = 2;

/** One start: what it is given, and its turn at finding free ports. */
interface Start {
  env: Environment;
  folder: string;
  supervisor: Supervisor;
  narrator: Narrator;
  portsTurn: SharedTurn;
}

/**
 * Brings up what the environment does not name: first all that Wonce stands on, then Wonce itself, each at once; and writes
 * down where all is.
 *
 * @param copies how many workers and how many HTTP servers; the first server is the one that is written down
 */
export async function bringUp(
  env: Environment,
  folder: string,
  supervisor: Supervisor,
  narrator: Narrator,
  copies = 1,
): Promise<Stack> {
  // Alone: it may have to be downloaded, or not to be had.
  const source = await findTemporal(env, (line) => narrator.note(line));
  const start = { env, folder, supervisor, narrator, portsTurn: turnAtPorts(env, narrator) };
  const [temporal, { portalUrl, crmUrl }, databaseUrl] = await Promise.all([
    bringUpTemporal(source, start),
    bringUpFakes(start),
    bringUpLedger(start),
  ]);
  const taskQueue = env.WONCE_TASK_QUEUE ?? 'wonce';
  const reached = { pid: process.pid, ...temporal, taskQueue, databaseUrl, portalUrl };
  const ours = { ...environmentWith(reached, env), ...dealsEnvironment(folder, crmUrl) };
  const uiUrl = temporal.ownServer?.uiUrl;
  const forServer = { ...ours, ...(uiUrl !== undefined && { WONCE_TEMPORAL_UI_URL: uiUrl }) };
  const forWorker = workerEnvironment(ours, portalUrl, env.PORTAL_URL === undefined);
  const [serverUrl] = await Promise.all([
    bringUpServers(copies, forServer, start),
    bringUpWorkers(copies, forWorker, start),
  ]);
  const stack: Stack = { ...reached, serverUrl, ...(crmUrl !== undefined && { crmUrl }) };
  await writeDown(stack, folder);
  return stack;
}

/** The first one has the plain name. */
function named(what: string, copy: number): string {
  return copy === 1 ? what : `${what}-${copy}`;
}

function told(what: string, copy: number, name: string): string {
  return copy === 1 ? what : `${what} (${name})`;
}

async function bringUpWorkers(
  copies: number,
  forWorker: Environment,
  { narrator, supervisor }: Start,
): Promise<void> {
  for (let copy = 1; copy <= copies; copy++) {
    const name = named('worker', copy);
    await narrator.tell(
      told('the worker', copy, name),
      () => supervisor.start(workerPart(name, withMetrics(forWorker, copy - 1))),
      () => '',
    );
  }
}

/** @returns the address of the first one */
async function bringUpServers(copies: number, forServer: Environment, start: Start): Promise<string> {
  const serverAt = (copy: number) => withMetrics(forServer, copies + copy - 1);
  const serverUrl = await bringUpServer(1, start.env.WONCE_PORT, serverAt(1), start);
  for (let copy = 2; copy <= copies; copy++) await bringUpServer(copy, '0', serverAt(copy), start);
  return serverUrl;
}

/** @param wanted the port that somebody asked for */
async function bringUpServer(
  copy: number,
  wanted: string | undefined,
  forServer: Environment,
  start: Start,
): Promise<string> {
  const name = named('server', copy);
  const startAt = (port: string) => start.supervisor.start(serverPart(name, forServer, port));
  return start.narrator.tell(
    told('the HTTP server', copy, name),
    () =>
      wanted === undefined ? onFreePorts(start, [8080], (port) => startAt(String(port))) : startAt(wanted),
    (url) => url,
  );
}

async function bringUpLedger({ env, folder, supervisor, narrator }: Start): Promise<string> {
  if (env.DATABASE_URL !== undefined) return env.DATABASE_URL;
  return narrator.tell(
    'the ledger (PGlite)',
    () => supervisor.start(ledgerPart(env, folder)),
    () => '',
  );
}

/** @returns where the portal is, and the CRMs where they are fakes as well */
async function bringUpFakes(start: Start): Promise<{ portalUrl: string; crmUrl?: string }> {
  const { env, folder, supervisor, narrator } = start;
  if (env.PORTAL_URL !== undefined) return { portalUrl: env.PORTAL_URL };
  if (!runsFakeCrms(env)) return { portalUrl: await bringUpFakePortal(start) };
  const urls = onFreePorts(start, [8090, 8091], (portal, crms) =>
    supervisor.start(fakesPart(env, folder, portal, crms)),
  );
  const url = async (place: 0 | 1) => (await urls).split(' ')[place] ?? '';
  const [portalUrl, crmUrl] = await Promise.all([
    narrator.tell('the fake Partner Portal', () => url(0), String),
    narrator.tell('the fake CRMs', () => url(1), String),
  ]);
  await writeFile(fakeDealsFile(folder), fakeDeals(crmUrl));
  return { portalUrl, crmUrl };
}

function bringUpFakePortal(start: Start): Promise<string> {
  const { env, folder, supervisor, narrator } = start;
  return narrator.tell(
    'the fake Partner Portal',
    () => onFreePorts(start, [8090], (port) => supervisor.start(fakePortalPart(env, folder, port))),
    (url) => url,
  );
}

function dealsEnvironment(folder: string, crmUrl: string | undefined): Environment {
  if (crmUrl === undefined) return {};
  return { ...FAKE_SECRETS, WONCE_DEALS_FILE: fakeDealsFile(folder) };
}

/** For this user alone: the address of a ledger that DATABASE_URL names may hold a password. */
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
 * find the same port free and one talks to the other's server.
 */
function turnAtPorts(env: Environment, narrator: Narrator): SharedTurn {
  return new SharedTurn(async () => {
    await mkdir(cacheDir(env), { recursive: true });
    const file = join(cacheDir(env), 'ports');
    return takeTurn(file, () => narrator.note('Another start is finding its ports: waiting for it.'));
  });
}

/** When somebody else takes one of the ports before the part does, it is started on any other ones. */
function onFreePorts<Result>(
  { portsTurn }: Start,
  usual: readonly number[],
  bringUpPart: (...ports: number[]) => Promise<Result>,
): Promise<Result> {
  return portsTurn.during(async () => {
    for (let retries = 0; ; retries++) {
      const ports = await Promise.all(usual.map((port) => freePort(retries === 0 ? port : 0)));
      try {
        return await bringUpPart(...ports);
      } catch (error) {
        if (retries === 3 || !saysPortIsTaken((error as Error).message)) throw error;
      }
    }
  });
}

type StackTemporal = Pick<Stack, 'temporalAddress' | 'namespace' | 'ownServer'>;

async function bringUpTemporal(source: TemporalSource, start: Start): Promise<StackTemporal> {
  const { env, supervisor, narrator } = start;
  if (source.kind === 'binary') {
    const withUi = wantsTemporalUi(env);
    const { uiPort, ...temporal } = await onFreePorts(start, [7233], async (port) => {
      const ports = { port, ...(withUi && { uiPort: await hiddenUiPort() }) };
      return bringUpOwnServer(source, ports, start);
    });
    if (uiPort === undefined) return temporal;
    const uiUrl = await narrator.tell(
      'the Temporal UI',
      () => onFreePorts(start, [8233], (port) => bringUpUiGuard(uiPort, port, supervisor)),
      (url) => url,
    );
    return { ...temporal, ownServer: { ...temporal.ownServer, uiUrl } };
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

/**
 * In the UI a click starts a purchase: with a real portal it is there for those who ask for it.
 *
 * @throws Error when WONCE_TEMPORAL_UI is neither on nor off
 */
function wantsTemporalUi({ WONCE_TEMPORAL_UI: asked, PORTAL_URL }: Environment): boolean {
  if (asked === undefined || asked === '') return PORTAL_URL === undefined;
  if (asked !== 'on' && asked !== 'off') throw new Error('WONCE_TEMPORAL_UI: expected on or off.');
  return asked === 'on';
}

async function bringUpOwnServer(
  { path, how }: { path: string; how: string },
  { port, uiPort }: { port: number; uiPort?: number },
  { env, folder, supervisor, narrator }: Start,
) {
  const namespace = env.TEMPORAL_NAMESPACE ?? 'default';
  const target = plainTarget(`127.0.0.1:${port}`, namespace);
  const databaseFile = join(folder, 'temporal.db');
  const part: Part = {
    name: 'temporal',
    command: path,
    args: temporalArguments({ port, databaseFile, namespace, ...(uiPort !== undefined && { uiPort }) }),
    env: plainEnvironment(env, target),
    isUp: () => waitForTemporal(target, ANSWER_MS),
    ask: () => askTemporal(target),
    graceMs: 10_000,
    floor: GROUND,
  };
  await narrator.tell(
    `the Temporal server (${how})`,
    () => supervisor.start(part),
    () => target.address,
  );
  return { temporalAddress: target.address, namespace, ownServer: { command: path }, uiPort };
}

/** In the process of the supervisor: one of its own would take 45 MB for a few lines. */
async function bringUpUiGuard(uiPort: number, port: number, supervisor: Supervisor): Promise<string> {
  const guarded = await guardUi(new URL(`http://127.0.0.1:${uiPort}`), { host: '127.0.0.1', port });
  await supervisor.closeWithParts(() => guarded.close());
  return guarded.url;
}

/** Its address is that of its folder: it comes back there after a crash. */
function ledgerPart(env: Environment, folder: string): Part {
  return {
    ...ours('ledger', GROUND, 'dev/stack/ledger-server.js', unlessAsked(FRUGAL, env)),
    env: { ...env, LEDGER_DIR: join(folder, 'ledger') },
    readyLine: /ledger listening on (\S+)/,
    ask: askLedger,
  };
}

function fakePortalPart(env: Environment, folder: string, port: number): Part {
  return {
    ...ours('fake-portal', GROUND, 'dev/fake-portal/main.js'),
    env: { ...env, FAKE_PORTAL_PORT: String(port), FAKE_PORTAL_STATE_DIR: join(folder, 'fake-portal') },
    readyLine: /fake portal listening on (\S+)/,
    ask: (url) => askHttp(`${url}/_control/settings`),
  };
}

function fakesPart(env: Environment, folder: string, portal: number, crms: number): Part {
  return {
    ...ours('fakes', GROUND, 'dev/stack/fakes.js', unlessAsked(FRUGAL, env)),
    env: {
      ...env,
      ...{ FAKE_PORTAL_PORT: String(portal), FAKE_PORTAL_STATE_DIR: join(folder, 'fake-portal') },
      ...{ FAKE_CRMS_PORT: String(crms), FAKE_CRMS_STATE_DIR: join(folder, 'fake-crms') },
    },
    readyLine: /fakes listening on (\S+ \S+)/,
    ask: async (urls) => {
      const [portalUrl, crmUrl] = urls.split(' ');
      await Promise.all([askHttp(`${portalUrl}/_control/settings`), askHttp(`${crmUrl}/_control/`)]);
    },
  };
}

function serverPart(name: string, env: Environment, port: string): Part {
  return {
    ...ours(name, SERVERS, 'server/main.js', unlessAsked(FRUGAL, env)),
    env: { ...env, WONCE_PORT: port },
    readyLine: /server listening on (http:\/\/[^"\s]+)/,
    ask: (url) => askHttp(`${url}/healthz`),
    // Requests that have begun are finished.
    graceMs: 30_000,
  };
}

function workerEnvironment(env: Environment, portalUrl: string, usesFakePortal: boolean): Environment {
  return {
    ...env,
    ...(usesFakePortal && {
      PORTAL_CLIENT_ID: 'fake-portal-client',
      PORTAL_CLIENT_SECRET: 'fake-portal-secret',
    }),
    PORTAL_URL: portalUrl,
  };
}

function workerPart(name: string, env: Environment): Part {
  return {
    ...ours(name, WORKERS, 'worker/main.js', unlessAsked(COLLECTING_EARLY, env)),
    env,
    readyLine: /worker ready/,
    ask: (_caught, worker) => askWorker(worker),
    // Longer than the worker's own grace time: an order in flight is finished.
    graceMs: 75_000,
  };
}

/** Of what is short-lived V8 keeps up to 48 MB, which these do not need: they are as fast with 6. */
const FRUGAL = ['--max-semi-space-size=2'];

/**
 * The image's limit. On a machine with much memory V8 otherwise lets four times what lives become garbage before it
 * collects; below 2 GB it lets less than twice.
 */
const COLLECTING_EARLY = ['--max-old-space-size=1024'];

/** What somebody has asked of Node for all parts counts; an option of a command would outdo it. */
function unlessAsked(options: readonly string[], { NODE_OPTIONS = '' }: Environment): string[] {
  const asked = NODE_OPTIONS.replaceAll('_', '-');
  return options.filter((option) => !asked.includes(option.split('=')[0]!));
}

/** @param options of Node */
function ours(name: string, floor: number, file: string, options: readonly string[] = []) {
  return { name, floor, command: process.execPath, args: [...options, join(DIST, file)], graceMs: 10_000 };
}
