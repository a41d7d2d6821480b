import { questionIdOf, type Asking, type Candidate } from '../../domain/decision';
import { knownRuleOf } from '../../domain/operations';
import { present } from '../../domain/optional';
import type { PurchaseFacts } from '../../domain/purchase-facts';
import { serviceLines, type PurchaseRequest } from '../../domain/request';
import * as activity from '../activity-proxies';
import { detailsOf, hasFailed, reasonOf } from '../failures';
import { recordEvent } from './record-event';
import type { FoundAtOnce, LookupQuestions, Offer, PlanQuestion } from '../messages/purchase';
import type { PurchaseContext } from './purchase-context';

/** The lookups of a purchase, all on their way. */
export interface Lookups {
  serialNumber: Promise<string> | undefined;
  partnerId: Promise<string> | undefined;
  offer: Promise<Offer>;
  billingContactId: Promise<string> | undefined;
  activationMailTo: Promise<string> | undefined;
}

/** What an order needs. The request itself gives the serial number that the plan query wants. */
export function questionsOf(request: PurchaseRequest): LookupQuestions {
  const { license, product, billingContact, activationMailTo } = request;
  const { isBilled } = knownRuleOf(request);
  return {
    ...(license.kind === 'existing'
      ? { serialNumber: { serialNumber: license.serialNumber, ...present({ product }) } }
      : present({ partner: license.partner })),
    offer: planQuestion(request),
    ...(isBilled && { billingContact: present({ named: billingContact }) }),
    ...present({ activationMailTo }),
  };
}

/** All at once, but for what was found already. */
export function startLookups(request: PurchaseRequest, found: FoundAtOnce = {}): Lookups {
  const { serialNumber, partner, offer, billingContact, activationMailTo } = questionsOf(request);
  const lookups = {
    serialNumber: known(found.serialNumber) ?? (serialNumber && activity.fetchSerialNumber(serialNumber)),
    partnerId: known(found.partnerId) ?? (partner && activity.resolvePartner(partner)),
    offer: known(found.offer) ?? activity.fetchPlan(offer),
    billingContactId:
      known(found.billingContactId) ??
      (billingContact && activity.chooseBillingContact(billingContact.named)),
    activationMailTo:
      known(found.activationMailTo) ?? (activationMailTo && activity.resolvePartner(activationMailTo)),
  };
  // Awaited one after the other, or not at all when the ledger knows the answer: none must count as unhandled.
  for (const answer of Object.values(lookups)) answer?.catch(() => undefined);
  return lookups;
}

function known<Answer>(answer: Answer | undefined): Promise<Answer> | undefined {
  return answer === undefined ? undefined : Promise.resolve(answer);
}

/**
 * What the lookups found. Of several refusals the first in this order is the reason: a serial number that is not there
 * explains why there are no plans for it. Where several match, a person chooses.
 */
export async function completeLookups(context: PurchaseContext, lookups: Lookups): Promise<PurchaseFacts> {
  const serialNumber = await lookups.serialNumber;
  const partnerId =
    lookups.partnerId &&
    (await chosen(context, lookups.partnerId, (id) => activity.resolvePartner({ partnerId: id })));
  const offer = await chosenOffer(context, lookups.offer);
  const billingContactId =
    lookups.billingContactId &&
    (await chosen(context, lookups.billingContactId, (id) =>
      activity.chooseBillingContact({ billingContactId: id }),
    ));
  const activationMailTo =
    lookups.activationMailTo &&
    (await chosen(context, lookups.activationMailTo, (id) => activity.resolvePartner({ partnerId: id })));
  return {
    ...present({ serialNumber, partnerId }),
    ...offer,
    ...present({ billingContactId, activationMailTo }),
  };
}

/** Plan and services are looked up together: each may want a choice of its own. */
function chosenOffer(context: PurchaseContext, offer: Promise<Offer>): Promise<Offer> {
  let question = planQuestion(context.request);
  return chosen(context, offer, (id, details) => {
    question = withChoice(question, id, details);
    return activity.fetchPlan(question);
  });
}

/** The question once more, with the service, the capacity or the plan that was not clear by the id that was chosen. */
function withChoice(
  question: PlanQuestion,
  id: string,
  { service, capacity }: Record<string, unknown>,
): PlanQuestion {
  if (typeof service === 'string') {
    const services = question.services.map((line) =>
      line.service === service ? { ...line, service: id } : line,
    );
    return { ...question, services };
  }
  if (typeof capacity !== 'string') return { ...question, plan: id };
  const added = (question.added ?? []).filter((other) => other.capacity !== capacity);
  const quantity = question.added?.find((other) => other.capacity === capacity)?.quantity;
  return { ...question, services: [...question.services, { service: id, ...present({ quantity }) }], added };
}

/** @param again looks up once more, with the id that was chosen; told of what the ambiguous lookup knew */
async function chosen<Answer>(
  context: PurchaseContext,
  first: Promise<Answer>,
  again: (id: string, details: Record<string, unknown>) => Promise<Answer>,
): Promise<Answer> {
  const asked = new Set<string>();
  for (let answer = first; ;) {
    try {
      return await answer;
    } catch (failure) {
      const asking = askingOf(failure);
      if (asking === undefined) throw failure;
      const question = questionIdOf(asking);
      // What comes up again although it was answered a moment ago is asked again.
      const known = asked.has(question) ? undefined : context.chosen.get(question);
      const id = known ?? (await choice(context, asking));
      context.chosen.set(question, id);
      asked.add(question);
      answer = again(id, detailsOf(failure));
    }
  }
}

function askingOf(failure: unknown): Asking | undefined {
  const candidates = candidatesOf(failure);
  if (candidates === undefined) return undefined;
  // Without the candidates: they are shown beside it.
  const asked = `There are ${candidates.length}: ${String(detailsOf(failure).asked)}. Choose one.`;
  return { verb: 'choose', asked, candidates };
}

function candidatesOf(failure: unknown): Candidate[] | undefined {
  if (!hasFailed(failure) || !reasonOf(failure).code.endsWith('Ambiguous')) return undefined;
  return (detailsOf(failure).candidates ?? []) as Candidate[];
}

/**
 * Asks a person to choose, and waits for as long as it takes.
 *
 * @returns the id of the candidate
 */
export async function choice(context: PurchaseContext, asking: Asking): Promise<string> {
  const { view, decisions, request } = context;
  const { requestId } = request;
  await letOthersGoFirst(context);
  const question = decisions.open(asking);
  await recordEvent({ requestId, status: 'waiting-for-choice', kind: 'choice-asked', question });
  view.show({ status: 'waiting-for-choice', question });
  const taken = await decisions.answer();
  const { by, why, ...what } = taken.decision;
  await recordEvent({
    requestId,
    status: 'looking-up',
    kind: 'decision',
    actor: by,
    data: { ...what, ...present({ why }) },
  });
  view.show({ status: 'looking-up' });
  taken.accept();
  return 'id' in what ? what.id : '';
}

/** While a person is asked, other orders of the PBX need not wait. */
export async function letOthersGoFirst(context: PurchaseContext): Promise<void> {
  const { requestId } = context.request;
  if (context.holdsPbx) await activity.releasePbx({ requestId });
  context.holdsPbx = false;
}

function planQuestion(request: PurchaseRequest): PlanQuestion {
  const { license, plan, operation, product } = request;
  const serialNumber = license.kind === 'existing' ? license.serialNumber : undefined;
  const added = addedCapacities(request);
  return {
    ...{ serialNumber, plan, services: serviceLines(request) },
    ...present({ operation, product, added: added.length === 0 ? undefined : added }),
  };
}

function addedCapacities({ addExtensions, addConcurrentCalls }: PurchaseRequest) {
  return [
    { capacity: 'extensions', quantity: addExtensions } as const,
    { capacity: 'concurrent calls', quantity: addConcurrentCalls } as const,
  ].flatMap(({ capacity, quantity }) => (quantity === undefined ? [] : [{ capacity, quantity }]));
}
