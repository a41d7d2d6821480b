import { acceptRequest } from './accept-request';
import { adoptOrder } from './adopt-order';
import { checkFilledIn } from './check-filled-in';
import { chooseBillingContact } from './choose-billing-contact';
import { createOrder } from './create-order';
import { decideWin } from './decide-win';
import type { ActivityDeps } from './deps';
import { dismissCancelled } from './dismiss-cancelled';
import { asActivity } from './failures';
import { fetchActivationCode } from './fetch-activation-code';
import { fetchPlan } from './fetch-plan';
import { fetchSerialNumber } from './fetch-serial-number';
import { findOutcome } from './find-outcome';
import { findPurchase } from './find-purchase';
import { hearOfDeal } from './hear-of-deal';
import { lookForOrder } from './look-for-order';
import { readDeal } from './read-deal';
import { readOrder } from './read-order';
import { doubtAbsence, lookBeforeOrderingAgain } from './look-before-ordering-again';
import { recordAbsence } from './record-absence';
import { recordDeal } from './record-deal';
import { recordOutcome, recordStatus } from './record';
import { resolvePartner } from './resolve-partner';
import { findWonDeals, nextSwept, recordSweep } from './sweep';

/**
 * The activities of the workflows, each a step of its own file, given the vendor's portal, the CRMs and the ledger.
 * Whatever they throw leaves as an ApplicationFailure with a stable type (failures.ts).
 */
export function createActivities(deps: ActivityDeps) {
  return {
    acceptRequest: asActivity(acceptRequest(deps)),
    resolvePartner: asActivity(resolvePartner(deps)),
    fetchSerialNumber: asActivity(fetchSerialNumber(deps)),
    fetchPlan: asActivity(fetchPlan(deps)),
    chooseBillingContact: asActivity(chooseBillingContact(deps)),
    createOrder: asActivity(createOrder(deps)),
    findOutcome: asActivity(findOutcome(deps)),
    recordOutcome: asActivity(recordOutcome(deps)),
    recordStatus: asActivity(recordStatus(deps)),
    lookForOrder: asActivity(lookForOrder(deps)),
    adoptOrder: asActivity(adoptOrder(deps)),
    recordAbsence: asActivity(recordAbsence(deps)),
    lookBeforeOrderingAgain: asActivity(lookBeforeOrderingAgain(deps)),
    doubtAbsence: asActivity(doubtAbsence(deps)),
    readOrder: asActivity(readOrder(deps)),
    fetchActivationCode: asActivity(fetchActivationCode(deps)),
    hearOfDeal: asActivity(hearOfDeal(deps)),
    readDeal: asActivity(readDeal(deps)),
    checkFilledIn: asActivity(checkFilledIn(deps)),
    decideWin: asActivity(decideWin(deps)),
    dismissCancelled: asActivity(dismissCancelled(deps)),
    recordDeal: asActivity(recordDeal(deps)),
    findPurchase: asActivity(findPurchase(deps)),
    findWonDeals: asActivity(findWonDeals(deps)),
    nextSwept: asActivity(nextSwept(deps)),
    recordSweep: asActivity(recordSweep(deps)),
  };
}

export type Activities = ReturnType<typeof createActivities>;
