import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort } from '../../src/embedded/free-port';

async function taken() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as { port: number }).port };
}

it('the preferred port is taken when it is free', async () => {
  const { server, port } = await taken();
  server.close();
  await once(server, 'close');
  expect(await freePort(port)).toBe(port);
});

it('another one when it is not', async () => {
  const { server, port } = await taken();
  const other = await freePort(port);
  expect(other).toBeGreaterThan(0);
  expect(other).not.toBe(port);
  server.close();
});
