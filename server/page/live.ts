import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { WonceClient } from '../../client/wonce-client';
import { fieldsOf } from './form';
import { troubleIn, type Health } from './health';

/** How often the ledger is asked whether anything has happened, while anybody looks, in ms: one short question for all. */
const LOOK_MS = 1_000;
/** Something is sent so often, or a proxy would take the connection for dead, in ms. */
const PING_MS = 15_000;
/** So many look at once; whoever comes after them has to load the page again to see news. */
const MOST_LOOKING = 200;

/** Tells the browsers that show a page when something has happened, by server-sent events. */
export class Live {
  /** Who looks, and the ledger's last link that they know of. */
  private readonly looking = new Map<ServerResponse, number>();
  private timer: NodeJS.Timeout | undefined;
  private pingedAt = 0;
  private trouble = '';

  constructor(
    private readonly client: WonceClient,
    private readonly health: Health,
  ) {}

  /** Adds the route, and ends the connections when the server stops: it would wait for them. */
  addTo(app: FastifyInstance): void {
    app.get('/events', (request, reply) => this.listen(request, reply));
    app.addHook('preClose', (done) => {
      clearTimeout(this.timer);
      [...this.looking.keys()].forEach((response) => response.end());
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
    raw.write(HELLO);
    // What has happened since the page was made, or since the connection broke, was told to nobody.
    this.looking.set(raw, Number(fieldsOf(request.query).after ?? 0));
    request.raw.on('close', () => this.looking.delete(raw));
    this.timer ??= setTimeout(() => void this.look(), 0);
    return reply;
  }

  private async look(): Promise<void> {
    const link = await this.client.overview.lastLink().catch(() => undefined);
    const isTimeToPing = Date.now() - this.pingedAt > PING_MS;
    if (isTimeToPing) this.pingedAt = Date.now();
    const trouble = troubleIn(this.health.now());
    const isTrouble = trouble !== this.trouble;
    this.trouble = trouble;
    for (const [response, shown] of this.looking) {
      if (link !== undefined && (link !== shown || isTrouble)) {
        this.looking.set(response, link);
        response.write(NEWS);
      } else if (isTimeToPing) {
        // While the ledger is away nobody knows whether what is shown is still so.
        response.write(link === undefined ? STALE : FRESH);
      }
    }
    this.timer = this.looking.size === 0 ? undefined : setTimeout(() => void this.look(), LOOK_MS);
  }
}

const [HELLO, NEWS, STALE, FRESH] = ['hello', 'news', 'stale', 'fresh'].map(
  (name) => `event: ${name}\ndata: \n\n`,
) as [string, string, string, string];
