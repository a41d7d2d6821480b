import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { WonceClient } from '../../client/wonce-client';

/** How often the ledger is asked whether anything has happened, while anybody looks, in ms: one short question for all. */
const LOOK_MS = 1_000;
/** Something is sent so often, or a proxy would take the connection for dead, in ms. */
const PING_MS = 15_000;
/** So many look at once; whoever comes after them has to load the page again to see news. */
const MOST_LOOKING = 200;

/** Tells the browsers that show a page when something has happened, by server-sent events. */
export class Live {
  private readonly looking = new Set<ServerResponse>();
  private timer: NodeJS.Timeout | undefined;
  private last: number | undefined;
  private pingedAt = 0;

  constructor(private readonly client: WonceClient) {}

  /** Adds the route, and ends the connections when the server stops: it would wait for them. */
  addTo(app: FastifyInstance): void {
    app.get('/events', (request, reply) => this.listen(request, reply));
    app.addHook('preClose', (done) => {
      clearTimeout(this.timer);
      this.looking.forEach((response) => response.end());
      done();
    });
  }

  private listen(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (this.looking.size >= MOST_LOOKING) return reply.code(503).send();
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // nginx would keep the events back until there are many.
      'x-accel-buffering': 'no',
    });
    raw.write('event: hello\ndata: \n\n');
    this.looking.add(raw);
    request.raw.on('close', () => this.looking.delete(raw));
    this.timer ??= setTimeout(() => void this.look(), LOOK_MS);
    return reply;
  }

  private async look(): Promise<void> {
    const link = await this.client.overview.lastLink().catch(() => undefined);
    const isNews = link !== undefined && this.last !== undefined && link !== this.last;
    this.last = link ?? this.last;
    if (isNews) this.tell('event: news\ndata: \n\n');
    if (Date.now() - this.pingedAt > PING_MS) {
      this.pingedAt = Date.now();
      // While the ledger is away nobody knows whether what is shown is still so.
      this.tell(link === undefined ? 'event: stale\ndata: \n\n' : 'event: fresh\ndata: \n\n');
    }
    this.timer = this.looking.size === 0 ? undefined : setTimeout(() => void this.look(), LOOK_MS);
    if (this.timer === undefined) this.last = undefined;
  }

  private tell(event: string): void {
    this.looking.forEach((response) => response.write(event));
  }
}
