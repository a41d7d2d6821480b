import { acceptAndLookUp } from './purchase/accept-and-look-up';
import { acceptRequest } from './purchase/accept-request';
import { adoptOrder } from './reconcile/adopt-order';
import { checkApproval } from './purchase/check-approval';
import { checkFilledIn, readDeal } from './deal/read-deal';
import { compareBooks } from './books/compare-books';
import { chooseBillingContact, resolvePartner } from './lookup/people';
import { createOrder } from './order/create-order';
import { decideWin } from './deal/decide-win';
import type { BooksActivities } from '../workflows/messages/books';
import type { DealActivities } from '../workflows/messages/deal';
import type { NoticeActivities } from '../workflows/messages/notices';
import type { PurchaseActivities } from '../workflows/messages/purchase';
import type { QuoteActivities } from '../workflows/messages/quote';
import type { RenewalsActivities } from '../workflows/messages/renewals';
import type { SweepActivities } from '../workflows/messages/sweep';
import type { ActivityDeps } from './dependencies';
import { dismissCancelled, recordNotification, recordDealEvent } from './deal/record';
import { recordAndDecide } from './deal/record-and-decide';
import { asActivity } from './failures';
import { fetchActivationCode, readOrder } from './order/order-status';
import { fetchPlan } from './lookup/plan';
import { fetchSerialNumber } from './lookup/serial-number';
import { findOutcome } from './order/find-outcome';
import { findPurchase } from './purchase/find-purchase';
import { scanOrders } from './reconcile/scan-orders';
import { reopenOutcome, scanBeforeReorder, recordAbsence } from './reconcile/absence';
import { checkPbx, comparePbx, recordPbx } from './pbx/check-pbx';
import { holdPbx, releasePbx } from './pbx/hold-pbx';
import { recordOutcome, recordStatus } from './purchase/record';
import { recordQuote } from './purchase/record-quote';
import { findNotices, recordNotice, sendNotice } from './notices';
import { readRenewals } from './renewals';
import { readVendorLists } from './read-vendor-lists';
import { usableSearchAttributes } from './search-attributes';
import { findWonDeals, nextSweptDeals, recordSweep } from './sweep';

/** All that workflows may ask for. */
export type Activities = PurchaseActivities &
  DealActivities &
  SweepActivities &
  RenewalsActivities &
  BooksActivities &
  QuoteActivities &
  NoticeActivities;

/**
 * The activities of the workflows, each a step of its own file, given the vendor's portal, the CRMs and the ledger.
 * Whatever they throw leaves as an ApplicationFailure with a stable type (failures.ts).
 */
export function createActivities(deps: ActivityDeps): Activities {
  return {
    acceptAndLookUp: asActivity(acceptAndLookUp(deps)),
    acceptRequest: asActivity(acceptRequest(deps)),
    resolvePartner: asActivity(resolvePartner(deps)),
    fetchSerialNumber: asActivity(fetchSerialNumber(deps)),
    fetchPlan: asActivity(fetchPlan(deps)),
    chooseBillingContact: asActivity(chooseBillingContact(deps)),
    createOrder: asActivity(createOrder(deps)),
    findOutcome: asActivity(findOutcome(deps)),
    recordOutcome: asActivity(recordOutcome(deps)),
    recordStatus: asActivity(recordStatus(deps)),
    scanOrders: asActivity(scanOrders(deps)),
    adoptOrder: asActivity(adoptOrder(deps)),
    recordAbsence: asActivity(recordAbsence(deps)),
    scanBeforeReorder: asActivity(scanBeforeReorder(deps)),
    reopenOutcome: asActivity(reopenOutcome(deps)),
    readOrder: asActivity(readOrder(deps)),
    fetchActivationCode: asActivity(fetchActivationCode(deps)),
    usableSearchAttributes: usableSearchAttributes(deps),
    holdPbx: asActivity(holdPbx(deps)),
    releasePbx: asActivity(releasePbx(deps)),
    checkPbx: asActivity(checkPbx(deps)),
    comparePbx: asActivity(comparePbx(deps)),
    recordPbx: asActivity(recordPbx(deps)),
    checkApproval: asActivity(checkApproval(deps)),
    recordAndDecide: asActivity(recordAndDecide(deps)),
    recordNotification: asActivity(recordNotification(deps)),
    readDeal: asActivity(readDeal(deps)),
    checkFilledIn: asActivity(checkFilledIn(deps)),
    decideWin: asActivity(decideWin(deps)),
    dismissCancelled: asActivity(dismissCancelled(deps)),
    recordDealEvent: asActivity(recordDealEvent(deps)),
    findPurchase: asActivity(findPurchase(deps)),
    findWonDeals: asActivity(findWonDeals(deps)),
    nextSweptDeals: asActivity(nextSweptDeals(deps)),
    recordSweep: asActivity(recordSweep(deps)),
    readRenewals: asActivity(readRenewals(deps)),
    compareBooks: asActivity(compareBooks(deps)),
    recordQuote: asActivity(recordQuote(deps)),
    readVendorLists: asActivity(readVendorLists(deps)),
    findNotices: asActivity(findNotices(deps)),
    sendNotice: asActivity(sendNotice(deps)),
    recordNotice: asActivity(recordNotice(deps)),
  };
}
