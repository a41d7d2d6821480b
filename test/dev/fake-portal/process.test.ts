import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../support/until';
import { FakePortalControl } from '../../../dev/fake-portal/control-client';
import { Caller } from './caller';
import { renewal, SOFTWARE } from './life-orders';
import { TUTORIAL_TEXT } from './orders';
import { cleanEnvironment, DIST, RunningProcess } from '../../support/processes';

/** The fake portal as it ships, with a standard input that can be closed. */
const running: RunningProcess[] = [];

function run(env: Record<string, string> = {}): RunningProcess {
  const child = spawn(process.execPath, [join(DIST, 'dev', 'fake-portal', 'main.js')], {
    env: { ...cleanEnvironment(), FAKE_PORTAL_PORT: '0', ...env },
  });
  const started = new RunningProcess(child);
  running.push(started);
  return started;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.kill()));
});

const listening = /^fake portal listening on (http:\/\/127\.0\.0\.1:\d+)\n$/;

const endOf = async (one: RunningProcess) => {
  if (!one.hasEnded) await once(one.child, 'exit');
  return one.child.exitCode;
};

it.each(['SIGTERM', 'SIGINT'] as const)('says one line when up and ends cleanly on %s', async (signal) => {
  const portal = run();
  await portal.saw(listening);
  portal.child.kill(signal);
  expect(await endOf(portal)).toBe(0);
});

it('ends with its standard input when a supervisor holds it', async () => {
  const portal = run({ WONCE_PARENT_STDIN: '1' });
  await portal.saw(listening);
  portal.child.stdin!.end();
  expect(await endOf(portal)).toBe(0);
});

it('lives on without a standard input when nobody supervises it', async () => {
  const portal = run();
  const [, url] = await portal.saw(listening);
  portal.child.stdin!.end();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect((await fetch(`${url}/_control/orders`)).status).toBe(200);
});

it('says that the port is taken, and what to do', async () => {
  const first = run();
  const [, url] = await first.saw(listening);
  const { port } = new URL(url!);
  const second = run({ FAKE_PORTAL_PORT: port });
  expect(await endOf(second)).toBe(1);
  expect(second.output).toContain(`port ${port} is taken (EADDRINUSE): choose another with FAKE_PORTAL_PORT`);
});

it.each([
  ['FAKE_PORTAL_PORT', 'http', /FAKE_PORTAL_PORT: expected a whole number from 0 to 65535, came "http"/],
  ['FAKE_PORTAL_PORT', '70000', /FAKE_PORTAL_PORT: expected/],
  ['FAKE_PORTAL_LATENCY_MS', '-5', /FAKE_PORTAL_LATENCY_MS: expected/],
])('refuses %s=%s', async (name, value, message) => {
  const portal = run({ [name]: value });
  expect(await endOf(portal)).toBe(1);
  expect(portal.output).toMatch(message);
});

it('every order that was answered for is there after kill -9 in the middle of others', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'fake-portal-'));
  const env = { FAKE_PORTAL_STATE_DIR: stateDir };
  const first = run(env);
  const caller = Caller.at((await first.saw(listening))[1]!);
  await caller.accessToken();
  const answered: unknown[] = [];
  const buying = Array.from({ length: 8 }, async () => {
    for (;;) answered.push((await caller.order(TUTORIAL_TEXT)).result.orderNo);
  });
  await until('some orders', () => answered.length > 20);
  await first.kill();
  await Promise.allSettled(buying);

  const second = run(env);
  const orders = await Caller.at((await second.saw(listening))[1]!).orders();
  expect(orders.map(({ orderNo }) => orderNo)).toEqual(expect.arrayContaining(answered));
  await second.stop();
  rmSync(stateDir, { recursive: true });
});

it('renewals in the middle of kill -9 count once each, those that were not answered for too', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'fake-portal-'));
  const env = { FAKE_PORTAL_STATE_DIR: stateDir };
  const first = run(env);
  const caller = Caller.at((await first.saw(listening))[1]!);
  await caller.switched('pbxs', SOFTWARE);
  let answered = 0;
  const renewing = Array.from({ length: 8 }, async () => {
    for (;;) {
      await caller.order(renewal());
      answered += 1;
    }
  });
  await until('some renewals', () => answered > 20);
  await first.kill();
  await Promise.allSettled(renewing);

  const second = run(env);
  const control = new FakePortalControl((await second.saw(listening))[1]!);
  const { length } = await control.orders();
  expect(length).toBeGreaterThanOrEqual(answered);
  expect(await control.pbx(SOFTWARE.serialNumber)).toMatchObject({
    yearsBought: 1 + length,
    expiresAt: Date.UTC(2030 + length, 0, 31),
  });
  await second.stop();
  rmSync(stateDir, { recursive: true });
});
