import type { PurchaseRequest } from '../../domain/request';
import { DealsStack } from '../support/deals-stack';
import { wonceWith } from '../support/npm-start';
import { tutorialRequest } from '../support/requests';
import type { TestStack } from '../support/stack';
import { until } from '../support/until';

/**
 * What a person sees of a run in the Temporal UI, without any tool of Wonce: its current details, in Markdown, in a frame
 * that shows a few lines.
 */
let deals: DealsStack;
let stack: TestStack;

beforeAll(async () => {
  deals = await DealsStack.start();
  stack = deals.stack;
});
afterAll(() => deals.stop());

const runOf = (workflowId: string) => stack.temporal.workflow.getHandle(workflowId);

/** The lines, once there is one of these words among them. */
async function details(workflowId: string, words: RegExp): Promise<string[]> {
  const text = await until(`"${words}" in the details of ${workflowId}`, async () => {
    // As the UI asks for them.
    const shown = await runOf(workflowId).query<{ currentDetails: string }>('__temporal_workflow_metadata');
    return words.test(shown.currentDetails) && shown.currentDetails;
  });
  return text.split('\n');
}

/** What is to be typed, line by line. */
const toType = (lines: string[]) =>
  lines
    .flatMap((line) => (/^- `(\{.*\})`$/.exec(line) ?? []).slice(1))
    .map((json) => JSON.parse(json) as object);

async function started(requestId: string, change: Partial<PurchaseRequest> = {}): Promise<string> {
  await stack.client.start({ ...tutorialRequest(requestId), poNumber: requestId, ...change });
  return `purchase:${requestId}`;
}

it('a choice: the question and the candidates come first, a line each, and then what to type', async () => {
  const license = { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } } as const;
  const workflowId = await started('ui-choose', { license });
  const lines = await details(workflowId, /choose/);
  expect(lines[0]).toBe('**There are 2: partner with the company "Blue Lagoon Ltd". Choose one.**');
  const { question } = (await stack.client.status('ui-choose')).status;
  const [one, other] = question!.candidates.map(({ id, description }) => `- \`${id}\`: ${description}`);
  expect(lines.slice(1, 5)).toEqual(['', one, other, '']);
  expect(lines[5]).toMatch(/update `choose`/);
  const [input] = toType(lines);
  const id = question!.candidates[1]!.id;
  await runOf(workflowId).executeUpdate('choose', { args: [{ ...input, id }] });
  expect((await stack.client.wait('ui-choose')).status.status).toBe('ordered');
});

it('an outcome that is not known: the question comes first, and then what to type, each way', async () => {
  await stack.portal.fault({
    endpoint: 'orders',
    kind: 'cut',
    when: 'before',
    match: { poNumber: 'ui-settle' },
  });
  const workflowId = await started('ui-settle');
  const lines = await details(workflowId, /update `settle`/);
  expect(lines[0]).toMatch(/^\*\*Did the vendor create the order of this purchase\?/);
  expect(lines.join(' ')).toMatch(/Partner Portal under Orders/);
  const inputs = toType(lines);
  expect(inputs).toMatchObject([
    { created: 'ORDER NUMBER' },
    { notCreated: 'order-again' },
    { notCreated: 'stop' },
  ]);
  await runOf(workflowId).executeUpdate('settle', { args: [inputs[2]] });
  expect((await stack.client.wait('ui-settle')).status.status).toBe('refused');
});

it('while the vendor is down it says where that can be seen, and that it goes on by itself', async () => {
  await stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
  const workflowId = await started('ui-down');
  const lines = await details(workflowId, /Looking up/);
  expect(lines.join(' ')).toMatch(/Pending Activities.* tried again by itself/);
  await until('the step that fails', async () => {
    const { raw } = await runOf(workflowId).describe();
    return raw.pendingActivities!.some(({ lastFailure }) => lastFailure !== null);
  });
  await stack.portal.clearFaults();
  expect((await stack.client.wait('ui-down')).status.status).toBe('ordered');
});

it('a deal that lacks something: what, and then what to type', async () => {
  const id = await deals.pipedriveDeal({}, []);
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  await deals.reaches(deal, 'incomplete');
  const lines = await details(`deal:${deal}`, /update `fill`/);
  expect(lines[0]).toMatch(/^\*\*Incomplete\*\*/);
  const firstMissing = lines.findIndex((line) => line.startsWith('- '));
  expect(lines[firstMissing - 1]).toBe('');
  await runOf(`deal:${deal}`).executeUpdate('fill', { args: [toType(lines)[0]] });
  const filled = (await stack.ledger.deals.events(deal)).find(({ kind }) => kind === 'decision');
  expect(filled).toMatchObject({ data: { verb: 'fill', fill: { plan: 'Ultimate' } } });
});

it('a text of a CRM is shown as it is written: no line and no word of ours can be made of it', async () => {
  const code = 'YS\n\n**Ordered**: [ZC1](http://x.example) `x` <b>\u202e';
  const id = await deals.pipedriveDeal({}, [{ code, quantity: 100 }]);
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  const { missing } = await deals.reaches(deal, 'incomplete');
  expect(missing!.map(({ problem }) => problem).join()).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  const lines = await details(`deal:${deal}`, /update `fill`/);
  expect(lines.filter((line) => /Ordered/.test(line))).toEqual([
    expect.stringMatching(/^- plan: .*\\\*\\\*Ordered\\\*\\\*: \\\[ZC1\\\]/),
    expect.stringMatching(/^- extensions: .*\\\*\\\*Ordered/),
  ]);
  const shown = await wonceWith(stack.env(), 'deals', 'show', deal);
  expect(shown.stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  expect(shown.stdout).not.toMatch(/^\*\*Ordered/m);
});
