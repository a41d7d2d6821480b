import { spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askWorker } from '../../../dev/stack/asking';
import { rememberProcesses, stopLeftOvers } from '../../../dev/stack/left-overs';
import { identityOf } from '../../../dev/stack/process-identity';
import { Supervisor, type Part } from '../../../dev/stack/supervisor';
import { DIST, RunningProcess } from '../../support/processes';
import { until } from '../../support/until';

let folder: string;
let troubles: string[];
let supervisor: Supervisor;
const others: RunningProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wonce-supervisor-'));
  troubles = [];
  supervisor = new Supervisor(folder, (line) => troubles.push(line));
});
afterEach(async () => {
  await supervisor.stopAll();
  await Promise.all(others.splice(0).map((other) => other.kill()));
  rmSync(folder, { recursive: true, force: true });
});

const diary = () => join(folder, 'diary');
const known = () =>
  JSON.parse(readFileSync(join(folder, 'processes.json'), 'utf8')) as { name: string; pid: number }[];

const STAYS = 'setInterval(() => {}, 1000);';
const SAYS_READY = 'console.log("ready as " + process.pid);';
/** Notes its end in the diary, so that the order of several shows. */
const NOTES_ITS_END = (name: string) =>
  `process.on('SIGTERM', () => { require('fs').appendFileSync(${JSON.stringify(diary())}, '${name} '); process.exit(); });`;

/** Up the first time, and never again. */
function upOnce(): () => Promise<void> {
  let asked = 0;
  return () => (asked++ === 0 ? Promise.resolve() : Promise.reject(new Error('no answer')));
}

function part(name: string, script: string, graceMs = 10_000): Part {
  return {
    name,
    command: process.execPath,
    args: ['-e', script],
    env: process.env,
    readyLine: /ready as (\d+)/,
    ask: () => Promise.resolve(),
    graceMs,
  };
}

/** A process that is none of the supervisor's. */
async function startOther(script = SAYS_READY + STAYS): Promise<RunningProcess & { pid: number }> {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'pipe'] });
  const other = Object.assign(new RunningProcess(child), { pid: child.pid! });
  others.push(other);
  await other.saw(/ready/);
  return other;
}

it('starting a part waits for its ready line and gives what that caught', async () => {
  const pid = Number(await supervisor.start(part('one', SAYS_READY + STAYS)));
  expect(identityOf(pid)).toBeDefined();
  expect(known()).toMatchObject([{ name: 'one', pid }]);
  await until('its log', () => readFileSync(join(folder, 'logs', 'one.log'), 'utf8').includes(`${pid}`));
});

it('a part without a ready line is up when its isUp says so', async () => {
  const { readyLine: _, ...quiet } = part('one', STAYS);
  const isUp = () =>
    until('process one', () => existsSync(join(folder, 'processes.json'))).then(() => undefined);
  await supervisor.start({ ...quiet, isUp });
});

it('a part that ends before it is up fails with its last words', async () => {
  const start = supervisor.start(
    part('one', 'setTimeout(() => { console.error("no room"); process.exit(3); }, 50)'),
  );
  await expect(start).rejects.toMatchObject({
    code: 'PartFailed',
    message: expect.stringMatching(/one did not come up \(exit 3\).*no room/) as string,
  });
});

it('a command that cannot be run fails at once', async () => {
  const start = supervisor.start({ ...part('one', ''), command: '/nowhere/command' });
  await expect(start).rejects.toThrow(/one did not come up .*ENOENT/);
}, 30_000);

it('a part that is up within a millisecond is not missed', async () => {
  const quick = { ...part('quick', ''), command: '/bin/sh', args: ['-c', 'echo ready as $$; exec cat'] };
  expect(Number(await supervisor.start(quick))).toBe(known()[0]!.pid);
}, 30_000);

it('a part that hangs when it is started again is ended before the next try: two never run', async () => {
  const { readyLine: _, ...quiet } = part('one', STAYS);
  await supervisor.start({ ...quiet, isUp: upOnce() });
  const { pid } = known()[0]!;
  process.kill(pid, 'SIGKILL');
  const second = await until('the second', () => known().find((each) => each.pid !== pid)?.pid);
  await until('its being given up', () => troubles.some((line) => line.includes('it did not come up')));
  expect(identityOf(second)).toBeUndefined();
});

it('a log that has grown large makes room for a new one', async () => {
  const log = join(folder, 'logs', 'one.log');
  writeFileSync(log, Buffer.alloc(11 * 1024 * 1024));
  const pid = await supervisor.start(part('one', SAYS_READY + STAYS));
  await until('the new log', () => existsSync(log) && readFileSync(log, 'utf8').includes(pid));
  expect(statSync(log).size).toBeLessThan(1000);
  expect(existsSync(`${log}.1`)).toBe(true);
});

it('a part that is killed is started again, and this is said', async () => {
  const first = Number(await supervisor.start(part('one', SAYS_READY + STAYS)));
  process.kill(first, 'SIGKILL');
  await until('the second start', () => troubles.includes('one runs again.'));
  expect(troubles[0]).toMatch(
    /one ended unasked \(SIGKILL\); starting it again in 0\.5 s\. Its log: .*one\.log/,
  );
  const [second] = known();
  expect(second!.pid).not.toBe(first);
  expect(identityOf(second!.pid)).toBeDefined();
});

describe('every part is asked whether it answers', () => {
  const ASKING = { everyMs: 50, withinMs: 200, misses: 3 };
  const answersMessages = `process.on('message', () => process.send('yes')); ${SAYS_READY} ${STAYS}`;

  it('one that lives and answers no more is ended and started again, and this is said', async () => {
    supervisor = new Supervisor(folder, (line) => troubles.push(line), ASKING);
    const caught: string[] = [];
    const asked = part('one', answersMessages, 500);
    const pid = await supervisor.start({
      ...asked,
      ask: (ready, child) => {
        caught.push(ready);
        return askWorker(child);
      },
    });
    await until('some answers', () => caught.length > 5);
    expect(troubles).toEqual([]);
    expect(new Set(caught)).toEqual(new Set([pid]));
    // Alive, and deaf to SIGTERM as well.
    process.kill(Number(pid), 'SIGSTOP');
    await until('the second start', () => troubles.includes('one runs again.'));
    expect(identityOf(Number(pid))).toBeUndefined();
    expect(troubles[0]).toMatch(/one lives and does not answer; it is ended\. Its log: .*one\.log/);
    expect(known()).toHaveLength(1);
  });

  it('one that misses a question or two stays', async () => {
    supervisor = new Supervisor(folder, (line) => troubles.push(line), ASKING);
    let asked = 0;
    // Of three questions, two are not answered: one by nothing, one by a failure.
    const ask = async () => {
      asked++;
      if (asked % 3 === 1) await new Promise(() => undefined);
      if (asked % 3 === 2) throw new Error('busy');
    };
    const pid = await supervisor.start({ ...part('one', SAYS_READY + STAYS), ask });
    await until('many questions', () => asked > 9);
    expect(troubles).toEqual([]);
    expect(identityOf(Number(pid))).toBeDefined();
  });

  it('one in the middle of something gets its grace before it is killed', async () => {
    supervisor = new Supervisor(folder, (line) => troubles.push(line), ASKING);
    const finishes = `process.on('SIGTERM', () => setTimeout(() => {
      require('fs').appendFileSync(${JSON.stringify(diary())}, 'finished '); process.exit(); }, 1000));`;
    const ask = () => Promise.reject(new Error('deaf'));
    await supervisor.start({ ...part('one', finishes + SAYS_READY + STAYS), ask });
    await until('its end', () => existsSync(diary()));
    expect(readFileSync(diary(), 'utf8')).toBe('finished ');
  });
});

it('the pauses before starting again grow', async () => {
  await supervisor.start(part('one', `${SAYS_READY} setTimeout(() => process.exit(1), 100);`));
  await until('three ends', () => troubles.filter((line) => line.includes('ended unasked')).length >= 3);
  const pauses = troubles.flatMap((line) => /again in (\S+) s/.exec(line)?.[1] ?? []);
  expect(pauses.slice(0, 3)).toEqual(['0.5', '1', '2']);
});

it('all are stopped in the reverse order, and none is started again', async () => {
  for (const name of ['one', 'two', 'three'])
    await supervisor.start(part(name, NOTES_ITS_END(name) + SAYS_READY + STAYS));
  await supervisor.stopAll();
  expect(readFileSync(diary(), 'utf8')).toBe('three two one ');
  expect(known()).toEqual([]);
  expect(troubles).toEqual([]);
});

it('parts of one floor are stopped at once, after those above it, whatever came up first', async () => {
  const told = (name: string) => JSON.stringify(join(folder, `${name}-is-told`));
  /** Ends when the other one is told to end as well. */
  const waitsFor = (name: string, other: string) => `const fs = require('fs'); process.on('SIGTERM', () => {
    fs.appendFileSync(${JSON.stringify(diary())}, 'pair ');
    fs.writeFileSync(${told(name)}, '');
    setInterval(() => fs.existsSync(${told(other)}) && process.exit(), 10);
  });`;
  const pair = (name: string, other: string) => ({
    ...part(name, waitsFor(name, other) + SAYS_READY + STAYS, 60_000),
    floor: 1,
  });
  const noting = (name: string) => part(name, NOTES_ITS_END(name) + SAYS_READY + STAYS);
  await supervisor.start({ ...noting('top'), floor: 2 });
  await supervisor.start(noting('below'));
  await Promise.all([supervisor.start(pair('one', 'two')), supervisor.start(pair('two', 'one'))]);
  expect(known().map(({ name }) => name)).toEqual(['top', 'below', 'one', 'two']);
  await supervisor.start({ ...noting('ground'), floor: 0 });
  await supervisor.stopAll();
  expect(readFileSync(diary(), 'utf8')).toBe('top pair pair ground below ');
}, 30_000);

it('what runs beside the parts is closed with them', async () => {
  let isClosed = false;
  await supervisor.closeWithParts(() => Promise.resolve(void (isClosed = true)));
  expect(isClosed).toBe(false);
  await supervisor.stopAll();
  expect(isClosed).toBe(true);
});

it('what comes to run beside the parts while all is being stopped is closed at once', async () => {
  let isClosed = false;
  const stopped = supervisor.stopAll();
  await supervisor.closeWithParts(() => Promise.resolve(void (isClosed = true)));
  expect(isClosed).toBe(true);
  await stopped;
});

it('what is to be started while all is being stopped is not', async () => {
  await supervisor.start(part('one', SAYS_READY + STAYS));
  const stopped = supervisor.stopAll();
  await expect(supervisor.start(part('two', SAYS_READY + STAYS))).rejects.toThrow(/two is not started/);
  await stopped;
  expect(existsSync(join(folder, 'logs', 'two.log'))).toBe(false);
});

it('a part that does not heed SIGTERM is killed after its grace time', async () => {
  const deaf = part('deaf', `process.on('SIGTERM', () => {}); ${SAYS_READY} ${STAYS}`, 100);
  const pid = Number(await supervisor.start(deaf));
  await supervisor.stopAll();
  expect(identityOf(pid)).toBeUndefined();
});

it('parts that hold to their input end with a supervisor that is killed', async () => {
  const script = `
    const { Supervisor } = require(${JSON.stringify(join(DIST, 'dev', 'stack', 'supervisor.js'))});
    new Supervisor(${JSON.stringify(folder)}, console.error).start({
      name: 'one', command: process.execPath, env: process.env, readyLine: /ready as (\\d+)/, graceMs: 1000,
      ask: async () => {},
      args: ['-e', 'if (process.env.WONCE_PARENT_STDIN) process.stdin.resume().on("end", () => process.exit());' + ${JSON.stringify(SAYS_READY)}],
    }).then((pid) => console.log('ready: ' + pid));`;
  const killed = await startOther(script);
  const pid = Number((await killed.saw(/ready: (\d+)/))[1]);
  await killed.kill();
  await until('the end of its part', () => identityOf(pid) === undefined);
});

describe('what a killed supervisor left', () => {
  it('is ended at the next start, and this is said', async () => {
    const left = await startOther();
    await rememberProcesses(folder, [{ name: 'worker', pid: left.pid, identity: identityOf(left.pid) }]);
    const progress: string[] = [];
    await stopLeftOvers(folder, (line) => progress.push(line));
    await left.ended();
    expect(left.child.signalCode).toBe('SIGTERM');
    expect(progress).toEqual([`Ending worker (process ${left.pid}), left by a start that was killed.`]);
    expect(existsSync(join(folder, 'processes.json'))).toBe(false);
  });

  it('is not mistaken for another process that has its number now', async () => {
    const [left, stranger] = [await startOther(), await startOther()];
    await rememberProcesses(folder, [
      { name: 'worker', pid: stranger.pid, identity: 'another start' },
      { name: 'ledger', pid: left.pid, identity: identityOf(left.pid) },
      { name: 'fake-portal', pid: 4_194_305, identity: '12' },
    ]);
    await stopLeftOvers(folder, () => undefined);
    await left.ended();
    expect(identityOf(stranger.pid)).toBeDefined();
    expect(stranger.hasEnded).toBe(false);
  });

  it('may take its grace time to end', async () => {
    const finishes = `process.on('SIGTERM', () => setTimeout(() => process.exit(7), 6000)); ${SAYS_READY} ${STAYS}`;
    const left = await startOther(finishes);
    await rememberProcesses(folder, [
      { name: 'worker', pid: left.pid, identity: identityOf(left.pid), graceMs: 20_000 },
    ]);
    await stopLeftOvers(folder, () => undefined);
    expect(await left.ended()).toBe(7);
  });

  it('may be written down half: then nothing is ended', async () => {
    appendFileSync(join(folder, 'processes.json'), '[{"name": "wor');
    await stopLeftOvers(folder, () => undefined);
  });
});
