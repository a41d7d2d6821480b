import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { WonceClient } from '../../client/wonce-client';
import { DealsStack } from '../support/deals-stack';
import { spawnProcess } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { connectTemporal } from '../support/stack';
import { startTemporal, type TemporalForTests } from '../support/temporal';
import { until } from '../support/until';

const OLD = `old:${Buffer.alloc(32, 'o').toString('base64')}`;
const NEW = `new:${Buffer.alloc(32, 'n').toString('base64')}`;
const CODEC_TOKEN = 'a-long-token-of-the-codec-server';

let temporal: TemporalForTests;
let deals: DealsStack;

beforeAll(async () => {
  temporal = await startTemporal();
  deals = await DealsStack.start({}, { temporalAddress: temporal.address, payloadKeys: OLD });
});
afterAll(async () => {
  await deals.stop();
  await temporal.stop();
});

const stack = () => deals.stack;

/** Of two partners with the same company: a person is asked. */
const TWO_PARTNERS = { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } } as const;
const requestOf = (requestId: string) => ({
  ...tutorialRequest(requestId),
  poNumber: requestId,
  license: TWO_PARTNERS,
  billingContact: { email: 'accounts@reseller.example' },
});

/** What is personal in what is bought here, and what activates it. */
const PERSONAL = ['Blue Lagoon', 'blue-lagoon', '3651E1292455', 'reseller.example'];

/** What the fake portal's access tokens look like. */
const ACCESS_TOKEN = /eyJ[\w-]{32}\.[\w-]{32}/;

async function clientWith(keys: string): Promise<WonceClient> {
  const { taskQueue, ledger, temporalAddress } = stack();
  const connected = await connectTemporal(temporalAddress, keys);
  return new WonceClient({ taskQueue, temporal: connected, ledger, problems: [] });
}

async function workerWith(keys: string): Promise<void> {
  await Promise.all(stack().workers.map((worker) => worker.stop()));
  await stack().startWorker({ ...deals.workerEnv, WONCE_PAYLOAD_KEYS: keys });
}

/** A purchase about which a person is asked. */
async function asked(requestId: string, client: WonceClient): Promise<void> {
  await client.start(requestOf(requestId));
  expect((await client.wait(requestId)).status.status).toBe('waiting-for-choice');
}

async function chooseFirst(requestId: string, client: WonceClient): Promise<void> {
  const { status } = await client.status(requestId);
  const { question } = status as { question?: { candidates?: { id: string }[] } };
  await client.decide(requestId, { verb: 'choose', id: question!.candidates![0]!.id, by: 'Ann' });
}

async function isOrderedOnce(requestId: string, client: WonceClient): Promise<void> {
  expect((await client.wait(requestId)).status.status).toBe('ordered');
  expect(await stack().portal.ordersWithPo(requestId)).toHaveLength(1);
}

/** Every history of the server, as Temporal has it: nothing is decrypted. */
async function histories(): Promise<string> {
  const all: string[] = [];
  for await (const { workflowId, runId } of stack().temporal.workflow.list()) {
    const { events } = await stack().temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    all.push(...textsIn(events));
  }
  return all.join('\n');
}

/** Payloads of histories that are not encrypted, each with where it stands. */
async function inClear(): Promise<string[]> {
  const found: string[] = [];
  for await (const { workflowId, runId, type } of stack().temporal.workflow.list()) {
    const { events } = await stack().temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    found.push(...clearIn(events, type));
  }
  return found;
}

function clearIn(value: unknown, at: string): string[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  const { metadata, data } = value as { metadata?: { encoding?: Uint8Array }; data?: Uint8Array };
  if (metadata?.encoding && Buffer.from(metadata.encoding).toString() !== 'binary/encrypted') {
    return [`${at}: ${Buffer.from(data ?? []).toString()}`];
  }
  return Object.entries(value).flatMap(([name, inner]) => clearIn(inner, `${at}.${name}`));
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString()];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** The files of Temporal's database, byte for byte. */
function database(): string {
  const folder = dirname(temporal.databaseFile);
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('\n');
}

/** The events of a history that have payloads of this encoding. */
async function encodings(requestId: string): Promise<Set<string>> {
  const { events } = await stack().temporal.workflow.getHandle(`purchase:${requestId}`).fetchHistory();
  const found = textsIn(events).filter((text) => /^(json\/plain|binary\/encrypted)$/.test(text));
  return new Set(found);
}

describe('with a key', () => {
  it('what is bought, decided, refused and tried again is nowhere in Temporal in clear', async () => {
    const { client, portal } = stack();
    await portal.fault({ endpoint: 'plans', kind: 'server-error', times: 2 });
    await asked('privacy-1', client);
    await chooseFirst('privacy-1', client);
    await isOrderedOnce('privacy-1', client);

    const refused = { ...tutorialRequest('privacy-2'), plan: 'Platinum', services: [] };
    const accepted = await fetch(`${deals.url}/purchases`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${deals.token}` },
      body: JSON.stringify(refused),
    });
    expect(accepted.status).toBe(202);
    const { status } = await client.wait('privacy-2');
    expect(status).toMatchObject({
      status: 'refused',
      reason: { message: expect.stringContaining('Platinum') as string },
    });

    const sold = await deals.wonDeal('hubspot');
    await deals.tellOf('hubspot', sold);
    await deals.reaches(deals.key('hubspot', sold), 'requested');
    await deals.purchaseOf(`${deals.key('hubspot', sold)}:1`);

    const listed = (await client.list({ limit: 10 })).purchases.map(({ requestId }) => requestId);
    expect(listed).toEqual(expect.arrayContaining(['privacy-1', 'privacy-2']));
    expect((await client.audit('privacy-1')).verification).toMatchObject({ ok: true });

    const { activationCode } = (await client.status('privacy-1')).status;
    expect(activationCode).toMatch(/^[0-9A-F-]{23}$/);
    const all = await histories();
    expect(all).toContain('binary/encrypted');
    // Temporal's own, which name the schedule of a sweep and its time.
    const ofSchedules = /searchAttributes\.indexedFields\.TemporalScheduled(ById|StartTime):/;
    // Which way a run goes, and when a local activity was made.
    const ofMarkers =
      /(markerRecordedEventAttributes\.details\.(patch-)?data|indexedFields\.TemporalChangeVersion)/;
    const isTemporals = (text: string) => ofSchedules.test(text) || ofMarkers.test(text);
    expect((await inClear()).filter((text) => !isTemporals(text))).toEqual([]);
    const { order } = (await client.status('privacy-1')).status;
    const hidden = [...PERSONAL, 'Platinum', activationCode!, order!.productNo!];
    expect(hidden.filter((text) => all.includes(text))).toEqual([]);
    const files = database();
    expect(hidden.filter((text) => files.includes(text))).toEqual([]);
    expect(database()).toContain('binary/encrypted');
    expect(database()).toContain('purchase:privacy-1');
    expect(all + database()).not.toMatch(ACCESS_TOKEN);
  });

  it('the temporal command reads it by the codec server, and by nothing else', async () => {
    const server = spawnProcess('server/codec/main.js', {
      WONCE_PAYLOAD_KEYS: OLD,
      WONCE_CODEC_PORT: '0',
      WONCE_CODEC_TOKENS: CODEC_TOKEN,
    });
    const [, url] = await server.saw(/codec server listening on (http:\/\/[^"\s]+)/);
    const show = async (more: Record<string, string>) => {
      const run = ['workflow', 'show', '--workflow-id', 'purchase:privacy-1', '--output', 'json'];
      const command = [...run, '--address', temporal.address, '--command-timeout', '60s'];
      const env = { ...process.env, ...more };
      const { stdout } = await promisify(execFile)(temporal.binary, command, { maxBuffer: 2 ** 26, env });
      return stdout;
    };
    expect(await show({})).not.toContain('Blue Lagoon');
    // By the environment: command lines can be read by whoever is on the machine.
    const by = (token: string) => ({
      TEMPORAL_CODEC_ENDPOINT: url!,
      TEMPORAL_CODEC_AUTH: `Bearer ${token}`,
    });
    expect(await show(by(CODEC_TOKEN))).toMatch(/Blue Lagoon|Qmx1ZSBMYWdvb2|Ymx1ZS1sYWdvb2/);
    await expect(show(by('wrong'))).rejects.toThrow();
    expect(await server.stop()).toBe(0);
    expect(server.output).not.toMatch(/Lagoon|a-long-token|b29vb29v/);
  });

  it('a run that began with the old key ends with the new one first', async () => {
    await asked('rotated', stack().client);
    await workerWith(`${NEW},${OLD}`);
    const client = await clientWith(`${NEW},${OLD}`);
    await chooseFirst('rotated', client);
    await isOrderedOnce('rotated', client);
    const { events } = await stack().temporal.workflow.getHandle('purchase:rotated').fetchHistory();
    expect(textsIn(events).filter((text) => text === 'old')).not.toEqual([]);
    expect(textsIn(events).filter((text) => text === 'new')).not.toEqual([]);
  });

  it('without its key a run waits, and says so; with it, it goes on, and is ordered once', async () => {
    await workerWith(OLD);
    await asked('key-away', stack().client);
    const { question } = (await stack().client.status('key-away')).status;
    await workerWith(NEW);
    const decided = chooseFirst('key-away', stack().client).catch((error: unknown) => error);
    await until('the worker to say which key', () => {
      const { output } = stack().workers.at(-1)!;
      return Promise.resolve(/WONCE_PAYLOAD_KEYS has no key of that id/.test(output));
    });
    expect(await decided).toBeInstanceOf(Error);
    const keyless = await clientWith('');
    expect((await keyless.status('key-away')).status).toMatchObject({
      status: 'waiting-for-choice',
      question,
    });
    expect(await stack().portal.ordersWithPo('key-away')).toEqual([]);
    await workerWith(`${NEW},${OLD}`);
    // Temporal tries the run again after a pause, and may have kept the decision until then.
    await until('the decision', async () => {
      const { status } = (await stack().client.status('key-away')).status;
      if (status !== 'waiting-for-choice') return true;
      return chooseFirst('key-away', stack().client).then(
        () => true,
        () => false,
      );
    });
    await isOrderedOnce('key-away', stack().client);
  });
});

it('a run that began in clear goes on with a key, and its later steps are encrypted', async () => {
  await workerWith('');
  const clear = await clientWith('');
  await asked('switched-on', clear);
  expect(await encodings('switched-on')).toEqual(new Set(['json/plain']));
  await workerWith(OLD);
  await chooseFirst('switched-on', stack().client);
  await isOrderedOnce('switched-on', stack().client);
  expect(await encodings('switched-on')).toEqual(new Set(['json/plain', 'binary/encrypted']));
});

it('a run that began encrypted cannot go on without keys, and is not taken for a wrong request', async () => {
  await workerWith('');
  await stack().client.start({ ...tutorialRequest('begun-unread'), poNumber: 'begun-unread' });
  await until('the worker to say which key', () =>
    Promise.resolve(/WONCE_PAYLOAD_KEYS has no key of that id/.test(stack().workers.at(-1)!.output)),
  );
  await workerWith(OLD);
  await isOrderedOnce('begun-unread', stack().client);
});

it('without keys too, no activation code and no access token is in a history', async () => {
  await workerWith('');
  const client = await clientWith('');
  await asked('clear-code', client);
  await chooseFirst('clear-code', client);
  await isOrderedOnce('clear-code', client);
  const { activationCode } = (await client.status('clear-code')).status;
  expect(activationCode).toMatch(/^[0-9A-F-]{23}$/);
  const { events } = await stack().temporal.workflow.getHandle('purchase:clear-code').fetchHistory();
  const all = textsIn(events).join('\n');
  expect(all).toContain('json/plain');
  expect(all).toContain('Blue Lagoon');
  expect(all + (await histories())).not.toContain(activationCode);
  expect(all).not.toMatch(ACCESS_TOKEN);
  expect(all).not.toContain('fake-portal-secret');
});
