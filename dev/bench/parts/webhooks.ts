import { newFakeDeal, winDeal, type FakeDeal } from '../../stack/fake-deal';
import type { Ground } from '../ground';
import { post, tellOfWin } from '../hubspot-message';
import type { Part } from '../part';
import { percentile } from '../percentiles';
import type { Row } from '../row';
import { manyAtOnce } from '../timed';

const MESSAGES = 1_000;
/** Connections of the sender: each message waits for the answer to the one before it on its own. */
const AT_ONCE = 100;

/** How fast a CRM is answered while the deals that it told of are bought. */
export const webhooks: Part = {
  name: 'webhooks',
  about: `${MESSAGES} signed messages, ${AT_ONCE} at once, each of another deal, which are bought meanwhile`,
  isForCluster: true,
  measure,
};

async function* measure(ground: Ground): AsyncGenerator<Row, void, undefined> {
  const stack = await ground.stack();
  const { serverUrl, crmUrl } = stack.at;
  const deals: FakeDeal[] = [];
  for (let number = 0; number < MESSAGES; number++) {
    const deal = newFakeDeal();
    await winDeal(crmUrl!, deal);
    deals.push(deal);
  }
  const bareUrl = await ground.run('bench/bare-route.js');
  const sendBare = () => post(bareUrl, JSON.stringify([{ objectId: 1, portalId: 9001234 }]));
  await manyAtOnce(AT_ONCE, AT_ONCE, sendBare);
  const bare = await manyAtOnce(MESSAGES, AT_ONCE, sendBare);
  let refused = 0;
  const told = await manyAtOnce(MESSAGES, AT_ONCE, async (number) => {
    if ((await tellOfWin(serverUrl, deals[number]!.dealId)) !== 200) refused++;
  });
  yield {
    what: `answers to ${MESSAGES} messages, ${AT_ONCE} at once, p99`,
    measured: percentile(told.each, 99),
    unit: 'ms',
    reference: { what: 'a bare Fastify route', value: percentile(bare.each, 99) },
    target: { of: 'measured', is: 'at most', value: 1_000 },
  };
  yield {
    what: 'messages of them refused',
    measured: refused,
    unit: '',
    target: { of: 'measured', is: 'at most', value: 0 },
  };
  // Which buys for a while yet.
  await ground.clear();
}
