import { freePort } from '../../dev/stack/free-port';
import { spawnProcess } from '../support/processes';
import { TestStack } from '../support/stack';
import { wayTo } from '../support/way-to';

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

it('while the ledger is away its figures are not told: a 0 would be a guess', async () => {
  const database = new URL(stack.databaseUrl);
  const way = await wayTo(database.host, { isOpen: true });
  database.host = way.address;
  const address = `127.0.0.1:${await freePort()}`;
  const scrape = async () => (await fetch(`http://${address}/metrics`)).text();
  const server = spawnProcess('server/main.js', {
    ...stack.env(),
    DATABASE_URL: database.href,
    WONCE_PORT: '0',
    WONCE_METRICS: address,
  });
  try {
    await server.saw(/server listening on/);
    await way.leave();
    const away = await scrape();
    expect(away).toMatch(/^wonce_figures_read 0$/m);
    expect(away).toMatch(/^wonce_part_ready\{part="ledger"\} 0$/m);
    expect(away).toMatch(/^wonce_ready 0$/m);
    expect(away).not.toMatch(/^wonce_(unknown_outcomes|oldest_unknown|orders_last_day|purchases)/m);
  } finally {
    await server.stop();
    await way.leave();
  }
});
