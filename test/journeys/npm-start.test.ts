import { ROOT } from '../support/processes';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { stringify } from 'yaml';
import type { Stack } from '../../cli/running-stack';
import { identityOf } from '../../dev/stack/process-identity';
import {
  anotherPortal,
  bookedIn,
  dataDir,
  portalOf,
  processes,
  requestFile,
  start,
  wonce,
  testFolder,
  typed,
} from '../support/npm-start';
import { tutorialRequest } from '../support/requests';
import { until } from '../support/until';

it('npm start -- --once goes from a won deal to the order and exits 0; a second one finds the data of the first', async () => {
  // CI systems set this, and colour libraries then colour what nobody looks at: a pipe gets plain text.
  const first = start(['--once'], { CI: 'true' });
  const code = await first.ended();
  expect(first.output).toMatch(/signed message of the CRM kept/);
  expect(first.output).toMatch(/✓ deal written to the ledger, read back from the CRM, and decided on/);
  expect(first.output).toMatch(/order created/);
  expect(first.output).toMatch(/ordered: order ZC\d{19}/);
  expect(first.output).toMatch(/transaction\s+AK\d{19}/);
  expect(code).toBe(0);
  expect(first.output).toMatch(
    /http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\/purchase%3Ahubspot%3A9001234%3A/,
  );
  const [order] = bookedIn(dataDir());
  expect(order!.body).toContain('"billingId":3197218168379846218,');
  const [, requestId] = /wonce status (hubspot:\S+)/.exec(first.output)!;

  const second = start();
  await second.saw(/Up until Ctrl-C/);
  expect(second.output).not.toContain(requestId);
  // As it was printed, in another terminal: the start had a data folder of its own.
  const [, line] = /^status +(WONCE_DATA_DIR=.*)$/m.exec(first.output)!;
  expect(await typed(line!, ROOT)).toMatch(/^status +ordered$/m);
  const status = await wonce('status', requestId!, '--json');
  expect(JSON.parse(status.stdout)).toMatchObject({ status: 'ordered', order: { orderNo: order!.orderNo } });
  second.child.kill('SIGINT');
  await second.endedWith(0);
  expect(processes()).toEqual([]);
});

it('after kill -9 of everything in the middle of a purchase, the next start finishes it, with one order', async () => {
  const first = start();
  await first.saw(/Up until Ctrl-C/);
  const portal = await portalOf(first);
  await portal('faults', { endpoint: 'plans', kind: 'hang', when: 'before', times: null });
  const file = requestFile('request.json', { ...tutorialRequest('killed-1'), poNumber: 'killed-1' });
  expect((await wonce('buy', '--no-wait', file)).code).toBe(0);
  // In the middle: all else was found at once, and this becomes a step of its own.
  await until('the step that hangs', async () => {
    const { requests } = (await portal('requests')) as { requests: { faults: string[] }[] };
    return requests.filter((call) => call.faults.includes('hang')).length === 2;
  });
  const pids = processes().map(({ pid }) => pid);
  expect(pids).toHaveLength(5);
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
});

it('a part that is killed is started again, and found where it was', async () => {
  const running = start();
  await running.saw(/Up until Ctrl-C/);
  for (const names of [['worker'], ['ledger', 'temporal'], ['fakes']]) {
    const killed = processes().filter(({ name }) => names.includes(name));
    killed.forEach(({ pid }) => process.kill(pid, 'SIGKILL'));
    for (const name of names) await running.saw(new RegExp(`${name} runs again`));
    const id = `again-${names.join('-')}`;
    expect((await wonce('buy', requestFile('again.json', tutorialRequest(id)))).code).toBe(0);
    expect((await wonce('audit', id)).stdout).toMatch(/ordered, attempt 1/);
  }
});

it('a part that lives and answers nobody is started again, and no other one is', async () => {
  const running = start();
  await running.saw(/Up until Ctrl-C/);
  const { databaseUrl } = JSON.parse(readFileSync(join(dataDir(), 'stack.json'), 'utf8')) as Stack;
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  // PGlite has one session, and this one is for good.
  void client.query('select pg_sleep(1000000)').catch(() => undefined);
  const frozen = processes().find(({ name }) => name === 'fakes')!;
  process.kill(frozen.pid, 'SIGSTOP');
  for (const name of ['ledger', 'fakes']) {
    await running.saw(new RegExp(`${name} lives and does not answer; it is ended`), 240_000);
    await running.saw(new RegExp(`${name} runs again`), 240_000);
  }
  expect((await wonce('buy', requestFile('asked.json', tutorialRequest('asked-1')))).code).toBe(0);
  expect(running.output).not.toMatch(/(temporal|server|worker) (lives and|ended unasked)/);
}, 600_000);

it('two starts at once in two folders keep apart: each buys with ledger and portal of its own', async () => {
  const folders = ['one', 'other'].map((name) => join(testFolder(), name));
  const both = folders.map((WONCE_DATA_DIR) => start(['--once'], { WONCE_DATA_DIR }));
  await Promise.all(both.map((one) => one.endedWith(0)));
  for (const folder of folders) expect(bookedIn(folder)).toHaveLength(1);
}, 600_000);

it('two starts in one folder: the second is turned away', async () => {
  const first = start();
  await first.saw(/the ledger \(PGlite\)/);
  const second = start();
  await second.endedWith(1);
  expect(second.output).toMatch(/FolderInUse: .* in use by process \d+/);
});

it('buys from another portal than its own when it is told to, and nothing there unasked', async () => {
  const { portal, env } = await anotherPortal();
  const unasked = start(['--once'], env);
  await unasked.endedWith(1);
  expect(unasked.output).toMatch(/add --request request\.json/);

  const file = requestFile('request.json', tutorialRequest('elsewhere-1'));
  const asked = start(['--once', '--request', file], env);
  await asked.endedWith(0);
  expect(asked.output).not.toContain('Temporal UI');
  expect(await portal.orders()).toHaveLength(1);

  const refused = start(
    ['--once', '--request', requestFile('bad.json', { ...tutorialRequest('bad'), years: 9 })],
    env,
  );
  await refused.endedWith(1);
  expect(refused.output).toMatch(/InvalidRequest: .*years/);
});

it('says that the won deals of WONCE_DEALS_FILE are bought, and from where', async () => {
  const { portal, env } = await anotherPortal();
  const license = { plan: { skus: { 'YS-ULT': 'Ultimate' } }, years: 1 };
  const shop = {
    crm: 'standard-webhooks',
    account: 'shop',
    secrets: ['SHOP_SECRET'],
    since: '2026-11-24T00:00:00Z',
  };
  const WONCE_DEALS_FILE = requestFile('deals.yaml', stringify({ sources: { shop: { ...shop, license } } }));
  const SHOP_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const running = start([], { ...env, WONCE_DEALS_FILE, SHOP_SECRET });
  await running.saw(/Up until Ctrl-C/);
  expect(running.output).toContain(`The won deals of ${WONCE_DEALS_FILE} are bought from ${portal.url}`);
  expect(running.output).not.toContain('Nothing is bought unasked');
  // Where money is spent, a click must not start a purchase, and who else can is said.
  expect(running.output).not.toMatch(/Temporal UI|start-workflow/);
  expect(running.output).toMatch(
    /Whoever reaches Temporal \(127\.0\.0\.1:\d+\) can buy: every user of this machine/,
  );
});

it('WONCE_TEMPORAL_UI brings the UI to a portal of somebody’s, or takes it away', async () => {
  const { env } = await anotherPortal();
  const withUi = start([], { ...env, WONCE_TEMPORAL_UI: 'on' });
  await withUi.saw(/Up until Ctrl-C\. Temporal UI: http:\/\/127\.0\.0\.1:\d+/);
  await withUi.stop();
  const wrong = start([], { WONCE_TEMPORAL_UI: 'yes' });
  await wrong.endedWith(1);
  expect(wrong.output).toMatch(/WONCE_TEMPORAL_UI: expected on or off/);
  const without = start(['--once'], { WONCE_TEMPORAL_UI: 'off' });
  await without.endedWith(0);
  expect(without.output).not.toContain('http://127.0.0.1:8233');
});

it('npm start -- --once exits 1 when it is not known whether the license is ordered', async () => {
  const { portal, env } = await anotherPortal();
  await portal.fault({ endpoint: 'orders', kind: 'cut', when: 'before' });
  const impatient = { ...env, WONCE_SETTLE_FIRST_LOOK: '200ms', WONCE_SETTLE_WINDOW: '1s' };
  const file = requestFile('request.json', tutorialRequest('cut-1'));
  const buying = start(['--once', '--request', file], impatient);
  await buying.endedWith(1);
  expect(buying.output).toMatch(/waiting-for-decision/);
});
