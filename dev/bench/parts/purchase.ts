import type { Ground } from '../ground';
import type { Part } from '../part';
import { median } from '../percentiles';
import { fiveCalls, PlainCalls } from '../plain-calls';
import type { Row } from '../row';
import { inTurn } from '../timed';

const ROUNDS = 21;
/** Until then code is compiled and connections are made. */
const WARM_UP = 10;

/** One purchase at a time, beside what a script would take: what durability costs. */
export const purchase: Part = {
  name: 'purchase',
  about: `one purchase at a time, medians of ${ROUNDS}`,
  isForCluster: true,
  measure,
};

async function* measure(ground: Ground): AsyncGenerator<Row, void, undefined> {
  const stack = await ground.stack();
  const { portal } = stack;
  const plain = await PlainCalls.logIn(portal.url);
  await inTurn(WARM_UP, () => stack.buy());
  await portal.settings({ latencyMs: 100 });
  const [slow = [], script = []] = await inTurn(
    ROUNDS,
    () => stack.buy(),
    () => fiveCalls(portal.url),
  );
  yield {
    what: 'one purchase, 100 ms a call',
    measured: median(slow),
    unit: 'ms',
    reference: { what: "the tutorial's five calls one after the other", value: median(script) },
    target: { of: 'ratio', is: 'at most', value: 0.48 },
  };
  await portal.settings({ latencyMs: 0 });
  const [fast = [], waves = []] = await inTurn(
    ROUNDS,
    () => stack.buy(),
    () => plain.twoWaves(),
  );
  yield {
    what: 'one purchase, 0 ms a call',
    measured: median(fast),
    unit: 'ms',
    reference: { what: 'the same two waves in plain code', value: median(waves) },
    target: { of: 'difference', is: 'at most', value: 35 },
  };
}
