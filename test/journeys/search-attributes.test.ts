import type { Connection } from '@temporalio/client';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import { apiKeyFront } from '../support/api-key-front';
import { Authority } from '../support/certificates';
import { wonceWith } from '../support/npm-start';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { startTemporal, type TemporalForTests } from '../support/temporal';
import { until } from '../support/until';

/** A server of its own: what is registered in a namespace is so for every test there. */
let temporal: TemporalForTests;
let stack: TestStack;

beforeAll(async () => {
  temporal = await startTemporal();
  stack = await TestStack.start({ temporalAddress: temporal.address });
  await stack.startWorker();
});
afterAll(async () => {
  await stack.stop();
  await temporal.stop();
});

const operator = () => (stack.temporal.connection as Connection).operatorService;

const NAMES = Object.values(SEARCH_ATTRIBUTES);
const KEY = 'planted-api-key-of-search';
const HARBOUR = { kind: 'new', partner: { company: 'Harbour Hotels' } } as const;

/** How this Temporal is reached as one that has no operator service for us. */
async function withoutOperatorService(status: '7' | '12') {
  const folder = mkdtempSync(join(tmpdir(), 'wonce-front-'));
  const authority = new Authority(folder);
  const certificate = authority.issue('server', 'IP:127.0.0.1');
  const front = await apiKeyFront(temporal.address, { certificate, key: KEY, operatorService: status });
  const env = {
    TEMPORAL_ADDRESS: front.address,
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: authority.cert,
    TEMPORAL_API_KEY: KEY,
  };
  const stop = async () => {
    await front.stop();
    rmSync(folder, { recursive: true });
  };
  return [env, stop] as const;
}

const setup = (...args: string[]) => wonceWith(stack.env(), 'setup', ...args);

async function bought(requestId: string, change: object = {}, of = stack): Promise<string> {
  await of.client.start({ ...tutorialRequest(requestId), ...change });
  const { status } = await of.client.wait(requestId, { timeoutMs: 60_000 });
  expect(status.status).toBe('ordered');
  return status.order!.orderNo;
}

/** Workflow ids of what a list query finds. */
async function found(query: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of stack.temporal.workflow.list({ query })) ids.push(workflowId);
  return ids;
}

/** Visibility is a moment behind. */
const isFound = (query: string, requestId: string) =>
  until(query, async () => (await found(query)).includes(`purchase:${requestId}`), 30_000, 200);

/** The search attributes that a run has told, those of the SDK's own aside. */
async function toldBy(requestId: string): Promise<string[]> {
  const { events } = await stack.temporal.workflow.getHandle(`purchase:${requestId}`).fetchHistory();
  const fields = (events ?? []).flatMap(({ upsertWorkflowSearchAttributesEventAttributes: upsert }) =>
    Object.keys(upsert?.searchAttributes?.indexedFields ?? {}),
  );
  return fields.filter((name) => name !== 'TemporalChangeVersion');
}

let tries = 0;

/** What the worker knows is up to 5 s old. */
async function worksWith(use: boolean): Promise<void> {
  await until(`runs ${use ? 'with' : 'without'} them`, async () => {
    const requestId = `search-try-${(tries += 1)}`;
    await bought(requestId);
    return (await toldBy(requestId)).length > 0 === use;
  });
}

it('without them, purchases are bought as ever, and nothing of them is in the history', async () => {
  const check = await setup('--check');
  expect(check.code).toBe(1);
  for (const name of NAMES) expect(check.stdout).toMatch(new RegExp(`^${name} +Keyword +missing$`, 'm'));
  await bought('search-without');
  expect(await toldBy('search-without')).toEqual([]);
});

it('setup registers them, and again changes nothing', async () => {
  const first = await setup();
  expect(first.code).toBe(0);
  const again = await setup('--json');
  expect([again.code, JSON.parse(again.stdout)]).toEqual([
    0,
    {
      namespace: 'default',
      searchAttributes: NAMES.map((name) => ({ name, type: 'Keyword', state: 'registered' })),
    },
  ]);
  expect((await setup('--check')).code).toBe(0);
});

it('from then on, also with a worker that was there before, each of them finds the purchase', async () => {
  await worksWith(true);
  const existing = await bought('search-existing');
  await isFound(`WonceOrderNumber = "${existing}"`, 'search-existing');
  await isFound(`WonceSerialNumber = "3651E1292455" AND WonceStatus = "ordered"`, 'search-existing');
  await stack.client.start({ ...tutorialRequest('search-new'), license: HARBOUR });
  const { status } = await stack.client.wait('search-new', { timeoutMs: 60_000 });
  expect(status.status).toBe('ordered');
  await isFound('WoncePartner = "Harbour Hotels"', 'search-new');
  await isFound(`WonceSerialNumber = "${status.order!.productNo}"`, 'search-new');
  await stack.client.start({ ...tutorialRequest('search-refused'), plan: 'Platinum', services: [] });
  await isFound('WonceStatus = "refused"', 'search-refused');
});

it('an e-mail address is not told: the vendor’s id of the partner is', async () => {
  const license = { kind: 'new', partner: { email: 'it@harbour-hotels.example' } };
  await bought('search-email', { license });
  const { searchAttributes } = await stack.temporal.workflow.getHandle('purchase:search-email').describe();
  expect(searchAttributes.WoncePartner).toEqual([expect.stringMatching(/^\d+$/)]);
});

it.each([
  ['7', 'PERMISSION_DENIED'],
  ['12', 'UNIMPLEMENTED'],
] as const)(
  'where Temporal does not let us register (%s), setup says how it is done',
  async (status, name) => {
    const [env, stop] = await withoutOperatorService(status);
    for (const args of [[], ['--check']]) {
      const { code, stdout, stderr } = await wonceWith({ ...stack.env(), ...env }, 'setup', ...args);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`(${name}). Nothing needs them. On Temporal Cloud: tcld namespace`);
      for (const attribute of NAMES) expect(stderr).toContain(`--search-attribute "${attribute}=Keyword"`);
    }
    await stop();
  },
);

it('a run that a worker began with them goes on with one that cannot ask, and back', async () => {
  const own = await TestStack.start({ temporalAddress: temporal.address });
  const [env, stop] = await withoutOperatorService('12');
  const knowing = await own.startWorker();
  const requestId = 'search-two-workers';
  const blueLagoon = { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } } as const;
  await own.client.start({ ...tutorialRequest(requestId), license: blueLagoon, poNumber: requestId });
  const { status } = await own.client.wait(requestId, { timeoutMs: 60_000 });
  await isFound('WonceStatus = "waiting-for-choice"', requestId);
  await knowing.kill();
  const unknowing = await own.startWorker(env);
  const id = status.question!.candidates[0]!.id;
  await own.client.decide(requestId, { verb: 'choose', id, by: 'Ann' });
  expect((await own.client.wait(requestId, { timeoutMs: 90_000 })).status.status).toBe('ordered');
  expect(unknowing.output).toContain('as Temporal does not say which it has');
  expect(await found('WonceStatus = "waiting-for-choice"')).toContain(`purchase:${requestId}`);
  await own.startWorker();
  await bought('search-after-two', {}, own);
  expect(await own.portal.ordersWithPo(requestId)).toHaveLength(1);
  await own.stop();
  await stop();
}, 150_000);

it('a run that began with them goes on when they are taken away, and ends', async () => {
  const blueLagoon = { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } } as const;
  await stack.client.start({ ...tutorialRequest('search-removed'), license: blueLagoon });
  const { status } = await stack.client.wait('search-removed', { timeoutMs: 60_000 });
  expect(status.status).toBe('waiting-for-choice');
  await isFound('WonceStatus = "waiting-for-choice"', 'search-removed');
  await operator().removeSearchAttributes({ namespace: 'default', searchAttributes: NAMES });
  const id = status.question!.candidates[0]!.id;
  await stack.client.decide('search-removed', { verb: 'choose', id, by: 'Ann' });
  expect((await stack.client.wait('search-removed', { timeoutMs: 90_000 })).status.status).toBe('ordered');
  expect((await setup('--check')).code).toBe(1);
  await worksWith(false);
}, 150_000);

it('one of another type is not used, and setup says so', async () => {
  await operator().addSearchAttributes({
    namespace: 'default',
    searchAttributes: { WoncePartner: 5 },
  });
  const { code, stdout, stderr } = await setup();
  expect([code, stderr]).toEqual([1, expect.stringContaining('no Keyword is not used')]);
  expect(stdout).toMatch(/^WoncePartner +Keyword +other-type$/m);
  await worksWith(true);
  await bought('search-other-type', { license: HARBOUR });
  const { searchAttributes } = await stack.temporal.workflow
    .getHandle('purchase:search-other-type')
    .describe();
  expect(
    Object.keys(searchAttributes)
      .filter((name) => NAMES.some((one) => one === name))
      .sort(),
  ).toEqual(['WonceOrderNumber', 'WonceSerialNumber', 'WonceStatus']);
});

it('with payload keys, only what tells nothing of a customer is told', async () => {
  const keys = `one:${Buffer.alloc(32, 'k').toString('base64')}`;
  const encrypted = await TestStack.start({ temporalAddress: temporal.address, payloadKeys: keys });
  await encrypted.startWorker();
  const orderNo = await bought('search-encrypted', { license: HARBOUR }, encrypted);
  await encrypted.stop();
  await isFound(`WonceOrderNumber = "${orderNo}" AND WonceStatus = "ordered"`, 'search-encrypted');
  const { searchAttributes } = await stack.temporal.workflow
    .getHandle('purchase:search-encrypted')
    .describe();
  expect(
    Object.keys(searchAttributes)
      .filter((name) => name.startsWith('Wonce'))
      .sort(),
  ).toEqual(['WonceOrderNumber', 'WonceStatus']);
  await encrypted.stop();
});
