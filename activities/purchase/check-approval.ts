import {
  askerBehind,
  missingApprovals,
  type Approval,
  type ApprovalState,
  type Participant,
} from '../../domain/approval';
import {
  doorBehind,
  orderToApprove,
  ruleInWords,
  rulesFor,
  type ApprovalRule,
} from '../../domain/approval-rules';
import { BY_TEMPORAL } from '../../domain/author';
import { dealOfRequest } from '../../domain/deal-ids';
import { questionIdOf, TO_BE_ORDERED, type Asking } from '../../domain/decision';
import { present } from '../../domain/optional';
import type { PurchaseFacts } from '../../domain/purchase-facts';
import type { PurchaseRequest } from '../../domain/request';
import { factsOfOrder } from '../../domain/request-in-words';
import { plainId } from '../../domain/visible-text';
import type { EventRecord } from '../../ledger/hash-chain';
import type { ApprovalCheck, CheckApprovalInput } from '../../workflows/messages/purchase';
import { isOfSource, type ActivityDeps } from '../dependencies';
import { listProgress } from '../list-progress';

/**
 * Whether people have still to approve this order, by the rules of deals.yaml as they are now. Who has approved exactly
 * this one is read from the ledger.
 *
 * @throws PortalError; LedgerError
 */
export function checkApproval(deps: ActivityDeps) {
  return async ({ request, facts }: CheckApprovalInput): Promise<ApprovalCheck> => {
    const { ledger } = deps;
    const { requestId } = request;
    const events = await ledger.events(requestId);
    const rules = await rulesOf(deps, request, facts, sourcesOf(deps, requestId, events));
    if (rules.length === 0) return {};
    const asking = askingOf(rules, request, facts);
    const given = approvalsOf(events, questionIdOf(asking));
    const approval = stateOf(rules, await askersOf(deps, requestId, events), given);
    return missingApprovals(approval) === 0 ? {} : { asking: { ...asking, approval } };
  };
}

/** The rules that an order falls under; the vendor is asked for the partner only where a rule names one. */
export async function rulesOf(
  { portal, approvalRules }: ActivityDeps,
  request: PurchaseRequest,
  facts: PurchaseFacts,
  source: readonly string[],
): Promise<ApprovalRule[]> {
  const { partnerId } = facts;
  const isNamed = approvalRules.some(({ partner }) => partner !== undefined);
  const partner = isNamed && partnerId !== undefined ? await namesOfPartner(portal, partnerId) : [];
  return rulesFor(orderToApprove(request, source, { facts, partner }), approvalRules);
}

async function namesOfPartner(portal: ActivityDeps['portal'], id: string): Promise<string[]> {
  const matches = ({ partnerId }: { partnerId: string }) => plainId(partnerId) === plainId(id);
  const { items } = await portal.findPartners({ matches, byId: true }, listProgress());
  const partner = items.find(matches);
  return [id, partner?.email, partner?.company].filter((name) => name !== undefined);
}

/** By which names a rule may call where a purchase comes from: a deal's source of deals.yaml, or the door. */
function sourcesOf({ sources }: ActivityDeps, requestId: string, events: readonly EventRecord[]): string[] {
  const deal = dealOfRequest(requestId);
  if (deal === undefined) return [doorBehind(doorOfStart(events))];
  return [...sources.values()]
    .filter(({ source }) => isOfSource(deal, source))
    .map(({ source: { name } }) => name);
}

function doorOfStart(events: readonly EventRecord[]): string {
  const accepted = events.find(({ kind }) => kind === 'accepted');
  return (accepted?.data as { via?: string } | undefined)?.via ?? BY_TEMPORAL;
}

/** Who asked: whoever began the purchase; of a deal, those who said what it is, or that it is bought. */
async function askersOf(
  { ledger }: ActivityDeps,
  requestId: string,
  events: readonly EventRecord[],
): Promise<Participant[]> {
  const deal = dealOfRequest(requestId);
  if (deal === undefined) {
    const via = doorOfStart(events);
    return via === BY_TEMPORAL ? [] : [askerBehind(via)];
  }
  return (await ledger.deals.events(deal))
    .filter(({ kind, data }) => kind === 'decision' && (data as { verb?: string }).verb !== 'dismiss')
    .map(({ actor, data }) => ({ by: actor, ...present({ via: (data as { via?: string }).via }) }));
}

function approvalsOf(events: readonly EventRecord[], question: string): Approval[] {
  return events
    .filter(({ kind }) => kind === 'decision')
    .map(({ at, actor, data }) => ({
      at,
      actor,
      ...(data as { verb?: string; about?: string; via?: string }),
    }))
    .filter(({ verb, about }) => verb === 'approve' && about === question)
    .map(({ at, actor, via }) => ({ by: actor, ...present({ via }), at: at.toISOString() }));
}

function askingOf(rules: readonly ApprovalRule[], request: PurchaseRequest, facts: PurchaseFacts): Asking {
  const names = rules.map(ruleInWords).join(', ');
  return {
    verb: 'approve',
    asked: `Is this to be ordered? The rules of the house want that approved: ${names}.`,
    candidates: [],
    compared: factsOfOrder(request, facts).map(([fact, value]) => ({
      fact,
      told: { [TO_BE_ORDERED]: value },
    })),
  };
}

/** Of several rules the strictest counts: the most people, and the shortest time. */
function stateOf(rules: readonly ApprovalRule[], askedBy: Participant[], given: Approval[]): ApprovalState {
  const times = rules.map(({ remindAfterMs }) => remindAfterMs).filter((ms) => ms !== undefined);
  return {
    people: Math.max(...rules.map(({ people }) => people)),
    askedBy,
    given,
    ...present({ remindAfterMs: times.length === 0 ? undefined : Math.min(...times) }),
  };
}
