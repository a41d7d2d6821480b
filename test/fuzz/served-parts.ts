import fc from 'fast-check';
import { request as httpRequest } from 'node:http';
import type { PortalClient } from '../../portal/portal-client';
import type { ServerForTests } from '../server/running-server';
import { tutorialRequest } from '../support/requests';
import type { AnyVendor } from './any-vendor';
import { PIPEDRIVE, PIPEDRIVE_PROOF } from './parts';
import { bytesOf, changed, foreignJson, formText } from './inputs';
import { part, type Part } from './part';

/** What the parts that are called over HTTP stand on. */
export interface Ground {
  server: ServerForTests;
  token: string;
  vendor: AnyVendor;
}

/** Names of the fields of all forms and queries of the page and the API. */
const FIELDS = [
  ...[
    'token',
    'next',
    'status',
    'limit',
    'after',
    'q',
    'from',
    'to',
    'sort',
    'by',
    'why',
    'about',
    'verb',
    'id',
    'created',
  ],
  ...[
    'notCreated',
    'operation',
    'product',
    'serialNumber',
    'plan',
    'extensions',
    'services',
    'years',
    'code',
    'state',
    'within',
  ],
  ...[
    'requestId',
    'billingContact',
    'partner',
    'poNumber',
    'fill',
    'wait',
    'show',
    'step',
    'kind',
    'text',
    'before',
    'direction',
  ],
];
const VALUES = [
  'ordered',
  '1',
  '50',
  '2026-11-24',
  'desc',
  'existing',
  'purchase',
  '3651E1292455',
  '-1',
  '1e9',
  'x'.repeat(200),
];

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

interface Call {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
}

/** What the page is sent by itself. */
const ofOwnSite = (url: string) => ({
  origin: url,
  'sec-fetch-site': 'same-origin',
  'content-type': FORM_TYPE,
});

const PAGES = [
  ...[
    '/',
    '/orders',
    '/orders.csv',
    '/search',
    '/renewals',
    '/deals',
    '/new',
    '/new/offered',
    '/new/quote',
    '/looking',
    '/sign-in',
  ],
  ...['/orders/fuzz-1', '/deals/hubspot:1:2', '/sign-in/callback'],
];
const FORMS = [
  '/sign-in',
  '/sign-out',
  '/new/field',
  '/new/quote',
  '/new/order',
  '/orders/fuzz-1/decisions',
  '/deals/hubspot:1:2/decisions',
];

const DECISION =
  '{"verb":"cancel","by":"Ann","why":"w","about":"0a1b2c3d","id":"1","created":"ZC1","notCreated":"stop"}';
const REQUEST = JSON.stringify({ ...tutorialRequest('fuzz-1'), operation: 'purchase' });

/** Every parser behind HTTP; none answers with 5xx. */
export function servedParts(ground: () => Ground): Part[] {
  const call = async (wanted: Call) => {
    const { server, token } = ground();
    const headers = { authorization: `Bearer ${token}`, ...wanted.headers };
    const status = await statusOf(server.url, { ...wanted, headers });
    if (status < 500) return;
    const last = server
      .log()
      .split('\n')
      .findLast((line) => line.includes('unexpected failure'));
    throw new Error(`${wanted.method} ${wanted.path} was answered with ${status}: ${last}`);
  };
  const post =
    (path: string, type = JSON_TYPE) =>
    (body: Buffer | string) =>
      call({ method: 'POST', path, body, headers: { 'content-type': type } });
  const posted = (path: string, ...samples: string[]) =>
    part(`POST ${path}`, bytesOf(foreignJson(...samples)), post(path));
  return [
    posted('/purchases', REQUEST),
    posted('/quotes', REQUEST),
    posted('/purchases/fuzz-1/decisions', DECISION),
    part('POST /webhooks/pipe', bytesOf(foreignJson(PIPEDRIVE)), (body) =>
      call({ method: 'POST', path: '/webhooks/pipe', body, headers: PIPEDRIVE_PROOF }),
    ),
    part(
      'queries',
      fc.tuple(fc.constantFrom(...PAGES, '/purchases'), formText(FIELDS, VALUES)),
      ([path, query]) => call({ method: 'GET', path: `${path}?${query}`, headers: withSession() }),
    ),
    part('forms', fc.tuple(fc.constantFrom(...FORMS), bytesOf(formText(FIELDS, VALUES))), ([path, body]) =>
      call({ method: 'POST', path, body, headers: { ...ofOwnSite(ground().server.url), ...withSession() } }),
    ),
    part('paths', changed('/purchases/fuzz-1/audit?x=1'), (path) =>
      call({ method: 'GET', path: `/${path.replace(/[^\x21-\x7e]/g, '')}` }),
    ),
    part(
      'cookies',
      fc.tuple(
        fc.constantFrom('wonce', 'wonce-sign-in', '__Host-wonce'),
        fc.oneof(
          fc.string({ maxLength: 60 }).map((text) => Buffer.from(text).toString('base64url')),
          foreignJson('{"verifier":"a","state":"b","nonce":"c","next":"/"}').map((text) =>
            Buffer.from(text).toString('base64url'),
          ),
          fc.string({ maxLength: 60 }).map((text) => text.replace(/[^\x21-\x7e]|;/g, '')),
        ),
      ),
      ([name, value]) =>
        call({
          method: 'GET',
          path: '/sign-in/callback?code=x&state=b',
          headers: { cookie: `${name}=${value}` },
        }),
    ),
    ...vendorParts(ground),
  ];
}

/** Whoever is signed in by nothing is sent to the sign-in; pages are read by those who are. */
function withSession(): Record<string, string> {
  return session === '' ? {} : { cookie: session };
}
let session = '';

/** Signs in, once. */
export async function signIn({ server, token }: Ground): Promise<void> {
  const answer = await fetch(`${server.url}/sign-in`, {
    method: 'POST',
    headers: ofOwnSite(server.url),
    body: new URLSearchParams({ token }).toString(),
    redirect: 'manual',
  });
  session = answer.headers.getSetCookie()[0]!.split(';')[0]!;
}

function statusOf(url: string, { method, path, headers, body }: Call): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const asked = httpRequest({ hostname, port, method, path, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode!));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

const LIST =
  '{"code":"success","requestId":"r","result":{"total":2,"pageNo":1,"pageSize":25,"list":[{"id":1,"name":"Acme","email":"a@b.example",' +
  '"orderNo":"ZC1","orderStatus":"succeed","createTime":1795427551,"productNo":"3651E1292455","poNumber":"PO","userId":3}]},"status":200}';
const CATALOGUE =
  '{"code":"success","requestId":"r","result":{"productId":12,"planList":[{"planId":3049041101760282624,"planName":"Ultimate","serviceList":' +
  '[{"serviceId":3129372068699893760,"serviceName":"Disaster Recovery","price":"1.5"}]}],"serviceList":[]},"status":200}';
const DETAILS =
  '{"code":"success","requestId":"r","result":{"orderNo":"ZC1","orderId":1,"orderStatus":"succeed","code":"AC","generateTime":1,"instanceList":' +
  '[{"instanceId":1,"productNo":"3651E1292455","planName":"Ultimate","extensions":100,"expireTime":1795427551}]},"status":200}';

/** As many calls as a read may make of a small list: more is one that does not end. */
const MOST_CALLS = 400;

const ALL = { matches: () => true, byId: false };
const SERIAL = '3651E1292455';

const READS: Record<string, (client: PortalClient) => Promise<unknown>> = {
  partners: (client) => client.findPartners(ALL),
  contacts: (client) => client.findBillingContacts(ALL),
  product: (client) => client.findProduct(SERIAL),
  pbx: (client) => client.readPbx({ product: 'software', serialNumber: SERIAL }),
  catalogue: (client) => client.getCatalogue(SERIAL),
  orders: (client) => client.listOrders(),
  order: (client) => client.readOrder('ZC1'),
  activation: (client) => client.fetchActivationCode(SERIAL),
  token: (client) => client.authenticate(),
};

function vendorParts(ground: () => Ground): Part[] {
  return Object.entries(READS).map(([name, read]) =>
    part(
      `vendor: ${name}`,
      fc.tuple(
        fc.constantFrom(200, 200, 200, 200, 400, 401, 404, 429, 500),
        bytesOf(foreignJson(LIST, CATALOGUE, DETAILS)),
      ),
      async ([status, body]) => {
        const { vendor } = ground();
        const calls = await vendor.answering({ status, body, alsoToken: name === 'token' }, read);
        if (calls > MOST_CALLS) throw new Error(`It called ${calls} times.`);
      },
      (error) => (error as Error).name === 'PortalError',
    ),
  );
}
