import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../dev/stack/free-port';
import { RunningProcess } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { build } from './build';
import { readDockerfile } from './dockerfile';
import { spawnInRoot } from './sandbox';

/**
 * The image, by the steps of the Dockerfile: all but the one that is of the base image's Debian are carried out, and its
 * processes are run as they will be, as the user 1000, on a root that cannot be written to. `npm run test:image`.
 */
const stages = readDockerfile();
const image = stages.at(-1)!;
let folder: string;
let app: string;
let stack: TestStack;
const running: RunningProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wonce-image-'));
  app = join(await build(stages, folder), 'app');
  stack = await TestStack.start();
}, 900_000);
afterEach(async () => {
  for (const process of running.splice(0)) {
    // With its first process the root ends, and with that what holds it.
    if (!process.hasEnded) signal(process, 'SIGKILL');
    await process.kill();
  }
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await stack.stop();
  // Some 50,000 files.
}, 900_000);

/** A process of the image, with its secrets in files of a folder that is closed, each mounted for itself, as compose does. */
function start(command: string[], env: Record<string, string> = {}): RunningProcess {
  const { DATABASE_URL, PORTAL_CLIENT_SECRET, ...settings } = { ...stack.env(), ...env };
  const secrets = mkdtempSync(join(folder, 'secrets-'));
  writeFileSync(join(secrets, 'ledger-url'), `${DATABASE_URL}\n`);
  writeFileSync(join(secrets, 'portal-client-secret'), `${PORTAL_CLIENT_SECRET}\n`);
  const child = spawnInRoot(command, {
    mounts: [
      { source: app, at: '/app', isWritable: false },
      ...readdirSync(secrets).map((name) => ({
        source: join(secrets, name),
        at: `/run/secrets/${name}`,
        isWritable: false,
      })),
    ],
    workdir: '/app',
    env: {
      ...image.env,
      ...settings,
      DATABASE_URL_FILE: '/run/secrets/ledger-url',
      PORTAL_CLIENT_SECRET_FILE: '/run/secrets/portal-client-secret',
    },
    user: image.user!,
  });
  const process = new RunningProcess(child);
  running.push(process);
  return process;
}

/** To the first process of the root, as a container gets its signals: not to what holds the root. */
function signal({ child }: RunningProcess, name = image.stopSignal): void {
  const [inside] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ');
  // No number would be this very process, and all beside it.
  if (inside) process.kill(Number(inside), name);
}

it('has what it runs, and nothing of what built it', () => {
  const packages = readdirSync(join(app, 'node_modules'));
  expect(packages).toContain('fastify');
  for (const ofDevelopment of ['typescript', 'jest', 'eslint', 'prettier', 'playwright-core'])
    expect(packages).not.toContain(ofDevelopment);
  expect(readdirSync(app).sort()).toEqual([
    ...['LICENSE', 'bin', 'dist', 'node_modules', 'package.json', 'sbom.cdx.json', 'server'],
  ]);
  expect(existsSync(join(app, 'dist', 'dev'))).toBe(false);
  expect(existsSync(join(app, 'dist', 'THIRD-PARTY-LICENSES.txt'))).toBe(true);
});

it('its bill of materials names every package that is in it, with its version', () => {
  const bill = JSON.parse(readFileSync(join(app, 'sbom.cdx.json'), 'utf8')) as {
    bomFormat: string;
    metadata: { component: { name: string; version: string } };
    components: { purl: string }[];
  };
  expect(bill.bomFormat).toBe('CycloneDX');
  expect(bill.metadata.component.name).toBe('wonce');
  const named = new Set(bill.components.map(({ purl }) => decodeURIComponent(purl)));
  const hidden = join(app, 'node_modules', '.package-lock.json');
  const { packages } = JSON.parse(readFileSync(hidden, 'utf8')) as {
    packages: Record<string, { version: string; name?: string }>;
  };
  for (const [path, { version, name }] of Object.entries(packages)) {
    const purl = `pkg:npm/${name ?? path.split('node_modules/').at(-1)!}@${version}`;
    expect(named).toContain(purl);
  }
});

it('the worker runs and ends on its stop signal, as a user who can write nowhere', async () => {
  const worker = start(image.command!);
  await worker.saw(/worker ready/);
  signal(worker);
  await worker.endedWith(0);
  expect(worker.output).toMatch(/worker stopped/);
});

it('the server serves its page, is asked whether it is well, and ends on its stop signal', async () => {
  const port = await freePort();
  const server = start(['node', 'dist/server/main.js'], {
    ...{ WONCE_HOST: '0.0.0.0', WONCE_PORT: String(port), WONCE_API_TOKENS: 'a-token-of-16-characters' },
    WONCE_PUBLIC_URL: 'https://wonce.example',
  });
  await server.saw(/server listening on/);
  const url = `http://127.0.0.1:${port}`;
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${url}/`)).text()).toMatch(/\/assets\/\w+\/style\.css/);
  signal(server);
  await server.endedWith(0);
});

it('the command runs beside them, and a purchase is made', async () => {
  const worker = start(image.command!);
  await worker.saw(/worker ready/);
  const request = JSON.stringify(tutorialRequest('packaging-image'));
  const bought = start(['sh', '-c', `echo '${request}' | node bin/wonce.js buy - --json`]);
  await bought.endedWith(0);
  expect(bought.output).toMatch(/"status": "ordered"/);
  const listed = start(['node', 'bin/wonce.js', 'list', '--limit', '1']);
  await listed.endedWith(0);
  expect(listed.output).toMatch(/packaging-image/);
});

it('what tries Wonce out is not in it, and says so', async () => {
  const tried = start(['node', 'bin/wonce.js', 'start']);
  await tried.endedWith(1);
  expect(tried.output).toMatch(/^wonce start tries Wonce out, and is not in the image/);
});

it.each(['/app/x', '/app/dist/x', '/run/secrets/x', '/x', '/usr/x'])('%s cannot be written', async (file) => {
  const tried = start(['sh', '-c', `touch ${file}`]);
  await tried.endedWith(1);
});

it('it is the user 1000, without any right of root', async () => {
  const asked = start([
    'sh',
    '-c',
    'id -u; id -g; grep CapEff /proc/self/status; grep NoNewPrivs /proc/self/status',
  ]);
  await asked.endedWith(0);
  expect(asked.output).toMatch(/^1000\n1000\nCapEff:\s+0+\nNoNewPrivs:\s+1\n$/);
});
