import { acceptRequest } from './purchase/accept-request';
import { adoptOrder } from './reconcile/adopt-order';
import { checkFilledIn } from './deal/check-filled-in';
import { chooseBillingContact } from './lookup/choose-billing-contact';
import { createOrder } from './order/create-order';
import { decideWin } from './deal/decide-win';
import type { ActivityDeps } from './dependencies';
import { dismissCancelled } from './deal/dismiss-cancelled';
import { asActivity } from './failures';
import { fetchActivationCode } from './order/fetch-activation-code';
import { fetchPlan } from './lookup/fetch-plan';
import { fetchSerialNumber } from './lookup/fetch-serial-number';
import { findOutcome } from './order/find-outcome';
import { findPurchase } from './purchase/find-purchase';
import { hearOfDeal } from './deal/hear-of-deal';
import { lookForOrder } from './reconcile/look-for-order';
import { readDeal } from './deal/read-deal';
import { readOrder } from './order/read-order';
import { doubtAbsence, lookBeforeOrderingAgain } from './reconcile/look-before-ordering-again';
import { recordAbsence } from './reconcile/record-absence';
import { recordDeal } from './deal/record-deal';
import { recordOutcome, recordStatus } from './purchase/record';
import { resolvePartner } from './lookup/resolve-partner';
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
