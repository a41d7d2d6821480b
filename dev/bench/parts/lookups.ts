import Fastify from 'fastify';
import { setTimeout as delay } from 'node:timers/promises';
import { PortalClient } from '../../../portal/portal-client';
import { FakePortalControl } from '../../fake-portal/control-client';
import type { Ground } from '../ground';
import type { Part } from '../part';
import { median } from '../percentiles';
import type { Row } from '../row';
import { inTurn } from '../timed';

const ENTRIES = 5_000;
const LATENCY_MS = 50;
const ROUNDS = 3;
/** The vendor's default for PBXs; of partners its pages know none, and this is what the fake portal takes at most. */
const PBXS_A_PAGE = 25;
const PARTNERS_A_PAGE = 100;

/** How long what an order needs is looked for in a large account. */
export const lookups: Part = {
  name: 'lookups',
  about: `the last of ${ENTRIES.toLocaleString('en')} serial numbers and of as many partners, ${LATENCY_MS} ms a page`,
  measure,
};

async function* measure(ground: Ground): AsyncGenerator<Row, void, undefined> {
  yield* measureSerialNumber(ground);
  yield* measurePartner();
}

async function* measureSerialNumber(ground: Ground): AsyncGenerator<Row> {
  const url = await ground.run('fake-portal/main.js', { FAKE_PORTAL_PORT: '0' });
  const control = new FakePortalControl(url);
  const serialNumbers = Array.from(
    { length: ENTRIES },
    (_, index) => `3651E9${String(index).padStart(6, '0')}`,
  );
  await control.addProducts(serialNumbers);
  await control.settings({ latencyMs: LATENCY_MS });
  const portal = clientOf(url);
  const wanted = serialNumbers.at(-1)!;
  yield* rowOf('serial number', PBXS_A_PAGE, portal, async () => {
    const { items } = await portal.findProduct(wanted);
    if (!items.some(({ productNo }) => productNo === wanted)) throw new Error(`${wanted} was not found.`);
  });
}

/** Beside a server of its own, in place of the fake portal, which has a handful of partners. */
async function* measurePartner(): AsyncGenerator<Row> {
  const partners = Array.from({ length: ENTRIES }, (_, index) => ({
    partnerId: String(1_000_000 + index),
    email: `partner${index}@reseller.example`,
    company: `Reseller ${index}`,
  }));
  const app = partnersInPages(partners);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  try {
    const portal = clientOf(url);
    const wanted = partners.at(-1)!;
    yield* rowOf('partner by e-mail address', PARTNERS_A_PAGE, portal, async () => {
      const matches = ({ email }: { email?: string }) => email === wanted.email;
      const { items } = await portal.findPartners({ matches, byId: false });
      if (!items.some(matches)) throw new Error(`${wanted.email} was not found.`);
    });
  } finally {
    await app.close();
  }
}

async function* rowOf(
  what: string,
  aPage: number,
  portal: PortalClient,
  find: () => Promise<void>,
): AsyncGenerator<Row> {
  await portal.authenticate();
  const [times = []] = await inTurn(ROUNDS, find);
  portal.close();
  const pages = Math.ceil(ENTRIES / aPage);
  yield {
    what: `${what}, the last of ${ENTRIES.toLocaleString('en')}`,
    measured: median(times),
    unit: 'ms',
    reference: { what: `${pages} pages of ${LATENCY_MS} ms added up`, value: pages * LATENCY_MS },
    target: { of: 'ratio', is: 'at most', value: 0.333 },
  };
}

function clientOf(url: string): PortalClient {
  return new PortalClient({ url, clientId: 'fake-portal-client', clientSecret: 'fake-portal-secret' });
}

/** A vendor that gives its partners in pages, and says how many there are. */
function partnersInPages(partners: readonly object[]) {
  const app = Fastify({ forceCloseConnections: true });
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  const answer = (result: unknown) => ({ code: 'success', detailMessage: '', result, status: 200 });
  app.post('/auth/openapi/v1/oauth/token', () =>
    answer({ expiresIn: '1800', refreshToken: 'not-used', token: 'token-of-bench', tokenHead: 'Bearer ' }),
  );
  app.get<{ Querystring: { pageNo?: string } }>(
    '/user/openapi/user/v1/client/partner_list',
    async ({ query }) => {
      await delay(LATENCY_MS);
      const pageNo = Number(query.pageNo ?? 1);
      const from = (pageNo - 1) * PARTNERS_A_PAGE;
      return answer({
        ...{ count: partners.length, pageNo, pageSize: PARTNERS_A_PAGE, total: partners.length },
        totalPage: Math.ceil(partners.length / PARTNERS_A_PAGE),
        results: partners.slice(from, from + PARTNERS_A_PAGE),
      });
    },
  );
  return app;
}
