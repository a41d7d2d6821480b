import { Signature } from '@hubspot/api-client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Webhook } from 'standardwebhooks';
import { pipedrive } from '../../dev/fake-crms/pipedrive';
import { salesforce } from '../../dev/fake-crms/salesforce';
import type { Outgoing } from '../../dev/fake-crms/sender';
import { connectReceivers } from '../../crm/receivers';
import { TestStack } from '../support/stack';
import { until } from '../support/until';
import type { Answer } from './contract';
import { serve, type ServerForTests } from './running-server';

/** What a proxy in front of the server is called by: HubSpot signs it. */
const PUBLIC_URL = 'https://hooks.reseller.example';

/** A server has no token of the APIs. */
const SECRETS = {
  HUBSPOT_SECRET: 'planted-secret-of-the-app',
  OTHER_HUBSPOT_SECRET: 'planted-secret-of-the-other-app',
  PIPEDRIVE_PASSWORD: 'planted-password',
  SALESFORCE_SECRET: 'planted-salesforce-secret',
  SHOP_SECRET: `whsec_${Buffer.from('planted-secret-of-the-shop').toString('base64')}`,
  OTHER_SHOP_SECRET: `whsec_${Buffer.from('planted-secret-of-another').toString('base64')}`,
};

/** Accounts of their own: tests share a Temporal. */
const ACCOUNT = randomInt(10 ** 11);
const ORGANISATION = `${`00d${ACCOUNT}`.padEnd(15, '0')}AAA`;

const RULES = `since: 2026-01-01T00:00:00Z
    license: { serialNumber: { deal: serial }, plan: { skus: { YS-ULT: Ultimate } }, years: 2 }`;

/** Nobody is asked here: no worker runs. */
const DEALS = `sources:
  hubspot:
    crm: hubspot
    account: '${ACCOUNT}'
    secrets: [HUBSPOT_SECRET]
    accessToken: HUBSPOT_TOKEN
    api: http://127.0.0.1:9
    ${RULES}
  other-hubspot:
    crm: hubspot
    account: '${ACCOUNT + 1}'
    secrets: [OTHER_HUBSPOT_SECRET]
    accessToken: HUBSPOT_TOKEN
    api: http://127.0.0.1:9
    ${RULES}
  pipedrive:
    crm: pipedrive
    account: '${ACCOUNT}'
    user: wonce
    secrets: [PIPEDRIVE_PASSWORD]
    apiToken: PIPEDRIVE_TOKEN
    api: http://127.0.0.1:9
    ${RULES}
  salesforce:
    crm: salesforce
    account: '${ORGANISATION}'
    secrets: [SALESFORCE_SECRET]
    clientId: SALESFORCE_CLIENT
    clientSecret: SALESFORCE_CLIENT_SECRET
    api: http://127.0.0.1:9
    ${RULES}
  shop:
    crm: standard-webhooks
    account: '${ACCOUNT}'
    secrets: [SHOP_SECRET]
    ${RULES}
`;

let stack: TestStack;
let server: ServerForTests;
let folder: string;
/** One that reaches no Temporal. */
let cutOff: ServerForTests;

beforeAll(async () => {
  [stack, folder] = await Promise.all([TestStack.start(), mkdtemp(join(tmpdir(), 'wonce-deals-'))]);
  const dealsFile = join(folder, 'deals.yaml');
  await writeFile(dealsFile, DEALS);
  const accounts = Object.fromEntries(connectReceivers({ dealsFile, publicUrl: PUBLIC_URL }, SECRETS));
  server = await serve(stack, { accounts });
  cutOff = await serve(stack, { accounts, temporalAddress: '127.0.0.1:1' });
});
afterAll(async () => {
  await server.close();
  await cutOff.close();
  await stack.stop();
  await rm(folder, { recursive: true });
});

const MINUTE = 60_000;
/** Digits alone, as the ids of HubSpot and Pipedrive are. */
const newId = () => String(randomInt(10 ** 11, 10 ** 12));
/** Of 18 characters; without capitals the last three are AAA. */
const opportunityOf = (id: string) => `006${id}AAA`;

interface Proof {
  secret?: string;
  /** ms from now. */
  at?: number;
}

/** As HubSpot sends it, signed by its own library. */
function hubspotMessage(
  events: readonly object[] | string,
  { secret = SECRETS.HUBSPOT_SECRET, at = 0 }: Proof = {},
): Outgoing {
  const body = typeof events === 'string' ? events : JSON.stringify(events);
  const timestamp = Date.now() + at;
  const url = `${PUBLIC_URL}/webhooks/hubspot`;
  const options = { signature: '', clientSecret: secret, requestBody: body, url, timestamp };
  return {
    headers: {
      'x-hubspot-signature-v3': Signature.getSignature('POST', 'v3', options),
      'x-hubspot-request-timestamp': String(timestamp),
    },
    body,
  };
}

function hubspotWin(objectId: unknown): object {
  return {
    portalId: ACCOUNT,
    subscriptionType: 'deal.propertyChange',
    propertyName: 'dealstage',
    propertyValue: 'closedwon',
    objectId,
  };
}

/** As a shop sends it, signed by the library of Standard Webhooks. */
function shopMessage(
  dealId: string,
  { secret = SECRETS.SHOP_SECRET, at = 0 }: Proof = {},
  id = `msg_${randomUUID()}`,
): Outgoing {
  const now = new Date(Date.now() + at);
  const body = JSON.stringify({
    type: 'deal.won',
    timestamp: now.toISOString(),
    data: { dealId, fields: { serial: '3651E1292455' }, lineItems: [{ sku: 'YS-ULT', quantity: 100 }] },
  });
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signature = new Webhook(secret).sign(id, now, body);
  return {
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature },
    body,
  };
}

function pipedriveMessage(dealId: string, password = SECRETS.PIPEDRIVE_PASSWORD): Outgoing {
  const event = {
    meta: { company_id: String(ACCOUNT), entity_id: dealId },
    data: { status: 'won' },
    previous: { status: 'open' },
  };
  return pipedrive.sender.message({ user: 'wonce', password, event }, '')(1, new Date());
}

function outboundMessage(opportunities: readonly string[], more: object = {}): Outgoing {
  const input = {
    kind: 'outbound-message',
    orgId: ORGANISATION,
    opportunities: opportunities.map((Id) => ({ Id, IsWon: 'true' })),
    ...more,
  };
  return salesforce.sender.message(input, '')(1, new Date());
}

const SALESFORCE_PATH = `/webhooks/salesforce/${SECRETS.SALESFORCE_SECRET}`;

function send(path: string, message: Outgoing, to = server): Promise<Answer> {
  return to.call('POST', path, message);
}

/**
 * A machine that is too slow for so many at once says so, and their sender sends them again.
 *
 * @returns the answer, and how often it was sent
 */
async function sendUntilKept(path: string, message: Outgoing): Promise<{ answer: Answer; times: number }> {
  let times = 0;
  const answer = await until('the message to be kept', async () => {
    times += 1;
    const one = await send(path, message);
    return one.status !== 503 && one;
  });
  return { answer, times };
}

/** Once where it was sent once; and never more often than it was sent. */
function isToldOf(run: { notified: number } | undefined, times: number): boolean {
  return run !== undefined && run.notified >= 1 && run.notified <= times;
}

/** Of the run of a deal, how often it was told, and which run it is; undefined when there is none. */

async function runOf(deal: string): Promise<{ runId: string; notified: number } | undefined> {
  const handle = stack.temporal.workflow.getHandle(`deal:${deal}`);
  try {
    const { runId } = await handle.describe();
    const { events } = await handle.fetchHistory();
    const notified = (events ?? []).filter(({ workflowExecutionSignaledEventAttributes: signal }) => signal);
    return { runId, notified: notified.length };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** The deals that a message about this id may begin. */
function dealsOf(id: string): string[] {
  const opportunity = opportunityOf(id);
  return [
    ...['hubspot', 'pipedrive', 'standard-webhooks'].map((crm) => `${crm}:${ACCOUNT}:${id}`),
    `hubspot:${ACCOUNT + 1}:${id}`,
    `salesforce:${ORGANISATION}:${opportunity}`,
  ];
}

/** `[path, message, deal]`: a win as each CRM tells of it. */
function wins(): [string, Outgoing, string][] {
  const id = newId();
  const opportunity = opportunityOf(newId());
  return [
    ['/webhooks/hubspot', hubspotMessage([hubspotWin(Number(id))]), `hubspot:${ACCOUNT}:${id}`],
    ['/webhooks/pipedrive', pipedriveMessage(id), `pipedrive:${ACCOUNT}:${id}`],
    ['/webhooks/shop', shopMessage(id), `standard-webhooks:${ACCOUNT}:${id}`],
    [SALESFORCE_PATH, outboundMessage([opportunity]), `salesforce:${ORGANISATION}:${opportunity}`],
  ];
}

const withoutProof = ({ body }: Outgoing): Outgoing => ({ headers: {}, body });
/** In a body of the same length. */
const changed = ({ headers, body }: Outgoing): Outgoing => ({ headers, body: body.replace('won', 'wan') });

it.each<[string, string, (id: string) => Outgoing]>([
  [
    'HubSpot, of a wrong secret',
    'hubspot',
    (id) => hubspotMessage([hubspotWin(id)], { secret: 'planted-guess' }),
  ],
  ['HubSpot, of no signature', 'hubspot', (id) => withoutProof(hubspotMessage([hubspotWin(id)]))],
  ['HubSpot, of 6 minutes ago', 'hubspot', (id) => hubspotMessage([hubspotWin(id)], { at: -6 * MINUTE })],
  ['HubSpot, of the future', 'hubspot', (id) => hubspotMessage([hubspotWin(id)], { at: 6 * MINUTE })],
  ['HubSpot, changed after signing', 'hubspot', (id) => changed(hubspotMessage([hubspotWin(id)]))],
  [
    'HubSpot, of another account',
    'hubspot',
    (id) => hubspotMessage([hubspotWin(id)], { secret: SECRETS.OTHER_HUBSPOT_SECRET }),
  ],
  ['HubSpot, for another source', 'other-hubspot', (id) => hubspotMessage([hubspotWin(id)])],
  ['a shop, of a wrong secret', 'shop', (id) => shopMessage(id, { secret: SECRETS.OTHER_SHOP_SECRET })],
  ['a shop, of no signature', 'shop', (id) => withoutProof(shopMessage(id))],
  ['a shop, of 6 minutes ago', 'shop', (id) => shopMessage(id, { at: -6 * MINUTE })],
  ['a shop, of the future', 'shop', (id) => shopMessage(id, { at: 6 * MINUTE })],
  ['a shop, changed after signing', 'shop', (id) => changed(shopMessage(id))],
  ['Pipedrive, of a wrong password', 'pipedrive', (id) => pipedriveMessage(id, 'planted-guess')],
  ['Pipedrive, of no password', 'pipedrive', (id) => withoutProof(pipedriveMessage(id))],
  ['Salesforce, of no token', 'salesforce', (id) => outboundMessage([opportunityOf(id)])],
  ['Salesforce, of a wrong token', 'salesforce/planted-guess', (id) => outboundMessage([opportunityOf(id)])],
  [
    'Salesforce, of a wrong bearer token',
    'salesforce',
    (id) => outboundMessage([opportunityOf(id)], { token: 'planted-guess' }),
  ],
  [
    'Salesforce, of another organisation',
    `salesforce/${SECRETS.SALESFORCE_SECRET}`,
    (id) => outboundMessage([opportunityOf(id)], { orgId: '00DAA0000001abc2AA' }),
  ],
])('a message of %s is refused, told nothing, and begins nothing', async (_what, path, make) => {
  const id = newId();
  const answer = await send(`/webhooks/${path}`, make(id));
  expect(answer).toMatchObject({ status: 401, json: { code: 'NotAuthentic' } });
  expect(Object.keys(answer.json).sort()).toEqual(['code', 'instance', 'status', 'title', 'type']);
  for (const deal of dealsOf(id)) expect(await runOf(deal)).toBeUndefined();
});

it('a win in each CRM begins the run of its deal', async () => {
  for (const [path, message, deal] of wins()) {
    expect((await send(path, message)).status).toBe(200);
    expect(await runOf(deal)).toMatchObject({ notified: 1 });
  }
});

/** 10 MB, sent whole: a client that does not ask first. */
function sendTenMegabytes(path: string, headers: Outgoing['headers']): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const body = Buffer.alloc(10 * 1024 * 1024, ' ');
    const call = request(`${server.url}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-length': body.length },
    });
    call.once('response', (response) => {
      // What is still being sent has nowhere to go.
      call.on('error', () => undefined);
      resolve(response.resume().statusCode);
    });
    call.once('error', reject);
    call.end(body);
  });
}

it('10 MB are refused, whoever sends them', async () => {
  for (const [path, { headers }] of wins()) expect(await sendTenMegabytes(path, headers)).toBe(413);
});

it('a bomb in gzip is refused, and not inflated', async () => {
  const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024));
  for (const [path, message] of wins()) {
    const headers = { ...message.headers, 'content-encoding': 'gzip' };
    const answer = await server.call('POST', path, { headers, body: bomb });
    expect(answer).toMatchObject({ status: 415, json: { code: 'BodyEncoded' } });
  }
});

it('a hundred events of HubSpot with a bad one in the middle: the 99 are kept', async () => {
  const ids = Array.from({ length: 99 }, newId);
  const events = ids.map((id) => hubspotWin(Number(id)));
  events.splice(56, 0, hubspotWin({ planted: 'no id' }));
  const { answer, times } = await sendUntilKept('/webhooks/hubspot', hubspotMessage(events));
  expect(answer).toMatchObject({ status: 200, json: { taken: 99, irrelevant: 0, unreadable: 1 } });
  const runs = await Promise.all(ids.map((id) => runOf(`hubspot:${ACCOUNT}:${id}`)));
  expect(runs.filter((run) => isToldOf(run, times))).toHaveLength(99);
  expect(server.log()).toContain('Event 57 of 100');
});

it('ids beyond 2^53 name their run digit for digit', async () => {
  const id = `9007199254740993${randomInt(10 ** 6)}`;
  const body = JSON.stringify([hubspotWin('ID')]).replace('"ID"', id);
  expect((await send('/webhooks/hubspot', hubspotMessage(body))).json).toMatchObject({ taken: 1 });
  expect(await runOf(`hubspot:${ACCOUNT}:${id}`)).toMatchObject({ notified: 1 });

  const now = new Date();
  const text = `{"type":"deal.won","timestamp":"${now.toISOString()}","data":{"dealId":${id}}}`;
  const msgId = `msg_${randomUUID()}`;
  const headers = {
    'webhook-id': msgId,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(SECRETS.SHOP_SECRET).sign(msgId, now, text),
  };
  expect((await send('/webhooks/shop', { headers, body: text })).json).toMatchObject({ taken: 1 });
  expect(await runOf(`standard-webhooks:${ACCOUNT}:${id}`)).toMatchObject({ notified: 1 });
});

const FILE_ENTITY = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>';
const LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>';

it.each([
  ['a DOCTYPE', '<!DOCTYPE x>'],
  ['an entity of a file', FILE_ENTITY],
  ['entities that grow', LAUGHS],
  ['an ENTITY in small letters', '<!entity a "ha">'],
])('an Outbound Message with %s is refused, without an Ack', async (_what, declaration) => {
  const { headers, body } = outboundMessage([opportunityOf(newId())]);
  const hostile = body.replace('?>', `?>${declaration}`);
  expect(hostile).not.toBe(body);
  const answer = await send(SALESFORCE_PATH, { headers, body: hostile });
  expect(answer).toMatchObject({ status: 422, json: { code: 'MessageUnreadable' } });
  expect(answer.text).not.toMatch(/Ack|root:/);
});

it('Salesforce gets its Ack when all is kept', async () => {
  const opportunities = Array.from({ length: 100 }, newId).map(opportunityOf);
  const { answer, times } = await sendUntilKept(SALESFORCE_PATH, outboundMessage(opportunities));
  expect(answer).toMatchObject({ status: 200, text: expect.stringContaining('<Ack>true</Ack>') as string });
  expect(answer.headers.get('content-type')).toMatch(/^text\/xml/);
  const runs = await Promise.all(opportunities.map((id) => runOf(`salesforce:${ORGANISATION}:${id}`)));
  expect(runs.every((run) => isToldOf(run, times))).toBe(true);
});

it('without Temporal no sender is told that its message was taken', async () => {
  const answers = await Promise.all(wins().map(([path, message]) => send(path, message, cutOff)));
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 503, json: { code: 'TemporalUnreachable' } });
    expect(answer.text).not.toContain('Ack');
  }
});

it('a message of Standard Webhooks that is replayed is taken again, and reaches the one run', async () => {
  const id = newId();
  const deal = `standard-webhooks:${ACCOUNT}:${id}`;
  const message = shopMessage(id);
  expect((await send('/webhooks/shop', message)).status).toBe(200);
  const first = await runOf(deal);
  expect((await send('/webhooks/shop', message)).status).toBe(200);
  expect(await runOf(deal)).toEqual({ runId: first?.runId, notified: 2 });
});

it('no secret is in the log, whatever was sent', () => {
  const log = server.log() + cutOff.log();
  expect(log).toContain('/webhooks/:source/:token');
  expect(log).not.toMatch(/planted/);
  for (const secret of Object.values(SECRETS)) expect(log).not.toContain(secret);
});
