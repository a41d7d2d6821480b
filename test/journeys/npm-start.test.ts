import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/embedded/free-port';
import { identityOf } from '../../src/embedded/process-identity';
import { PortalStandIn, type BookedOrder } from '../support/portal-stand-in';
import { cleanEnvironment, ROOT, spawnProcess, type RunningProcess } from '../support/processes';
import { required } from '../support/required';
import { tutorialRequest } from '../support/requests';
import { tlsInFrontOf } from '../support/tls-front';
import { until } from '../support/until';

/** What `npm start` runs once packages and build are there, with a data folder of its own. */
let folder: string;
const starts: RunningProcess[] = [];
const portals: PortalStandIn[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wonce-start-'));
});
afterEach(async () => {
  await Promise.all([...starts.splice(0), ...portals.splice(0)].map((running) => running.stop()));
  processes().forEach(({ pid }) => identityOf(pid) !== undefined && process.kill(pid, 'SIGKILL'));
  rmSync(folder, { recursive: true, force: true });
});

const dataDir = () => join(folder, '.wonce');
const environment = () => ({
  WONCE_DATA_DIR: dataDir(),
  TEMPORAL_CLI_PATH: required('WONCE_TEST_TEMPORAL_BINARY'),
});

function start(args: string[] = [], env: Record<string, string> = {}): RunningProcess {
  const running = spawnProcess('embedded/main.js', { ...environment(), ...env }, args);
  starts.push(running);
  return running;
}

function processes(): { name: string; pid: number }[] {
  const file = join(dataDir(), 'processes.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { name: string; pid: number }[]) : [];
}

interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** The `wonce` command, in the folder of the running stack. */
function wonce(...args: string[]): Promise<CommandResult> {
  return wonceWith({}, ...args);
}

function wonceWith(more: Record<string, string>, ...args: string[]): Promise<CommandResult> {
  return new Promise((resolve) => {
    const env = { ...cleanEnvironment(), WONCE_DATA_DIR: dataDir(), ...more };
    execFile(process.execPath, [join(ROOT, 'bin', 'wonce.js'), ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

/** A line as somebody types it into a shell, in the folder of request.json. */
function typed(line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', line], { cwd: folder, env: cleanEnvironment() }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`${error.message}\n${stderr}`)),
    );
  });
}

/** The real binary at a path that a shell would take for several words. */
function temporalInAPersonsFolder(): string {
  const place = join(folder, "a person's folder");
  mkdirSync(place);
  symlinkSync(required('WONCE_TEST_TEMPORAL_BINARY'), join(place, 'temporal'));
  return join(place, 'temporal');
}

/** Listens on a port, unless somebody does already. */
async function take(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}

function requestFile(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** A portal that is not the start's own, and the settings that name it. */
async function anotherPortal(): Promise<{ portal: PortalStandIn; env: Record<string, string> }> {
  const portal = await PortalStandIn.start();
  portals.push(portal);
  const credentials = { PORTAL_CLIENT_ID: 'sandbox-client', PORTAL_CLIENT_SECRET: 'sandbox-secret' };
  return { portal, env: { PORTAL_URL: portal.url, ...credentials } };
}

async function portalOf(
  running: RunningProcess,
): Promise<(path: string, body?: unknown) => Promise<unknown>> {
  const [, url] = await running.saw(/stand-in Partner Portal (http:\S+)/);
  return async (path, body) => {
    const response = await fetch(`${url}/_sandbox/${path}`, {
      ...(body !== undefined && {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json' },
      }),
    });
    return response.json();
  };
}

const bookedIn = (folderOfStack: string) =>
  readFileSync(join(folderOfStack, 'sandbox', 'orders.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { order: BookedOrder }).order);

it('npm start -- --once buys the tutorial licence and exits 0; a second one finds the data of the first', async () => {
  // CI systems set this, and colour libraries then colour what nobody looks at: a pipe gets plain text.
  const first = start(['--once'], { CI: 'true' });
  expect(await first.ended()).toBe(0);
  expect(first.output).toMatch(/order created/);
  expect(first.output).toMatch(/ordered: order ZC\d{19}/);
  expect(first.output).toMatch(/transaction\s+AK\d{19}/);
  expect(first.output).toMatch(/http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\/purchase%3Ademo-/);
  const [order] = bookedIn(dataDir());
  expect(order!.body).toContain('"billingId":3197218168379846218,');
  const [, requestId] = /wonce status (demo-\S+)/.exec(first.output)!;

  const second = start();
  await second.saw(/Up until Ctrl-C/);
  expect(second.output).not.toContain(requestId);
  const status = await wonce('status', requestId!, '--json');
  expect(JSON.parse(status.stdout)).toMatchObject({ status: 'ordered', order: { orderNo: order!.orderNo } });
  second.child.kill('SIGINT');
  expect(await second.ended()).toBe(0);
  expect(processes()).toEqual([]);
}, 120_000);

it('after kill -9 of everything in the middle of a purchase, the next start finishes it, with one order', async () => {
  const first = start();
  await first.saw(/Up until Ctrl-C/);
  const portal = await portalOf(first);
  await portal('faults', { endpoint: 'plans', kind: 'hang', when: 'before', times: null });
  const file = requestFile('request.json', { ...tutorialRequest('killed-1'), poNumber: 'killed-1' });
  expect((await wonce('buy', '--no-wait', file)).code).toBe(0);
  await until('the look-ups', async () =>
    ((await portal('requests')) as { requests: { faults: string[] }[] }).requests.some((call) =>
      call.faults.includes('hang'),
    ),
  );
  const pids = processes().map(({ pid }) => pid);
  expect(pids).toHaveLength(4);
  first.child.kill('SIGKILL');
  pids.forEach((pid) => process.kill(pid, 'SIGKILL'));
  await until('their end', () => pids.every((pid) => identityOf(pid) === undefined));

  const second = start();
  await second.saw(/Going on with killed-1/);
  const { code, stdout } = await wonce('wait', 'killed-1', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ status: 'ordered' });
  expect(code).toBe(0);
  expect(bookedIn(dataDir()).filter((order) => order.poNumber === 'killed-1')).toHaveLength(1);
}, 240_000);

it('when the supervisor alone is killed, its parts end, and the next start ends what is left', async () => {
  const first = start();
  await first.saw(/Up until Ctrl-C/);
  const parts = processes();
  await first.kill();
  const ours = parts.filter(({ name }) => name !== 'temporal');
  await until(
    'the end of our own parts',
    () => ours.every(({ pid }) => identityOf(pid) === undefined),
    90_000,
  );
  const second = start();
  await second.saw(/Ending temporal \(process \d+\), left by a start that was killed/);
  await second.saw(/Up until Ctrl-C/);
}, 180_000);

it('a part that is killed is started again, and found where it was', async () => {
  const running = start();
  await running.saw(/Up until Ctrl-C/);
  for (const names of [['worker'], ['ledger', 'temporal'], ['sandbox']]) {
    const killed = processes().filter(({ name }) => names.includes(name));
    killed.forEach(({ pid }) => process.kill(pid, 'SIGKILL'));
    for (const name of names) await running.saw(new RegExp(`${name} runs again`));
    const id = `again-${names.join('-')}`;
    expect((await wonce('buy', requestFile('again.json', tutorialRequest(id)))).code).toBe(0);
    expect((await wonce('audit', id)).stdout).toMatch(/attempt-created/);
  }
}, 180_000);

it('two starts in one folder: the second is turned away', async () => {
  const first = start();
  await first.saw(/the ledger \(PGlite\)/);
  const second = start();
  expect(await second.ended()).toBe(1);
  expect(second.output).toMatch(/FolderInUse: .* in use by process \d+/);
}, 120_000);

it('buys from another portal than its own when it is told to, and nothing there unasked', async () => {
  const { portal, env } = await anotherPortal();
  const unasked = start(['--once'], env);
  expect(await unasked.ended()).toBe(1);
  expect(unasked.output).toMatch(/add --request request\.json/);

  const file = requestFile('request.json', tutorialRequest('elsewhere-1'));
  const asked = start(['--once', '--request', file], env);
  expect(await asked.ended()).toBe(0);
  expect(await portal.orders()).toHaveLength(1);

  const refused = start(
    ['--once', '--request', requestFile('bad.json', { ...tutorialRequest('bad'), years: 9 })],
    env,
  );
  expect(await refused.ended()).toBe(1);
  expect(refused.output).toMatch(/InvalidRequest: .*years/);
}, 180_000);

it('npm start -- --once exits 1 when it is not known whether the licence is ordered', async () => {
  const { portal, env } = await anotherPortal();
  await portal.fault({ endpoint: 'orders', kind: 'cut', when: 'after' });
  const buying = start(['--once', '--request', requestFile('request.json', tutorialRequest('cut-1'))], env);
  expect(await buying.ended()).toBe(1);
  expect(buying.output).toMatch(/waiting-for-decision/);
}, 120_000);

describe('whatever the machine has configured', () => {
  it('what is configured for another Temporal is not used on a server of its own', async () => {
    mkdirSync(join(folder, 'temporalio'));
    const profile = 'address = "127.0.0.1:1"\nnamespace = "prod"\napi_key = "planted"\n';
    writeFileSync(
      join(folder, 'temporalio', 'temporal.toml'),
      `[profile.default]\n${profile}[profile.prod]\n${profile}`,
    );
    const env = {
      ...{ HOME: folder, XDG_CONFIG_HOME: folder },
      ...{ TEMPORAL_PROFILE: 'prod', TEMPORAL_API_KEY: 'planted', TEMPORAL_TLS: 'true' },
    };
    const running = start([], env);
    await running.saw(/Up until Ctrl-C/);
    expect(running.output).toMatch(/ordered: order ZC/);
    const file = requestFile('request.json', tutorialRequest('configured-1'));
    expect((await wonceWith(env, 'buy', file)).code).toBe(0);
    expect((await wonceWith({ ...env, TEMPORAL_ADDRESS: '127.0.0.1:1' }, 'buy', file)).stderr).toMatch(
      /127\.0\.0\.1:1/,
    );
  }, 120_000);

  it('a proxy is not asked for what runs on this machine', async () => {
    const proxy = `http://127.0.0.1:${await freePort()}`;
    const env = { https_proxy: proxy, http_proxy: proxy, HTTPS_PROXY: proxy, HTTP_PROXY: proxy };
    const running = start([], env);
    await running.saw(/Up until Ctrl-C/);
    expect(running.output).toMatch(/ordered: order ZC/);
    const file = requestFile('request.json', tutorialRequest('proxy-1'));
    expect((await wonceWith(env, 'buy', file)).code).toBe(0);
  }, 120_000);

  it('a server that TEMPORAL_ADDRESS names is reached with all that is configured for it', async () => {
    const front = await tlsInFrontOf(required('WONCE_TEST_TEMPORAL_ADDRESS'), folder);
    try {
      const queue = { WONCE_TASK_QUEUE: `tls-${randomUUID()}` };
      const running = start([], { ...front.env, ...queue, TEMPORAL_ADDRESS: front.address });
      await running.saw(/Up until Ctrl-C/);
      expect(running.output).toMatch(/✓ order created[^]*ordered: order ZC/);
      expect(processes().map(({ name }) => name)).not.toContain('temporal');
      const file = requestFile('request.json', tutorialRequest(randomUUID()));
      expect((await wonceWith(front.env, 'buy', file)).code).toBe(0);
    } finally {
      await Promise.all(starts.splice(0).map((each) => each.stop()));
      await front.stop();
    }
  }, 120_000);
});

describe('a start that is to end stops all its parts, and ends with 0', () => {
  it.each<[string, (running: RunningProcess) => void]>([
    // npm forwards the signal on top of the terminal's own.
    [
      'Ctrl-C, which comes twice under npm',
      ({ child }) => {
        child.kill('SIGINT');
        child.kill('SIGINT');
        child.stdout!.on('data', () => child.kill('SIGINT'));
      },
    ],
    ['the end of its terminal', ({ child }) => child.kill('SIGHUP')],
  ])(
    'at %s',
    async (_name, end) => {
      const running = start();
      await running.saw(/Up until Ctrl-C/);
      const parts = processes();
      expect(parts).toHaveLength(4);
      end(running);
      expect(await running.ended()).toBe(0);
      expect(parts.filter(({ pid }) => identityOf(pid) !== undefined)).toEqual([]);
      expect(existsSync(join(dataDir(), 'stack.json'))).toBe(false);
    },
    60_000,
  );

  it('and with 1 when it was to buy once and has not', async () => {
    const buying = start(['--once']);
    await buying.saw(/the Temporal server/);
    buying.child.kill('SIGINT');
    expect(await buying.ended()).toBe(1);
  }, 60_000);

  it('when nobody reads what it says, as with npm start | head', async () => {
    const running = start();
    await running.saw(/the Temporal server/);
    running.child.stdout!.destroy();
    running.child.stderr!.destroy();
    expect(await running.ended()).toBe(0);
    expect(processes()).toEqual([]);
  }, 60_000);

  it('the benchmark too', async () => {
    const bench = spawnProcess('bench/main.js', { ...environment(), TMPDIR: folder });
    starts.push(bench);
    await bench.saw(/the worker/);
    const [data] = readdirSync(folder);
    const parts = JSON.parse(readFileSync(join(folder, data!, 'processes.json'), 'utf8')) as {
      pid: number;
    }[];
    expect(parts).toHaveLength(4);
    bench.child.kill('SIGINT');
    expect(await bench.ended()).toBe(1);
    expect(parts.filter(({ pid }) => identityOf(pid) !== undefined)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  }, 60_000);
});

it('without the command: the printed line buys with the real temporal, and the UI has the start form', async () => {
  const running = start([], { TEMPORAL_CLI_PATH: temporalInAPersonsFolder() });
  await running.saw(/Up until Ctrl-C/);
  const [, line] = /^ +(TEMPORAL_ADDRESS=.*)$/m.exec(running.output)!;
  requestFile('request.json', tutorialRequest('demo-7'));
  const buy = line!.replace('purchase:ID', 'purchase:demo-7');
  const [, runId] = /RunId +(\S+)/.exec(await typed(buy))!;
  const temporal = line!.slice(0, line!.indexOf(' workflow start'));
  await until('the order', async () =>
    /ordered/.test(await typed(`${temporal} workflow query --workflow-id purchase:demo-7 --type status`)),
  );
  expect((await wonce('status', 'demo-7')).stdout).toMatch(/ordered/);
  // The command answers with the run there is.
  expect(await typed(buy)).toContain(runId);

  const [, form] = /^ +(http\S+workflowId=purchase:ID&taskQueue=wonce&workflowType=purchaseLicense)$/m.exec(
    running.output,
  )!;
  expect(await (await fetch(form!)).text()).toMatch(/<html/);
}, 120_000);

it('where everything is, is told to nobody but this user: a ledger may have a password', async () => {
  mkdirSync(dataDir());
  writeFileSync(join(dataDir(), 'stack.json'), '{}', { mode: 0o644 });
  await start().saw(/Up until Ctrl-C/);
  expect(statSync(join(dataDir(), 'stack.json')).mode & 0o777).toBe(0o600);
}, 60_000);

it('where its usual ports are taken, it comes up on others, and buys', async () => {
  const others = await Promise.all([7233, 7432, 8090, 8233].map(take));
  try {
    const buying = start(['--once']);
    expect(await buying.ended()).toBe(0);
    const addresses = buying.output.match(/127\.0\.0\.1:\d+/g)!;
    expect(addresses.length).toBeGreaterThanOrEqual(3);
    expect(addresses.join(' ')).not.toMatch(/:(7233|7432|8090|8233)\b/);
  } finally {
    others.forEach((server) => server?.close());
  }
}, 60_000);

describe('the command, in the folder of a running start', () => {
  it('buy twice is one order, other content is refused; results on stdout, progress on stderr, exit codes', async () => {
    const running = start();
    await running.saw(/Up until Ctrl-C/);
    const request = { ...tutorialRequest('command-1'), poNumber: 'command-1' };
    const file = requestFile('request.json', request);

    const first = await wonce('buy', file, '--json');
    expect(first.code).toBe(0);
    const bought = JSON.parse(first.stdout) as { order: { orderNo: string } };
    const second = await wonce('buy', file, '--json');
    expect(second.code).toBe(0);
    expect(JSON.parse(second.stdout)).toMatchObject({ order: bought.order });
    expect(second.stderr).toMatch(/known already/);

    const other = await wonce('buy', requestFile('other.json', { ...request, years: 3 }));
    expect(other).toMatchObject({ code: 1, stdout: '' });
    expect(other.stderr).toMatch(/RequestConflict: .*years \(2 before, 3 now\)/);
    expect(bookedIn(dataDir()).filter((order) => order.poNumber === 'command-1')).toHaveLength(1);

    const malformed = await wonce('buy', requestFile('malformed.json', '{"requestId": '));
    expect(malformed).toMatchObject({ code: 1, stdout: '' });
    expect(malformed.stderr).toMatch(/InvalidRequest: The request is not JSON/);

    expect((await wonce('status', 'nobody')).stderr).toMatch(/UnknownPurchase: .*wonce list/);
    expect((await wonce('status', 'nobody')).code).toBe(1);
    expect((await wonce('buy', 'no-such-file.json')).code).toBe(2);
    expect((await wonce('frobnicate')).code).toBe(2);
    expect((await wonce('--help')).code).toBe(0);
    expect((await wonce('cancel', 'command-1')).stderr).toMatch(/NothingToCancel/);

    const list = JSON.parse((await wonce('list', '--json')).stdout) as { purchases: { requestId: string }[] };
    expect(list.purchases.map((purchase) => purchase.requestId)).toContain('command-1');
    const audit = await wonce('audit', 'command-1');
    expect(audit.stdout).toMatch(/attempt-created[\s\S]*The chain of 3 events holds/);
    expect((await wonce('audit', '--verify')).stdout).toMatch(/0 broken/);

    const kind = { endpoint: 'orders', kind: 'cut', when: 'after', match: { poNumber: 'command-2' } };
    await (
      await portalOf(running)
    )('faults', kind);
    const waiting = await wonce(
      'buy',
      requestFile('two.json', { ...request, requestId: 'command-2', poNumber: 'command-2' }),
    );
    expect(waiting.code).toBe(3);
    expect(waiting.stdout).toMatch(/waiting-for-decision/);
  }, 180_000);
});
