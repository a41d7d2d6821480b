import type { BenchStack } from '../bench-stack';
import type { Ground } from '../ground';
import type { Part } from '../part';
import { memoryOf } from '../processes';
import type { Row } from '../row';
import { manyAtOnce } from '../timed';

const FIRST = 100;
const ALL = 10_000;
const AT_ONCE = 20;

/** Whether a worker grows with what it has done. */
export const workerMemory: Part = {
  name: 'worker-memory',
  about: `resident memory of a worker after ${ALL.toLocaleString('en')} purchases, beside that after the first ${FIRST}`,
  isLong: true,
  measure,
};

async function* measure(ground: Ground): AsyncGenerator<Row, void, undefined> {
  await ground.clear();
  const stack = await ground.ownStack();
  await manyAtOnce(FIRST, AT_ONCE, () => stack.buy());
  const first = await residentMb(stack);
  for (let bought = FIRST; bought < ALL;) {
    const next = Math.min(1_000, ALL - bought);
    await manyAtOnce(next, AT_ONCE, () => stack.buy());
    bought += next;
    ground.progress(`  ${bought} purchases: ${(await residentMb(stack)).toFixed(0)} MB`);
  }
  yield {
    what: `resident memory of a worker after ${ALL.toLocaleString('en')} purchases`,
    measured: await residentMb(stack),
    unit: 'MB',
    reference: { what: `after the first ${FIRST}`, value: first },
    target: { of: 'ratio', is: 'at most', value: 1.3 },
  };
  await ground.clear();
}

async function residentMb(stack: BenchStack): Promise<number> {
  return memoryOf(await stack.processOf('worker')).rss;
}
