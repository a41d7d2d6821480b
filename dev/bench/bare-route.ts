import Fastify from 'fastify';

/** What the answer to a webhook is measured beside: a route of plain Fastify that reads the body and does nothing. */
async function serve(): Promise<void> {
  const app = Fastify();
  app.post('/', () => ({}));
  process.stdout.write(`bare route listening on ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
}

void serve();
