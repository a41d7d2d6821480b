import type { FastifyReply } from 'fastify';
import type { WonceClient } from '../../client/wonce-client';
import type { Desk } from '../../client/overview-client';
import { pageOf, type LayoutProps } from './layout';
import type { Viewer } from './viewer';

type Shown = Omit<LayoutProps, 'viewer' | 'counts'> & {
  /** Of the answer; 200 without one. */
  status?: number;
  /** Where they are known already. */
  counts?: Desk['counts'];
};

/** Answers with a page of whoever is signed in: how many wait stands in the head of each. */
export async function show(
  { client }: { client: WonceClient },
  { reply, viewer }: { reply: FastifyReply; viewer: Viewer },
  { status = 200, counts, ...page }: Shown,
): Promise<FastifyReply> {
  const { waiting, waitingDeals, underWay, underWayDeals } = counts ?? (await client.overview.counts());
  const inHead = { waiting: waiting + waitingDeals, running: underWay + underWayDeals };
  return sendHtml(reply.code(status), pageOf({ ...page, viewer, counts: inHead }));
}

/** Answers with HTML. */
export function sendHtml(reply: FastifyReply, html: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(html);
}
