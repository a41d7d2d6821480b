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
import { inTime } from '../in-time';
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
  const found = <Answer>(answer: Promise<Answer> | undefined) => answer && inTime(answer, WITHIN_A_TASK_MS);
  const [foundNumber, partnerId, foundOffer, billingContactId, mailTo] = await Promise.all([
    found(serialNumber && fetchSerialNumber(deps)(serialNumber)),
    found(partner && resolvePartner(deps)(partner)),
    found(fetchPlan(deps)(offer)),
    found(billingContact && chooseBillingContact(deps)(billingContact.named)),
    found(activationMailTo && resolvePartner(deps)(activationMailTo)),
  ]);
  return present({
    serialNumber: foundNumber,
    partnerId,
    offer: foundOffer,
    billingContactId,
    activationMailTo: mailTo,
  });
}
