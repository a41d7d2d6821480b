import { LedgerClient } from '../../client/ledger-client';
import type { PurchaseRequest } from '../../domain/request';
import { requestFile, wonceWith } from '../support/npm-start';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

let stack: TestStack;
let byLedger: LedgerClient;

beforeAll(async () => {
  stack = await TestStack.start();
  await stack.startWorker();
  byLedger = new LedgerClient({ ledger: stack.ledger, problems: [] });
});
afterAll(() => stack.stop());

async function ended(requestId: string, change: Partial<PurchaseRequest> = {}): Promise<string> {
  await stack.client.start({ ...tutorialRequest(requestId), ...change });
  await endOfRun(requestId);
  return requestId;
}

async function endOfRun(requestId: string): Promise<void> {
  const run = stack.temporal.workflow.getHandle(`purchase:${requestId}`);
  await run.result().catch(() => undefined);
}

async function cancelled(requestId: string): Promise<string> {
  await stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
  await stack.client.start(tutorialRequest(requestId));
  await until('acceptance', () => stack.ledger.find(requestId));
  await stack.client.decide(requestId, { verb: 'cancel', by: 'Ann', why: 'the customer withdrew' });
  await endOfRun(requestId);
  await stack.portal.clearFaults();
  return requestId;
}

describe('of a purchase that has ended the ledger says what it says together with Temporal', () => {
  it.each<[string, () => Promise<string>]>([
    ['ordered', () => ended('ended-ordered')],
    ['ordered', () => ended('ended-new', { license: { kind: 'new' } })],
    ['refused', () => ended('ended-refused', { plan: 'Platinum', services: [] })],
    ['cancelled', () => cancelled('ended-cancelled')],
  ])('%s', async (status, end) => {
    const requestId = await end();
    const report = await stack.client.status(requestId);
    expect(report.status.status).toBe(status);
    expect(await byLedger.ended(requestId)).toEqual(report);
    expect(await byLedger.circumstances(report)).toEqual(await stack.client.circumstances(report));
  });
});

describe('what may still change is left to its run', () => {
  it('a purchase that is under way, and one that nobody knows', async () => {
    await stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
    await stack.client.start(tutorialRequest('ended-not'));
    await until('acceptance', () => stack.ledger.find('ended-not'));
    expect(await byLedger.ended('ended-not')).toBeUndefined();
    expect(await byLedger.ended('ended-nobody')).toBeUndefined();
    await stack.portal.clearFaults();
    await stack.client.wait('ended-not');
  });

  it('one that is ordered, while its activation code is still asked for', async () => {
    await stack.portal.fault({ endpoint: 'activation-code', kind: 'server-error', times: null });
    await stack.client.start({ ...tutorialRequest('ended-code'), license: { kind: 'new' } });
    await until('the order', async () => (await stack.ledger.find('ended-code'))?.status === 'ordered');
    expect(await byLedger.ended('ended-code')).toBeUndefined();
    await stack.portal.clearFaults();
    await stack.client.wait('ended-code');
    expect((await byLedger.ended('ended-code'))?.status.activationCode).toBeDefined();
  });
});

describe('wonce status of a purchase that has ended', () => {
  const away = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
  /** Says at its end whether Temporal's client is loaded. */
  const tells =
    "process.on('exit', () => console.error(Object.keys(require.cache).some((file) => file.includes('@temporalio/client'))));";

  it('is the same to the byte without Temporal, whose client is not loaded', async () => {
    const requestId = await ended('ended-command');
    const asked = await wonceWith(stack.env(), 'status', requestId, '--json');
    const NODE_OPTIONS = `--require ${requestFile('tells.cjs', tells)}`;
    const alone = await wonceWith({ ...stack.env(), ...away, NODE_OPTIONS }, 'status', requestId, '--json');
    expect(alone).toEqual({ ...asked, stderr: 'false\n' });
    expect(asked).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(asked.stdout)).toEqual((await stack.client.status(requestId)).status);
  });

  it('asks the run of one that has not: without Temporal nobody says that it goes on', async () => {
    await stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
    await stack.client.start(tutorialRequest('ended-command-not'));
    await until('acceptance', () => stack.ledger.find('ended-command-not'));
    const { stdout, stderr } = await wonceWith({ ...stack.env(), ...away }, 'status', 'ended-command-not');
    expect(stdout).toMatch(/Temporal does not tell whether it goes on/);
    expect(stderr).toMatch(/From the ledger[^]*No Temporal server answers at 127\.0\.0\.1:1/);
    await stack.portal.clearFaults();
  });

  it('is told by its run where there is no ledger', async () => {
    const requestId = await ended('ended-no-ledger');
    const env = { ...stack.env(), DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
    const { code, stdout, stderr } = await wonceWith(env, 'status', requestId, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'ordered' });
    expect(stderr).toMatch(/The ledger at 127\.0\.0\.1:1\/none cannot be used/);
  });
});
