import { setTimeout as delay } from 'node:timers/promises';
import type { BenchStack } from '../bench-stack';
import type { Ground } from '../ground';
import type { Part } from '../part';
import { median } from '../percentiles';
import { memoryOf } from '../processes';
import type { Row } from '../row';
import { manyAtOnce, timed } from '../timed';

const PURCHASES = 400;
const AT_ONCE = 50;
/** The first tenth and the last of the purchases are compared. */
const TENTH = 0.1;

/** Whether Wonce goes on as it began. */
export const soak: Part = {
  name: 'soak',
  about: '30 minutes (--minutes) at half of the most that is bought a second: errors, growth',
  isLong: true,
  measure,
};

interface Bought {
  /** How long it took, in ms; undefined when it failed. */
  ms: number | undefined;
}

async function* measure(ground: Ground): AsyncGenerator<Row, void, undefined> {
  await ground.clear();
  const stack = await ground.ownStack();
  await manyAtOnce(AT_ONCE, AT_ONCE, () => stack.buy());
  const { together } = await manyAtOnce(PURCHASES, AT_ONCE, () => stack.buy());
  const aSecond = PURCHASES / (together / 1_000) / 2;
  const count = Math.ceil(aSecond * ground.minutes * 60);
  ground.progress(`  ${count} purchases, ${aSecond.toFixed(1)} a second, for ${ground.minutes} minutes`);
  const tenth = Math.ceil(count * TENTH);
  const bought: Promise<Bought>[] = [];
  let memoryBefore = new Map<string, number>();
  const begun = performance.now();
  for (let number = 0; number < count; number++) {
    await delay(Math.max(0, begun + (number / aSecond) * 1_000 - performance.now()));
    bought.push(buyOne(stack));
    if (number === tenth) memoryBefore = await residentMb(stack);
    if (number % Math.ceil(aSecond * 60) === 0) ground.progress(`  ${number} of ${count}`);
  }
  const all = await Promise.all(bought);
  yield {
    what: `purchases of ${count} that failed`,
    measured: all.filter(({ ms }) => ms === undefined).length,
    unit: '',
    target: { of: 'measured', is: 'at most', value: 0 },
  };
  yield {
    what: 'a purchase of the last tenth',
    measured: middle(all.slice(-tenth)),
    unit: 'ms',
    reference: { what: 'of the first tenth', value: middle(all.slice(0, tenth)) },
    target: GROWTH,
  };
  const memoryAfter = await residentMb(stack);
  for (const [name, before] of memoryBefore) {
    yield {
      what: `resident memory at the end: ${name}`,
      measured: memoryAfter.get(name) ?? Number.NaN,
      unit: 'MB',
      reference: { what: 'after the first tenth', value: before },
      target: GROWTH,
    };
  }
  await ground.clear();
}

/** What is measured twice on one machine differs by as much. */
const GROWTH = { of: 'ratio', is: 'at most', value: 1.3 } as const;

async function buyOne(stack: BenchStack): Promise<Bought> {
  try {
    return { ms: await timed(() => stack.buy()) };
  } catch {
    return { ms: undefined };
  }
}

function middle(some: readonly Bought[]): number {
  return median(some.flatMap(({ ms }) => ms ?? []));
}

async function residentMb(stack: BenchStack): Promise<Map<string, number>> {
  return new Map((await stack.processes()).map(({ name, pid }) => [name, memoryOf(pid).rss]));
}
