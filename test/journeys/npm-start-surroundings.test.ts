import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../../dev/stack/cache';
import { freePort } from '../../dev/stack/free-port';
import { identityOf } from '../../dev/stack/process-identity';
import type { Stack } from '../../cli/running-stack';
import { commandLineOf } from '../../dev/bench/processes';
import {
  anotherPortal,
  dataDir,
  environment,
  processes,
  requestFile,
  start,
  starts,
  take,
  temporalInAPersonsFolder,
  testFolder,
  typed,
  wonce,
  wonceWith,
} from '../support/npm-start';
import { asNobody, CONNECT, openToOthers } from '../support/nobody';
import { ROOT, spawnProcess, type RunningProcess } from '../support/processes';
import { required } from '../support/required';
import { tutorialRequest } from '../support/requests';
import { tlsInFrontOf } from '../support/tls-front';
import { until } from '../support/until';

describe('whatever the machine has configured', () => {
  it('what is configured for another Temporal is not used on a server of its own', async () => {
    mkdirSync(join(testFolder(), 'temporalio'));
    const profile = 'address = "127.0.0.1:1"\nnamespace = "prod"\napi_key = "planted"\n';
    writeFileSync(
      join(testFolder(), 'temporalio', 'temporal.toml'),
      `[profile.default]\n${profile}[profile.prod]\n${profile}`,
    );
    const env = {
      ...{ HOME: testFolder(), XDG_CONFIG_HOME: testFolder() },
      // Starts of one cache take turns at looking for ports: this one with all others.
      WONCE_CACHE_DIR: cacheDir(process.env),
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
  });

  it('a proxy is not asked for what runs on this machine', async () => {
    const proxy = `http://127.0.0.1:${await freePort()}`;
    const env = { https_proxy: proxy, http_proxy: proxy, HTTPS_PROXY: proxy, HTTP_PROXY: proxy };
    const running = start([], env);
    await running.saw(/Up until Ctrl-C/);
    expect(running.output).toMatch(/ordered: order ZC/);
    const file = requestFile('request.json', tutorialRequest('proxy-1'));
    expect((await wonceWith(env, 'buy', file)).code).toBe(0);
  });

  it('what is asked of Node for all of its processes is not outdone by options of a start', async () => {
    const { env } = await anotherPortal();
    const running = start([], { ...env, NODE_OPTIONS: '--max_old_space_size=3000' });
    await running.saw(/Up until Ctrl-C/);
    const optionsOf = (wanted: string) =>
      commandLineOf(processes().find(({ name }) => name === wanted)!.pid).match(/--\S+/g) ?? [];
    expect(optionsOf('worker')).toEqual([]);
    expect(optionsOf('server')).toEqual(['--max-semi-space-size=2']);
  });

  it('a Temporal server that TEMPORAL_ADDRESS names and that is away holds up no other start', async () => {
    const env = { WONCE_DATA_DIR: join(testFolder(), 'waiting'), TEMPORAL_ADDRESS: '127.0.0.1:1' };
    const waiting = start([], env);
    await waiting.saw(/the fake CRMs/);
    const other = start(['--once']);
    await other.endedWith(0);
    expect(waiting.hasEnded).toBe(false);
  });

  it('a server that TEMPORAL_ADDRESS names is reached with all that is configured for it', async () => {
    const front = await tlsInFrontOf(required('WONCE_TEST_TEMPORAL_ADDRESS'), testFolder());
    try {
      // The tests share this Temporal, and one schedule of the books.
      const queue = { WONCE_TASK_QUEUE: `tls-${randomUUID()}`, WONCE_BOOKS: 'off' };
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
  });
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
      expect(parts).toHaveLength(5);
      end(running);
      await running.endedWith(0);
      expect(parts.filter(({ pid }) => identityOf(pid) !== undefined)).toEqual([]);
      expect(existsSync(join(dataDir(), 'stack.json'))).toBe(false);
    },
    120_000,
  );

  it('what the server has been asked before is answered: workers end after it', async () => {
    const { portal, env } = await anotherPortal();
    const running = start([], env);
    await running.saw(/Up until Ctrl-C/);
    await portal.settings({ latencyMs: 3_000 });
    const { serverUrl } = JSON.parse(readFileSync(join(dataDir(), 'stack.json'), 'utf8')) as Stack;
    const body = JSON.stringify(tutorialRequest('asked-before'));
    const headers = { 'content-type': 'application/json' };
    const answer = fetch(`${serverUrl}/quotes`, { method: 'POST', headers, body });
    const plans = ({ endpoint }: { endpoint?: string }) => endpoint === 'plans';
    await until('the plans to be asked for', async () => (await portal.requests()).some(plans));
    running.child.kill('SIGINT');
    expect((await answer).status).toBe(200);
    await running.endedWith(0);
  });

  it('and with 1 when it was to buy once and has not', async () => {
    const buying = start(['--once']);
    await buying.saw(/the Temporal server/);
    buying.child.kill('SIGINT');
    await buying.endedWith(1);
  });

  it('when nobody reads what it says, as with npm start | head', async () => {
    const running = start();
    await running.saw(/the Temporal server/);
    running.child.stdout!.destroy();
    running.child.stderr!.destroy();
    await running.endedWith(0);
    expect(processes()).toEqual([]);
  });

  it('the benchmark too', async () => {
    const env = { ...environment(), TMPDIR: testFolder() };
    const bench = spawnProcess('dev/bench/main.js', env, ['purchase']);
    starts.push(bench);
    await bench.saw(/stack up/);
    const files = readdirSync(testFolder(), { recursive: true, encoding: 'utf8' });
    const file = files.find((name) => name.endsWith('processes.json'))!;
    const parts = JSON.parse(readFileSync(join(testFolder(), file), 'utf8')) as { pid: number }[];
    expect(parts).toHaveLength(5);
    bench.child.kill('SIGINT');
    await bench.endedWith(1);
    expect(parts.filter(({ pid }) => identityOf(pid) !== undefined)).toEqual([]);
    expect(readdirSync(testFolder())).toEqual([]);
  });
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

  const [, form] =
    /^ +(http\S+workflowId=purchase:ID&taskQueue=wonce-[^&]+&workflowType=purchaseLicense)$/m.exec(
      running.output,
    )!;
  expect(await (await fetch(form!)).text()).toMatch(/<html/);
});

describe('nobody else on this machine', () => {
  it('can read, write or connect to what a start keeps, whatever the umask and whatever was left open before', async () => {
    chmodSync(testFolder(), 0o755);
    mkdirSync(join(dataDir(), 'logs'), { recursive: true });
    writeFileSync(join(dataDir(), 'logs', 'worker.log'), 'of before\n');
    writeFileSync(join(dataDir(), 'stack.json'), '{}');
    for (const name of ['.', 'logs', 'logs/worker.log', 'stack.json'])
      chmodSync(join(dataDir(), name), 0o777);
    const umask = process.umask(0o022);
    const running = start();
    process.umask(umask);
    await running.saw(/Up until Ctrl-C/);
    expect(openToOthers(dataDir())).toEqual([]);
    const kept = `'${dataDir()}'`;
    const commands = [
      `ls ${kept}`,
      `cat ${kept}/stack.json`,
      `cat ${kept}/temporal.db`,
      `cat ${kept}/logs/worker.log`,
      `echo x > ${kept}/ledger/data/PG_VERSION`,
      `${CONNECT} ${kept}/ledger/.s.PGSQL.5432`,
    ];
    expect(await asNobody(commands.join('; '))).toBe(commands.length);
    running.child.kill('SIGINT');
    await running.ended();
    expect(openToOthers(dataDir())).toEqual([]);
  });
});

it('psql reads the ledger with the line of the docs, and changes nothing that is kept', async () => {
  await start().saw(/Up until Ctrl-C/);
  const docs = readFileSync(join(ROOT, 'docs', 'ledger.md'), 'utf8');
  const [line] = /^psql .*$/m.exec(docs)!;
  expect(await typed(`${line} -At -c "select kind from events order by at limit 1"`)).toBe('accepted\n');
  for (const statement of ["copy (select 1) to program 'true'", 'alter table events disable trigger all']) {
    await expect(typed(`${line} -c "${statement}"`)).rejects.toThrow(/permission denied|must be owner/);
  }
  expect((await wonce('list')).stdout).toMatch(/ordered/);
});

it('where its usual ports are taken, it comes up on others, and buys', async () => {
  const usual = [7233, 8080, 8090, 8091, 8233];
  const others = await Promise.all(usual.map((port) => take(port)));
  // What another start has just then is not held here, and may be free a moment later.
  const held = usual.filter((_, index) => others[index] !== undefined);
  try {
    const buying = start(['--once']);
    await buying.endedWith(0);
    const addresses = buying.output.match(/127\.0\.0\.1:\d+/g)!;
    expect(addresses.length).toBeGreaterThanOrEqual(5);
    expect(held.filter((port) => addresses.includes(`127.0.0.1:${port}`))).toEqual([]);
  } finally {
    others.forEach((server) => server?.close());
  }
});

it('a usual port that is free only where it was looked for is given up for another', async () => {
  // The probe looks at 127.0.0.1: to lose a port to somebody quicker looks the same.
  const other = await take(8080, '127.0.0.2');
  try {
    const running = start([], { WONCE_HOST: '127.0.0.2', WONCE_API_TOKENS: 'a-token-of-this-test' });
    await running.saw(/Up until Ctrl-C/);
    expect(running.output).toMatch(/the HTTP server http:\/\/127\.0\.0\.2:(?!8080\b)\d+/);
  } finally {
    other?.close();
  }
});

it('a port that somebody asked for is not given up: the start says that it is taken', async () => {
  const port = await freePort();
  const other = await take(port);
  try {
    const running = start([], { WONCE_PORT: String(port) });
    await running.endedWith(1);
    expect(running.output).toMatch(new RegExp(`AddressNotUsable: .*:${port} .*WONCE_PORT`));
  } finally {
    other?.close();
  }
});
