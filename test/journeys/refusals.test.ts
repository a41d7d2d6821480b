import type { PurchaseRequest } from '../../domain/request';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.start();
  await stack.startWorker();
});
afterAll(() => stack.stop());

let count = 0;
const newLicense = (partner: Record<string, string>) =>
  ({ license: { kind: 'new', partner } }) as Partial<PurchaseRequest>;

describe('what cannot be bought is refused, in Temporal and in the ledger, and nothing is sent', () => {
  it.each<[string, Partial<PurchaseRequest>, string, RegExp]>([
    [
      'unknown plan',
      { plan: 'Platinum', services: [] },
      'PlanNotFound',
      /no plan "Platinum" to buy\. There is: .*Ultimate/,
    ],
    [
      'unknown service',
      { services: ['Fax'] },
      'ServiceNotFound',
      /no service "Fax" with the plan Ultimate.*There is: .*Disaster Recovery/,
    ],
    [
      'unknown partner',
      newLicense({ partnerId: '42' }),
      'PartnerNotFound',
      /no partner with the id 42\. There is: /,
    ],
    [
      'unknown serial number',
      { license: { kind: 'existing', serialNumber: '0000000000' } },
      'SerialNumberNotFound',
      /no PBX with the serial number 0000000000.*\(10 of \d+\)/,
    ],
    [
      'unknown billing contact',
      { billingContact: { email: 'nobody@reseller.example' } },
      'BillingContactNotFound',
      /e-mail address n…@reseller\.example\. There is: .*3197218168379846218/,
    ],
    [
      'one service under two names',
      { services: ['Disaster Recovery', 'Disaster Recovery Service'] },
      'ServiceRepeated',
      /asks for the service Disaster Recovery \(3129372068699893760\) more than once/,
    ],
    [
      'Disaster Recovery with Enterprise, named by ids',
      { plan: 'ENTERPRISE_ID', services: ['3129372068699893760'] },
      'ServiceNeedsPlan|ServiceNotFound',
      /./,
    ],
  ])('%s', async (_name, change, code, message) => {
    const requestId = `refused-${++count}`;
    const plan = change.plan === 'ENTERPRISE_ID' ? await enterpriseId() : undefined;
    const request = { ...tutorialRequest(requestId), poNumber: requestId, ...change, ...(plan && { plan }) };
    await stack.client.start(request);
    const { status } = await stack.client.wait(requestId);
    expect(status.status).toBe('refused');
    expect(status.reason!.code).toMatch(new RegExp(`^(${code})$`));
    expect(status.reason!.message).toMatch(message);
    expect(await stack.ledger.find(requestId)).toMatchObject({
      status: 'refused',
      reason: { code: status.reason!.code },
    });
    expect(await stack.portal.ordersWithPo(requestId)).toEqual([]);
    const { verification } = await stack.client.audit(requestId);
    expect(verification.ok).toBe(true);
  });
});

async function enterpriseId(): Promise<string> {
  const [row] = (
    (await (await fetch(`${stack.portal.url}/_control/catalogue`)).json()) as {
      plans: { planId: string; planName: string }[];
    }
  ).plans.filter((plan) => /enterprise/i.test(plan.planName));
  return row!.planId;
}

describe('a run that was started wrongly fails at once and says what is right', () => {
  async function start(workflowId: string, input: unknown) {
    const handle = await stack.temporal.workflow.start('purchaseLicense', {
      workflowId,
      taskQueue: stack.taskQueue,
      args: [input],
    });
    return handle.result().then(
      () => undefined,
      (error: { cause?: { type?: string; message?: string } }) => error.cause,
    );
  }

  it('the wrong workflow id', async () => {
    const cause = await start('my-purchase', tutorialRequest('wrong-id'));
    expect(cause).toMatchObject({ type: 'WrongWorkflowId' });
    expect(cause!.message).toContain('--workflow-id purchase:wrong-id --id-reuse-policy RejectDuplicate');
    expect(await stack.ledger.find('wrong-id')).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    ['no object', 'text', 'InvalidRequest'],
    ['no license', { requestId: 'shape-2' }, 'InvalidRequest'],
    ['years as text', { ...tutorialRequest('shape-3'), years: 'two' }, 'InvalidRequest'],
    ['an unknown key', { ...tutorialRequest('shape-4'), colour: 'red' }, 'InvalidRequest'],
    [
      'Disaster Recovery with Enterprise',
      { ...tutorialRequest('shape-5'), plan: 'Enterprise' },
      'ServiceNeedsPlan',
    ],
  ])('a request that cannot be accepted: %s', async (_name, input, code) => {
    const requestId = (input as { requestId?: string }).requestId ?? 'shape-1';
    const cause = await start(purchaseWorkflowIdOf(requestId), input);
    expect(cause).toMatchObject({ type: code });
    expect(await stack.ledger.find(requestId)).toBeUndefined();
    if (requestId !== 'shape-1') {
      const { status } = await stack.client.status(requestId);
      expect(status).toMatchObject({ status: 'refused', reason: { code } });
    }
  });
});
