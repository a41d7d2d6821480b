import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { WonceClient } from '../../client/wonce-client';
import { renderToString } from 'preact-render-to-string';
import { fieldsOf } from './form';
import type { Gate } from './gate';
import { LookingAt } from './looking';
import { HOME } from './presence';
import { sendHtml } from './show';
import { troubleIn, type Health } from './health';

/** How often the ledger is asked whether anything has happened, while anybody looks, in ms: one short question for all. */
const LOOK_MS = 1_000;
/** Something is sent so often, or a proxy would take the connection for dead, in ms. */
const PING_MS = 15_000;
/** So many look at once; whoever comes after them has to load the page again to see news. */
const MOST_LOOKING = 200;

/** Who looks: at which address, and the ledger's last link that they know of. */
interface Looking {
  link: number;
  at: string;
}

/** Tells the browsers that show a page when something has happened, by server-sent events. */
export class Live {
  private readonly looking = new Map<ServerResponse, Looking>();
  private timer: NodeJS.Timeout | undefined;
  private pingedAt = 0;
  private trouble = '';

  constructor(
    private readonly client: WonceClient,
    private readonly health: Health,
    private readonly gate: Gate,
  ) {}

  /** Adds the route, and ends the connections when the server stops: it would wait for them. */
  addTo(app: FastifyInstance): void {
    app.get('/events', (request, reply) => this.listen(request, reply));
    // For pages that must not be made anew while somebody types on them.
    app.get('/looking', (request, reply) => {
      const { at = '' } = fieldsOf(request.query);
      return sendHtml(
        reply,
        renderToString(LookingAt({ at, viewer: this.gate.viewer(request), isAlone: true })),
      );
    });
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
    const { after = 0, at = '' } = fieldsOf(request.query);
    // What has happened since the page was made, or since the connection broke, was told to nobody.
    this.looking.set(raw, { link: Number(after), at });
    const leave = this.gate.presence.enter(at, this.gate.viewer(request).person.name);
    this.tellOthers(raw, at);
    request.raw.on('close', () => {
      this.looking.delete(raw);
      leave();
      this.tellOthers(raw, at);
    });
    this.timer ??= setTimeout(() => void this.look(), 0);
    return reply;
  }

  /** Those who have the same open, or the page on which all stands that waits, are to see who else has. */
  private tellOthers(of: ServerResponse, at: string): void {
    if (at === '' || at === HOME) return;
    for (const [response, looking] of this.looking) {
      if (response !== of && (looking.at === at || looking.at === HOME)) response.write(NEWS);
    }
  }

  private async look(): Promise<void> {
    const link = await this.client.overview.lastLink().catch(() => undefined);
    const isTimeToPing = Date.now() - this.pingedAt > PING_MS;
    if (isTimeToPing) this.pingedAt = Date.now();
    const trouble = troubleIn(this.health.now());
    const isTrouble = trouble !== this.trouble;
    this.trouble = trouble;
    for (const [response, shown] of this.looking) {
      if (link !== undefined && (link !== shown.link || isTrouble)) {
        shown.link = link;
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
