import { fail } from 'node:assert';
import { referenceOf } from '../../validation/reference';
import { DealsStack, SENDERS, type Sender } from '../support/deals-stack';
import { until } from '../support/until';

const DEALS_EACH = 100;
const DELIVERIES = 1000;
/** How many deliveries may be unanswered at a time. */
const UNDER_WAY = 40;

/** What each sender waits for an answer, in ms, as documented; and how much faster its clock goes here. */
const SENDER_RULES: Record<Sender, { limitMs: number; timeScale: number }> = {
  hubspot: { limitMs: 5_000, timeScale: 0.01 },
  pipedrive: { limitMs: 10_000, timeScale: 0.2 },
  salesforce: { limitMs: 60_000, timeScale: 0.01 },
  'standard-webhooks': { limitMs: 20_000, timeScale: 0.05 },
};

let deals: DealsStack;
beforeAll(async () => {
  deals = await DealsStack.start();
});
afterAll(() => deals.stop());

it('1,000 deliveries of 400 deals by four senders, the server killed twice: 400 orders, none twice', async () => {
  const won = (
    await Promise.all(
      SENDERS.map(async (crm) => {
        const ids: string[] = [];
        for (let n = 0; n < DEALS_EACH; n++) ids.push(await deals.wonDeal(crm));
        return ids.map((id) => ({ crm, id }));
      }),
    )
  ).flat();
  const deliveries = shuffled(Array.from({ length: DELIVERIES }, (_, n) => won[n % won.length]!));
  for (const [n, { crm, id }] of deliveries.entries()) {
    if (n === 300 || n === 650) {
      await deals.server.kill();
      // Senders go on meanwhile: to a server that is not there.
      void Promise.resolve().then(() => deals.startServer());
    }
    if (n % 20 === 0) await calm('senders to have room', async () => (await underWay()) < UNDER_WAY);
    await deals.tellOf(crm, id, SENDER_RULES[crm].timeScale);
  }
  await calm('the end of all deliveries', async () => (await underWay()) === 0);
  for (const crm of SENDERS) await everyAnswerWasInTime(crm);

  const wanted = won.map(({ crm, id }) => referenceOf({ requestId: `${deals.key(crm, id)}:1` }));
  for (const { crm, id } of won) await deals.reaches(deals.key(crm, id), 'requested', 300_000);
  for (const { crm, id } of won) await deals.rests(deals.key(crm, id));
  const orders = await deals.stack.portal.orders();
  expect(orders.map(({ body }) => poNumberIn(body)).sort()).toEqual(wanted.sort());
}, 600_000);

/** Looks now and then: asking the senders costs something. */
const calm = (what: string, condition: () => Promise<boolean>) => until(what, condition, 120_000, 300);

async function underWay(): Promise<number> {
  const all = await Promise.all(SENDERS.map((crm) => deals.crm.deliveries(crm)));
  return all.flat().filter(({ state }) => state === 'under-way').length;
}

/** An attempt without an answer is one of a server that was killed, and no slow one. */
async function everyAnswerWasInTime(crm: Sender): Promise<void> {
  const { limitMs } = SENDER_RULES[crm];
  const all = await deals.crm.deliveries(crm);
  expect(all.filter(({ state }) => state !== 'delivered')).toEqual([]);
  const attempts = all.flatMap((delivery) => delivery.attempts);
  expect(attempts.filter(({ tookMs }) => tookMs >= limitMs)).toEqual([]);
  const answered = attempts.filter(({ status }) => status !== undefined).map(({ tookMs }) => tookMs);
  const p99 =
    answered.sort((one, other) => one - other)[Math.floor(answered.length * 0.99)] ?? fail('no answer');
  console.info(
    `${crm}: ${all.length} deliveries, ${attempts.length} attempts, answers p99 ${p99} ms of ${limitMs} ms`,
  );
}

function poNumberIn(body: string): string {
  return (JSON.parse(body) as { poNumber: string }).poNumber;
}

/** In an order of no meaning, the same in each run. */
function shuffled<Entry>(entries: Entry[]): Entry[] {
  let seed = 7;
  const next = () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  return entries
    .map((entry) => ({ entry, place: next() }))
    .sort((one, other) => one.place - other.place)
    .map(({ entry }) => entry);
}
