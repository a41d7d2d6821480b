import type { DecisionContent } from '../../domain/decision';
import type { PurchaseRequest } from '../../domain/request';
import type { TestStack } from '../support/stack';
import { until } from '../support/until';

type Way = (stack: TestStack, request: PurchaseRequest) => Promise<void>;

const SERIAL_NUMBER = '3651E1292455';

/** The tutorial's PBX, with the tutorial's plan. */
export async function withPlan({ portal }: TestStack, details: 'full' | 'silent'): Promise<void> {
  await portal.settings({ pbxDetails: details });
  await portal.setPbx({
    ...{ serialNumber: SERIAL_NUMBER, product: 12, plan: 'Ultimate', extensions: 100, years: 1 },
    services: ['Disaster Recovery'],
  });
}

export const renewalOf = (request: PurchaseRequest): PurchaseRequest => ({ ...request, operation: 'renew' });

async function asked(stack: TestStack, { requestId }: PurchaseRequest, status: string): Promise<void> {
  await until('the question in the ledger', async () => {
    const purchase = await stack.ledger.find(requestId);
    return purchase?.status === status && purchase.question !== undefined;
  });
}

const decide = (stack: TestStack, { requestId }: PurchaseRequest, decision: DecisionContent) =>
  stack.client.decide(requestId, { ...decision, by: 'Ann' });

const renewalThatAsks: Way = async (stack, request) => {
  await withPlan(stack, 'silent');
  await stack.client.start(renewalOf(request));
  await asked(stack, request, 'waiting-for-choice');
};

/** Orders that change what a PBX has. */
export const OPERATION_WAYS: Record<string, Way> = {
  renewed: async (stack, request) => {
    await withPlan(stack, 'full');
    await stack.client.start(renewalOf(request));
  },
  'renewed-once-confirmed': async (stack, request) => {
    await renewalThatAsks(stack, request);
    await decide(stack, request, { verb: 'choose', id: 'order' });
  },
  /** Two questions: who gets the invoice, and whether the PBX is what the request says. */
  'renewed-with-two-choices': async (stack, request) => {
    await withPlan(stack, 'silent');
    const { billingContact: _, ...rest } = renewalOf(request);
    await stack.client.start(rest);
    await asked(stack, request, 'waiting-for-choice');
    await decide(stack, request, { verb: 'choose', id: '3197218168379846218' });
    await until('the other question', async () => {
      const { status } = await stack.client.status(request.requestId);
      return status.question?.candidates.some(({ id }) => id === 'order');
    });
    await decide(stack, request, { verb: 'choose', id: 'order' });
  },
  'renewal-stopped': async (stack, request) => {
    await renewalThatAsks(stack, request);
    await decide(stack, request, { verb: 'choose', id: 'stop' });
  },
  /** Behind a renewal that takes its time; after that one it asks whether it is to be renewed twice. */
  'renewal-waited-for-another': async (stack, request) => {
    await withPlan(stack, 'full');
    await stack.portal.fault({ endpoint: 'orders', kind: 'latency', ms: 3_000 });
    const first = { ...renewalOf(request), requestId: `first-${request.requestId}` };
    await stack.client.start(first);
    await until('the attempt', () => stack.ledger.latestAttempt(first.requestId));
    await stack.client.start(renewalOf(request));
    await asked(stack, request, 'waiting-for-choice');
    await decide(stack, request, { verb: 'choose', id: 'stop' });
  },
  'renewal-ordered-again-by-decision': async (stack, request) => {
    await withPlan(stack, 'full');
    await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'before' });
    await stack.client.start(renewalOf(request));
    await asked(stack, request, 'waiting-for-decision');
    await decide(stack, request, { verb: 'settle', notCreated: 'order-again' });
  },
  switched: async (stack, request) => {
    await withPlan(stack, 'full');
    const { extensions: _, services: __, ...rest } = request;
    const wanted: PurchaseRequest = { ...rest, operation: 'switch-plan', plan: 'Enterprise' };
    await stack.client.start(wanted);
    await asked(stack, wanted, 'waiting-for-choice');
    await decide(stack, wanted, { verb: 'choose', id: 'order' });
  },
  tried: async (stack, { requestId, plan }) => {
    const license = { kind: 'new', partner: { email: 'it@harbour-hotels.example' } } as const;
    await stack.client.start({ requestId, operation: 'trial', license, plan });
  },
};
