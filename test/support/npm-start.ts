import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { identityOf } from '../../dev/stack/process-identity';
import type { PlacedOrder } from '../../dev/fake-portal/orders';
import { FakePortal } from './fake-portal';
import { cleanEnvironment, ROOT, spawnProcess, type RunningProcess } from './processes';
import { keepOutput, searchBeforeItGoes } from './left-behind';
import { required } from './required';

let folder = '';
/** The folder of a test: `npm start` runs there once packages and build are there, with its data in `.wonce`. */
export const testFolder = () => folder;
/** What a test has started; stopped after it. */
export const starts: RunningProcess[] = [];
const portals: FakePortal[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wonce-start-'));
});
afterEach(async () => {
  await Promise.all([...starts.splice(0), ...portals.splice(0)].map((running) => running.stop()));
  processes().forEach(({ pid }) => identityOf(pid) !== undefined && process.kill(pid, 'SIGKILL'));
  searchBeforeItGoes(folder);
  rmSync(folder, { recursive: true, force: true });
});

export const dataDir = () => join(folder, '.wonce');
export const environment = () => ({
  WONCE_DATA_DIR: dataDir(),
  // A Temporal that a test kills leaves its port to whoever starts next: workers of both would take each other's tasks.
  WONCE_TASK_QUEUE: `wonce-${basename(folder)}`,
  TEMPORAL_CLI_PATH: required('WONCE_TEST_TEMPORAL_BINARY'),
});

export function start(args: string[] = [], env: Record<string, string> = {}): RunningProcess {
  const running = spawnProcess('dev/stack/main.js', { ...environment(), ...env }, args);
  starts.push(running);
  return running;
}

export function processes(): { name: string; pid: number }[] {
  const file = join(dataDir(), 'processes.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { name: string; pid: number }[]) : [];
}

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** The `wonce` command, in the folder of the running stack. */
export function wonce(...args: string[]): Promise<CommandResult> {
  return wonceWith({}, ...args);
}

export function wonceWith(more: Record<string, string>, ...args: string[]): Promise<CommandResult> {
  return new Promise((resolve) => {
    const env = { ...cleanEnvironment(), WONCE_DATA_DIR: dataDir(), ...more };
    execFile(process.execPath, [join(ROOT, 'bin', 'wonce.js'), ...args], { env }, (error, stdout, stderr) => {
      keepOutput('commands', stdout + stderr);
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

/** What the command printed in rows, with each row in one line. */
export function unwrapped(printed: string): string {
  return printed.replace(/\n {20}(?=\S)/g, ' ');
}

/** A line as somebody types it into a shell, in the folder of request.json or another one. */
export function typed(line: string, cwd = folder): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', line], { cwd, env: cleanEnvironment() }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`${error.message}\n${stderr}`)),
    );
  });
}

/** The real binary at a path that a shell would take for several words. */
export function temporalInAPersonsFolder(): string {
  const place = join(folder, "a person's folder");
  mkdirSync(place);
  symlinkSync(required('WONCE_TEST_TEMPORAL_BINARY'), join(place, 'temporal'));
  return join(place, 'temporal');
}

/** Listens on a port, unless somebody does already. */
export async function take(port: number, host = '127.0.0.1'): Promise<Server | undefined> {
  const server = createServer().listen(port, host);
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}

export function requestFile(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** A portal that is not the start's own, and the settings that name it. */
export async function anotherPortal(): Promise<{ portal: FakePortal; env: Record<string, string> }> {
  const portal = await FakePortal.start();
  portals.push(portal);
  const credentials = { PORTAL_CLIENT_ID: 'fake-portal-client', PORTAL_CLIENT_SECRET: 'fake-portal-secret' };
  return { portal, env: { PORTAL_URL: portal.url, ...credentials } };
}

export async function portalOf(
  running: RunningProcess,
): Promise<(path: string, body?: unknown) => Promise<unknown>> {
  const [, url] = await running.saw(/fake Partner Portal (http:\S+)/);
  return async (path, body) => {
    const response = await fetch(`${url}/_control/${path}`, {
      ...(body !== undefined && {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json' },
      }),
    });
    return response.json() as Promise<unknown>;
  };
}

export const bookedIn = (folderOfStack: string) =>
  readFileSync(join(folderOfStack, 'fake-portal', 'orders.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { order: PlacedOrder }).order);
