import { setTimeout as delay } from 'node:timers/promises';
import { present } from '../../domain/optional';
import { isTerminal } from '../../domain/status';
import type {
  AcceptAndLookUpInput,
  AcceptedAndFound,
  FoundAtOnce,
  LookupQuestions,
} from '../../workflows/messages/purchase';
import type { ActivityDeps } from '../dependencies';
import { chooseBillingContact, resolvePartner } from '../lookup/people';
import { WITHIN_A_TASK_MS } from '../list-progress';
import { fetchPlan } from '../lookup/plan';
import { fetchSerialNumber } from '../lookup/serial-number';
import { acceptRequest } from './accept-request';

/**
 * Accepts a request, and finds meanwhile what its order needs. A lookup that fails, refuses or has to ask is none of what was
 * found: the step that makes it again says why.
 *
 * @throws as acceptRequest
 */
export function acceptAndLookUp(deps: ActivityDeps) {
  const accept = acceptRequest(deps);
  return async ({ questions, ...input }: AcceptAndLookUpInput): Promise<AcceptedAndFound> => {
    const looking = deps.looksUpAtOnce ? lookUp(deps, questions) : Promise.resolve({});
    const accepted = await accept(input);
    const isOver = isTerminal(accepted.known.status) || accepted.attempted;
    return { accepted, found: isOver ? {} : await looking };
  };
}

async function lookUp(deps: ActivityDeps, questions: LookupQuestions): Promise<FoundAtOnce> {
  const { serialNumber, partner, offer, billingContact, activationMailTo } = questions;
  const timer = new AbortController();
  const late = delay(WITHIN_A_TASK_MS, undefined, { signal: timer.signal }).catch(() => undefined);
  const inTime = <Answer>(answer: Promise<Answer> | undefined) =>
    Promise.race([answer?.catch(() => undefined), late]);
  const [foundNumber, partnerId, foundOffer, billingContactId, mailTo] = await Promise.all([
    inTime(serialNumber && fetchSerialNumber(deps)(serialNumber)),
    inTime(partner && resolvePartner(deps)(partner)),
    inTime(fetchPlan(deps)(offer)),
    inTime(billingContact && chooseBillingContact(deps)(billingContact.named)),
    inTime(activationMailTo && resolvePartner(deps)(activationMailTo)),
  ]);
  timer.abort();
  return present({
    serialNumber: foundNumber,
    partnerId,
    offer: foundOffer,
    billingContactId,
    activationMailTo: mailTo,
  });
}
