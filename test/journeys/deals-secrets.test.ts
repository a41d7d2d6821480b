import { API_TOKENS, DealsStack, SECRETS, SENDERS } from '../support/deals-stack';
import { spawnProcess } from '../support/processes';

let deals: DealsStack;

beforeAll(async () => {
  deals = await DealsStack.start();
});
afterAll(() => deals.stop());

it('the server takes what each CRM signs without any token of its API, the worker reads it without any secret of a webhook', async () => {
  for (const name of Object.keys(API_TOKENS)) expect(deals.serverEnv).not.toHaveProperty(name);
  for (const name of Object.keys(SECRETS)) expect(deals.workerEnv).not.toHaveProperty(name);
  for (const crm of SENDERS) {
    const deal = deals.key(crm, await deals.wonDeal(crm));
    await deals.tellOf(crm, deal.split(':').at(-1)!);
    expect(await deals.reaches(deal, 'requested')).toMatchObject({ notifiedBy: 'webhook' });
    expect(await deals.purchaseOf(`${deal}:1`)).toMatchObject({ status: 'ordered' });
  }
});

it('and the worker sweeps without one', async () => {
  const deal = deals.key('pipedrive', await deals.wonDeal('pipedrive'));
  await deals.stack.temporal.schedule.getHandle(`sweep:${deals.source('pipedrive')}`).trigger();
  expect(await deals.reaches(deal, 'requested')).toMatchObject({ notifiedBy: 'sweep' });
});

it.each(Object.keys(SECRETS))('a server without %s does not start', async (name) => {
  const { [name]: _, ...env } = deals.serverEnv;
  const server = spawnProcess('server/main.js', { ...env, WONCE_PORT: '0' });
  await server.endedWith(1);
  expect(server.output).toMatch(
    new RegExp(
      `DealsFileInvalid: [^]*\\.secrets\\.0: expected a value in the environment variable ${name}; came nothing`,
    ),
  );
});

it.each(Object.keys(API_TOKENS))('a worker without %s does not start', async (name) => {
  const { [name]: _, ...env } = deals.workerEnv;
  const worker = spawnProcess('worker/main.js', { ...deals.stack.env(), ...env });
  await worker.endedWith(1);
  expect(worker.output).toMatch(
    new RegExp(`DealsFileInvalid: [^]*: expected a value in the environment variable ${name}; came nothing`),
  );
});
