import type { BenchStack } from '../bench-stack';
import type { Ground } from '../ground';
import type { Part } from '../part';
import { PlainCalls } from '../plain-calls';
import { processorMsOf } from '../processes';
import type { Row } from '../row';
import { manyAtOnce } from '../timed';

const PURCHASES = 400;
const AT_ONCE = 50;
const WARM_UP = 50;

/** How many purchases this machine carries, and what each costs it. */
export const throughput: Part = {
  name: 'throughput',
  about: `${PURCHASES} purchases, ${AT_ONCE} at once, 0 ms a call: Wonce, plain code, and the same flow on DBOS`,
  isForCluster: true,
  measure,
};

async function* measure(ground: Ground): AsyncGenerator<Row, void, undefined> {
  const stack = await ground.stack();
  const plain = await aSecondInPlainCode(stack);
  const wonce = await measureWonce(stack);
  yield {
    what: `purchases a second, ${AT_ONCE} at once`,
    measured: wonce.aSecond,
    unit: '/s',
    reference: { what: 'the two waves in plain code', value: plain },
    target: { of: 'measured', is: 'at least', value: ground.isCluster ? 35 : 50 },
  };
  yield* processorRows('Wonce', wonce.processorMs);
  const dbos = await measureDbos(ground, stack);
  yield {
    what: `purchases a second, ${AT_ONCE} at once`,
    measured: wonce.aSecond,
    unit: '/s',
    reference: { what: 'the same steps and ledger writes on DBOS, on Postgres', value: dbos.aSecond },
  };
  yield* processorRows('DBOS', dbos.processorMs);
}

interface Measured {
  aSecond: number;
  /** Of one purchase, by process. */
  processorMs: Map<string, number>;
}

function* processorRows(whose: string, byProcess: Map<string, number>): Generator<Row> {
  const all = [...byProcess.values()].reduce((sum, ms) => sum + ms, 0);
  for (const [name, ms] of [...byProcess, ['all', all] as const]) {
    if (ms > 0.05) yield { what: `${whose}, processor per purchase: ${name}`, measured: ms, unit: 'ms' };
  }
}

async function aSecondInPlainCode({ portal }: BenchStack): Promise<number> {
  const plain = await PlainCalls.logIn(portal.url);
  await manyAtOnce(WARM_UP, AT_ONCE, () => plain.twoWaves());
  return aSecond((await manyAtOnce(PURCHASES, AT_ONCE, () => plain.twoWaves())).together);
}

async function measureWonce(stack: BenchStack): Promise<Measured> {
  await manyAtOnce(WARM_UP, AT_ONCE, () => stack.buy());
  const usage = async () => new Map([...(await stack.processorMs()), ['client', ownProcessorMs()]]);
  return measured(usage, async () => (await manyAtOnce(PURCHASES, AT_ONCE, () => stack.buy())).together);
}

/** On a Postgres server of its own with default settings, and at the same fake portal. */
async function measureDbos(ground: Ground, stack: BenchStack): Promise<Measured> {
  const url = await ground.run('bench/dbos-purchases.js', {
    DATABASE_URL: await ground.database('ledger_of_dbos'),
    DBOS_DATABASE_URL: await ground.database('dbos'),
    PORTAL_URL: stack.at.portalUrl,
  });
  const buy = (many: number) => buyByDbos(url, many);
  await buy(WARM_UP);
  const processes = [
    ['DBOS', await ground.processOf('bench/dbos-purchases.js')],
    ['Postgres', await ground.processOf('postgres')],
  ] as const;
  const usage = async () => {
    const portal = (await stack.processorMs()).get('fakes') ?? 0;
    return new Map([
      ...processes.map(([name, pid]) => [name, processorMsOf(pid)] as const),
      ['fakes', portal],
    ]);
  };
  return measured(usage, () => buy(PURCHASES));
}

async function buyByDbos(url: string, many: number): Promise<number> {
  const response = await fetch(`${url}/buy`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ many, atOnce: AT_ONCE }),
  });
  if (!response.ok) throw new Error(`DBOS did not buy: ${await response.text()}`);
  return ((await response.json()) as { ms: number }).ms;
}

/** @param buyAll buys all the purchases, and tells how long it took, in ms */
async function measured(
  usage: () => Promise<Map<string, number>>,
  buyAll: () => Promise<number>,
): Promise<Measured> {
  const before = await usage();
  const ms = await buyAll();
  const after = await usage();
  const processorMs = [...after].map(
    ([name, used]) => [name, (used - (before.get(name) ?? 0)) / PURCHASES] as const,
  );
  return { aSecond: aSecond(ms), processorMs: new Map(processorMs) };
}

/** Without the processes that it has started: these are the stack's. */
function ownProcessorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function aSecond(ms: number): number {
  return PURCHASES / (ms / 1_000);
}
