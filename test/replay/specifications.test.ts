import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { DealState, DealStatus } from '../../domain/deal';
import { dealRequestIdOf } from '../../domain/deal-ids';
import type { PurchaseFacts } from '../../domain/purchase-facts';
import type {
  CreatedOutcome,
  NotCreatedOutcome,
  OrderOutcome,
  PlacedOrder,
  UnknownOutcome,
} from '../../domain/outcome';
import type { Policy } from '../../domain/policy';
import type { PurchaseStatus } from '../../domain/status';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import type { DealReading, DecidedAtOnce, WinDecision } from '../../workflows/messages/deal';
import type { ApprovalCheck, ContinuedPurchase } from '../../workflows/messages/purchase';
import { BUNDLE } from '../support/bundle';
import { tutorialRequest } from '../support/requests';
import { WrittenHistory, type Command } from './written-history';

/**
 * What the workflows must do, and what it must never do from the same beginning, as histories: the first replays, the
 * second is rejected.
 */

const MINUTE = 60_000;
const USUAL: Policy = {
  reconciling: { firstPollMs: MINUTE, longestGapMs: 2 * MINUTE, windowMs: 3 * MINUTE },
  watching: { firstPollMs: MINUTE, longestGapMs: 60 * MINUTE },
};
const request = tutorialRequest('written-1');
const { requestId } = request;
const facts = {
  serialNumber: '3651E1292455',
  plan: { planId: '3049041101760282624', name: 'Ultimate' },
  services: [{ serviceId: '3129372068699893760', name: 'Disaster Recovery' }],
  billingContactId: '3197218168379846218',
} satisfies PurchaseFacts;
const order: PlacedOrder = { orderNo: 'ZC1', orderStatus: 'succeed', productNo: '3651E1292455' };
const created: CreatedOutcome = { outcome: 'created', order, evidence: {} };
const unknown: UnknownOutcome = { outcome: 'unknown', code: 'Cut', message: 'cut', evidence: {} };
const notSent: NotCreatedOutcome = {
  outcome: 'not-created',
  why: 'not-sent',
  code: 'Down',
  message: 'down',
  evidence: {},
};
const refused: NotCreatedOutcome = { ...notSent, why: 'refused', code: 'PortalRejected' };

const status = (state: PurchaseStatus['status']): PurchaseStatus => ({
  requestId,
  workflowId: purchaseWorkflowIdOf(requestId),
  status: state,
  attempts: 1,
  updatedAt: '2026-01-02T03:04:05.000Z',
});

const LOOK_UPS = ['fetchSerialNumber', 'fetchPlan', 'chooseBillingContact'] as const;
const firstWait: Command = { waitMs: MINUTE };
const nextWait: Command = { waitMs: 2 * MINUTE };
/** A look has its time, whose timer ends with it. */
const timeForLook: Command = { waitMs: MINUTE };
const lookEnds: Command = { endsTimer: true };
const completed: Command = { completes: status('ordered') };

const begun = WrittenHistory.of(request).does(...LOOK_UPS, 'acceptRequest');

function lookedUp(history: WrittenHistory): WrittenHistory {
  const { serialNumber, plan, services, billingContactId } = facts;
  return history
    .answered('fetchSerialNumber', serialNumber)
    .answered('fetchPlan', { plan, services })
    .answered('chooseBillingContact', billingContactId);
}

const acceptedAfter = (given: WrittenHistory, policy = USUAL) =>
  given.answered('acceptRequest', {
    known: { ...status('looking-up'), attempts: 0 },
    attempted: false,
    policy,
  });

const accepted = (policy = USUAL) => acceptedAfter(begun, policy);

/** Before another attempt the vendor's orders are looked at. */
const lookedBefore = (given: WrittenHistory) =>
  given.does('scanBeforeReorder').answered('scanBeforeReorder', []);

/** The order was sent. */
const ordering = (policy?: Policy) => lookedUp(accepted(policy)).does('createOrder');

const answered = (outcome: OrderOutcome, history = ordering()) =>
  history.answered('createOrder', { attempt: 1, outcome, recorded: true });

/** The worker died while it ordered, and this is what the ledger knows. */
const died = (outcome: OrderOutcome) =>
  ordering().timedOut('createOrder').does('findOutcome').answered('findOutcome', outcome);

const sawNone = (history: WrittenHistory) =>
  history
    .fired()
    .does('scanOrders', timeForLook)
    .answered('scanOrders', { found: 'none', isComplete: true, ordersSeen: 7 });

const foundOne = (history: WrittenHistory) =>
  history
    .fired()
    .does('scanOrders', timeForLook)
    .answered('scanOrders', { found: 'one', outcome: created, ordersSeen: 8 });

const foundTwo = (history: WrittenHistory) => {
  const candidates = ['ZC1', 'ZC2'].map((id) => ({ id, description: 'agrees' }));
  return history
    .fired()
    .does('scanOrders', timeForLook)
    .answered('scanOrders', { found: 'undecided', candidates, ordersSeen: 8 });
};

/** A person is asked, and the next look comes all the same. */
const asksAndLooksOn = (given: WrittenHistory) =>
  given
    .does(lookEnds, 'recordStatus')
    .answered('recordStatus', status('waiting-for-decision'))
    .does(nextWait)
    .fired()
    .does('scanOrders', timeForLook);

/** The window has passed without the order: a person is asked, and there is no timer any more. */
const asked = sawNone(sawNone(answered(unknown).does(firstWait)).does(lookEnds, nextWait))
  .does(lookEnds, 'recordStatus')
  .answered('recordStatus', status('waiting-for-decision'))
  .does();

const toldTo = (then: 'order-again' | 'stop') => asked.signalled('settle', { notCreated: then, by: 'Ann' });

/** Ann's word is followed by one more look, which finds nothing either. */
const lookedOnceMore = (then: 'order-again' | 'stop') =>
  toldTo(then).does('scanOrders').answered('scanOrders', { found: 'none', isComplete: true, ordersSeen: 7 });

/** A house that orders once more after an absence of two minutes; it has lasted for so long. */
const absent = sawNone(
  sawNone(
    answered(
      unknown,
      ordering({ ...USUAL, reconciling: { ...USUAL.reconciling, reorderAfterAbsenceMs: 2 * MINUTE } }),
    ).does(firstWait),
  ).does(lookEnds, nextWait),
);

const notification = { source: 'hubspot', deal: 'hubspot:9001234:31415926535', by: 'webhook' } as const;

const dealStatus = (state: DealState): DealStatus => ({
  deal: notification.deal,
  source: notification.source,
  status: state,
  notifiedBy: notification.by,
  updatedAt: '2026-01-02T03:04:05.000Z',
});

const { requestId: _, ...wish } = request;
const won = { isWon: true, wonAt: '2026-01-02T03:00:00Z', request: wish } satisfies DealReading;
const wonIncomplete = {
  isWon: true,
  missing: [{ field: 'plan', problem: 'no line item' }],
} satisfies DealReading;
const winOf = (episode: number) => ({ ...wish, requestId: dealRequestIdOf(notification.deal, episode) });

/** Word of the deal came, and it was read back. */
const read = (reading: DealReading) =>
  WrittenHistory.ofDeal(notification)
    .does('recordNotification')
    .answered('recordNotification', { ...dealStatus('reading'), filledIn: {} })
    .does('readDeal')
    .answered('readDeal', reading);

const decided = (then: 'buy' | 'wait' | 'nothing', state: DealState, reading: DealReading = won) =>
  read(reading)
    .does('decideWin')
    .answered('decideWin', {
      then,
      status: dealStatus(state),
      ...(then === 'buy' && { requestId: winOf(1).requestId }),
    });

/** Word of the deal came, and it was read back and decided about within the first workflow task. */
const atOnce = (known: Omit<DecidedAtOnce, 'recorded'>, ...then: Command[]) =>
  WrittenHistory.ofDeal(notification).does(
    { patch: 'decide-at-once' },
    {
      locally: 'recordAndDecide',
      answers: { recorded: { ...dealStatus('reading'), filledIn: {} }, ...known },
    },
    ...then,
  );

const tooLateAtOnce = (...then: Command[]) =>
  WrittenHistory.ofDeal(notification).does(
    { patch: 'decide-at-once' },
    { locally: 'recordAndDecide', timesOut: true },
    ...then,
  );

const toBuy: WinDecision = {
  then: 'buy',
  requestId: winOf(1).requestId,
  status: dealStatus('requested'),
};

const buys = (given: WrittenHistory) => given.does({ starts: winOf(1) });

/** A house with rules of approval; the look-ups are through. */
const withRules = lookedUp(accepted({ ...USUAL, hasApprovalRules: true }));

const needing = (people: 1 | 2): ApprovalCheck => ({
  asking: {
    ...{ verb: 'approve', asked: 'Is this to be ordered?', candidates: [] },
    approval: { people, askedBy: [{ by: 'Ann' }], given: [] },
  },
});

/** People are asked to approve. */
const askedToApprove = (people: 1 | 2) =>
  withRules
    .does('checkApproval')
    .answered('checkApproval', needing(people))
    .does('recordStatus')
    .answered('recordStatus', status('waiting-for-approval'));

/** Somebody's word comes, and is written down. */
const says = (given: WrittenHistory, verb: string, by: string) =>
  given.signalled(verb, { by }).does('recordStatus').answered('recordStatus', status('looking-up'));

interface Specification {
  /** What it begins with. */
  given: WrittenHistory;
  /** What follows. */
  follows: (given: WrittenHistory) => WrittenHistory;
  /** What never follows. */
  never: (given: WrittenHistory) => WrittenHistory;
}

const ordersAgain = (given: WrittenHistory) => given.does('createOrder');
const looksUpAgain = (given: WrittenHistory) => given.does(...LOOK_UPS);

const { serialNumber, billingContactId, ...offer } = facts;

/** All that the order needs is found within the first workflow task. */
const FOUND_AT_ONCE: Command[] = [
  { patch: 'look-up-at-once' },
  {
    locally: 'acceptAndLookUp',
    answers: {
      accepted: { known: { ...status('looking-up'), attempts: 0 }, attempted: false, policy: USUAL },
      found: { serialNumber, offer, billingContactId },
    },
  },
];

const cancelledBeforeItBegan = WrittenHistory.of(request).signalled('cancel', { by: 'Ann' });
const cancelledDeal = WrittenHistory.ofDeal(notification).cancelRequested();

const DECIDED_AT_ONCE: Command = {
  locally: 'recordAndDecide',
  answers: { recorded: { ...dealStatus('reading'), filledIn: {} }, reading: won, decided: toBuy },
};

/** Ann's word comes, and is written down, while it is decided to buy. */
const saidMeanwhile = read(won)
  .does('decideWin')
  .signalled('dismiss', { by: 'Ann' })
  .does('recordDealEvent')
  .answered('recordDealEvent', undefined)
  .answered('decideWin', toBuy);

/** Its cancellation is being written down when a message comes. */
const toldWhileCancelled = cancelledDeal
  .does({ patch: 'decide-at-once' }, { patch: 'cancelled-before-decision' }, 'dismissCancelled')
  .signalled('notify', notification)
  .answered('dismissCancelled', { status: dealStatus('dismissed') });

/** A step whose answer was lost has decided to buy the deal; the next one reads that it is not won any more. */
const lostBeforeItBegan = WrittenHistory.ofDeal(notification)
  .does(
    { patch: 'decide-at-once' },
    {
      locally: 'recordAndDecide',
      answers: {
        recorded: { ...dealStatus('requested'), requestId: winOf(1).requestId, filledIn: {} },
        reading: { isWon: false, isGone: false },
      },
    },
    'findPurchase',
  )
  .answered('findPurchase', undefined)
  .does({ cancelsPurchase: winOf(1).requestId, by: 'deal', why: 'The deal is no longer won.' })
  .notThere();

/** A person has cancelled while the run was waiting before another attempt. */
const cancelledInBetween = died(notSent)
  .does({ waitMs: 2_000 })
  .signalled('cancel', { by: 'Ann' })
  .does('recordStatus')
  .answered('recordStatus', status('ordering'))
  .does({ endsTimer: true }, 'recordStatus');

/** Its worker that was held for dead has begun another one. */
const cancelledWithAnAttempt = cancelledInBetween.answered('recordStatus', status('ordering'));

/** And that one has ordered. */
const cancelledWithAnOrder = cancelledInBetween.answered('recordStatus', status('ordered'));

/** What is to be ordered is refused, and nothing was sent. */
const refusedBeforeItWasSent = ordering()
  .failed('createOrder', 'PbxChanged')
  .does('findOutcome')
  .answered('findOutcome', notSent)
  .does('recordStatus');

/** A worker that was held for dead has begun the order while that was being written down. */
const refusedWithAnAttempt = refusedBeforeItWasSent.answered('recordStatus', status('ordering'));

/** The vendor's orders were looked at before another attempt, and a cancellation was written down; the run hears of both at once. */
const cancelledBeforeAnotherAttempt = answered(notSent)
  .does({ waitMs: 2_000 })
  .fired()
  .does('scanBeforeReorder')
  .signalled('cancel', { by: 'Ann' })
  .does('recordStatus')
  .answered('recordStatus', status('ordering'))
  .answered('scanBeforeReorder', []);

/** The run before looked for its order; the attempt's worker has proven meanwhile that it sent nothing. */
const notSentAfterAll = (known: Pick<ContinuedPurchase, 'status' | 'refusedBefore'>) =>
  WrittenHistory.continuing(request, {
    ...known,
    policy: USUAL,
    reconciliation: {
      ...{ code: 'Cut', message: 'cut', evidence: {}, polls: 0, hasFailed: false },
      endsAt: Date.parse('2026-01-02T04:00:00Z'),
      ...{ seen: { scan: 'none', candidates: [] }, absence: { mostSeen: 0 } },
    },
  })
    .does(firstWait)
    .fired()
    .does('scanOrders', { waitMs: 54 * MINUTE + 55_000 })
    .answered('scanOrders', { found: 'not-created', outcome: notSent, ordersSeen: 7 });

const cancelledInTheRunBefore = notSentAfterAll({
  status: { ...status('settling'), cancellationRequested: true },
});
const refusedInTheRunBefore = notSentAfterAll({
  status: status('settling'),
  refusedBefore: { code: 'PbxChanged', message: 'It has changed.' },
});

/** Ann was refused, since the order may still come to the vendor. */
const mayStillCome = lookedOnceMore('order-again')
  .does('recordAbsence')
  .failed('recordAbsence', 'DecisionRefused');

const SPECIFICATIONS: Record<string, Specification> = {
  'a cancellation that came before the first task counts, though all that the order needs is known within it':
    {
      given: cancelledBeforeItBegan,
      follows: (given) =>
        given
          .does(...FOUND_AT_ONCE, { patch: 'cancelled-before-order' }, 'recordStatus')
          .answered('recordStatus', status('looking-up'))
          .does('recordStatus')
          .answered('recordStatus', status('cancelled'))
          .does({ completes: status('cancelled') }),
      never: (given) =>
        given.does(...FOUND_AT_ONCE, { patch: 'cancelled-before-order' }, 'createOrder', 'recordStatus'),
    },
  'a run that was cancelled before its first task and has ordered all the same, as it did before, goes on': {
    given: cancelledBeforeItBegan,
    follows: (given) => given.does(...FOUND_AT_ONCE, 'createOrder', 'recordStatus'),
    never: (given) => given.does(...FOUND_AT_ONCE, 'recordStatus'),
  },
  'what a worker that was held for dead has begun is followed, though the purchase was cancelled meanwhile': {
    given: cancelledWithAnAttempt,
    follows: (given) =>
      given
        .does({ patch: 'order-begun-after-all' }, { patch: 'followed-to-the-end' }, 'findOutcome')
        .answered('findOutcome', unknown)
        .does(firstWait),
    never: (given) => given.does({ patch: 'order-begun-after-all' }, { completes: status('ordering') }),
  },
  'when nothing came of what such a worker has begun, the purchase is cancelled, and nothing is ordered': {
    given: cancelledWithAnAttempt
      .does({ patch: 'order-begun-after-all' }, { patch: 'followed-to-the-end' }, 'findOutcome')
      .answered('findOutcome', notSent),
    follows: (given) =>
      given
        .does({ patch: 'nothing-after-cancellation' }, 'recordStatus')
        .answered('recordStatus', status('cancelled'))
        .does({ completes: status('cancelled') }),
    never: (given) => given.does({ patch: 'nothing-after-cancellation' }, ...LOOK_UPS),
  },
  'what such a worker has ordered is seen to its end, though the purchase was cancelled meanwhile': {
    given: cancelledWithAnOrder,
    follows: (given) =>
      given
        .does({ patch: 'followed-to-the-end' }, 'findOutcome')
        .answered('findOutcome', created)
        .does('recordStatus')
        .answered('recordStatus', status('ordered'))
        .does(completed),
    never: (given) => given.does({ patch: 'followed-to-the-end' }, completed),
  },
  'a run that ended with such an order, as it did before, is replayed': {
    given: cancelledWithAnOrder,
    follows: (given) => given.does(completed),
    never: (given) => given.does('findOutcome'),
  },
  'what such a worker has begun is followed, though the purchase was refused meanwhile': {
    given: refusedWithAnAttempt,
    follows: (given) =>
      given
        .does({ patch: 'followed-to-the-end' }, 'findOutcome')
        .answered('findOutcome', unknown)
        .does(firstWait),
    never: (given) => given.does({ patch: 'followed-to-the-end' }, { failsAs: 'PbxChanged' }),
  },
  'when nothing came of what such a worker has begun, the purchase is refused as it was, and nothing is ordered':
    {
      given: refusedWithAnAttempt
        .does({ patch: 'followed-to-the-end' }, 'findOutcome')
        .answered('findOutcome', notSent),
      follows: (given) =>
        given
          .does({ patch: 'nothing-after-cancellation' }, 'recordStatus')
          .answered('recordStatus', status('refused'))
          .does({ failsAs: 'PbxChanged' }),
      never: (given) => given.does({ patch: 'nothing-after-cancellation' }, ...LOOK_UPS),
    },
  'a run that was refused although its order had begun, as it did before, is replayed': {
    given: refusedWithAnAttempt,
    follows: (given) => given.does({ failsAs: 'PbxChanged' }),
    never: (given) => given.does('findOutcome'),
  },
  'a cancellation that was written down while the orders were looked at counts, though both came in one task':
    {
      given: cancelledBeforeAnotherAttempt,
      follows: (given) => given.does({ patch: 'cancelled-before-order' }, 'recordStatus'),
      never: (given) => given.does({ patch: 'cancelled-before-order' }, 'createOrder'),
    },
  'a run that sent another attempt in that task, as it did before, goes on': {
    given: cancelledBeforeAnotherAttempt,
    follows: ordersAgain,
    never: (given) => given.does('recordStatus'),
  },
  'what was cancelled before its run went on as new is not ordered again': {
    given: cancelledInTheRunBefore,
    follows: (given) =>
      given
        .does(lookEnds, { patch: 'nothing-after-cancellation' }, 'recordStatus')
        .answered('recordStatus', status('cancelled'))
        .does({ completes: status('cancelled') }),
    never: (given) => given.does(lookEnds, { patch: 'nothing-after-cancellation' }, ...LOOK_UPS),
  },
  'nor is what was refused before its run went on as new': {
    given: refusedInTheRunBefore,
    follows: (given) =>
      given
        .does(lookEnds, { patch: 'nothing-after-cancellation' }, 'recordStatus')
        .answered('recordStatus', status('refused'))
        .does({ failsAs: 'PbxChanged' }),
    never: (given) => given.does(lookEnds, { patch: 'nothing-after-cancellation' }, ...LOOK_UPS),
  },
  'an order that may still come is looked for again, though the window has passed': {
    given: mayStillCome,
    follows: (given) => given.does({ patch: 'looked-for-again' }, nextWait, 'recordStatus'),
    never: (given) => given.does({ patch: 'looked-for-again' }, 'createOrder'),
  },
  'a run that waited for a person alone then, as it did before, goes on': {
    given: mayStillCome,
    follows: (given) => given.does('recordStatus'),
    never: (given) => given.does(nextWait, 'recordStatus'),
  },
  'a run that ordered again what was cancelled in the run before, as it did before, goes on': {
    given: cancelledInTheRunBefore,
    follows: (given) => given.does(lookEnds, ...LOOK_UPS),
    never: (given) => given.does(lookEnds, 'recordStatus'),
  },
  'a run that ended although its order had begun, as it did before, is replayed': {
    given: cancelledWithAnAttempt,
    follows: (given) => given.does({ completes: status('ordering') }),
    never: (given) => given.does('findOutcome'),
  },
  'about the win of a deal whose run was cancelled before its first task nothing is decided': {
    given: cancelledDeal,
    follows: (given) =>
      given.does({ patch: 'decide-at-once' }, { patch: 'cancelled-before-decision' }, 'dismissCancelled'),
    never: (given) =>
      given.does(
        { patch: 'decide-at-once' },
        { patch: 'cancelled-before-decision' },
        DECIDED_AT_ONCE,
        'dismissCancelled',
      ),
  },
  'a cancelled run that has decided about its deal all the same, as it did before, goes on': {
    given: cancelledDeal,
    follows: (given) => given.does({ patch: 'decide-at-once' }, DECIDED_AT_ONCE, 'dismissCancelled'),
    never: (given) => given.does({ patch: 'decide-at-once' }, DECIDED_AT_ONCE, { starts: winOf(1) }),
  },
  'a deal that is lost before its purchase has begun is not won': {
    given: lostBeforeItBegan,
    follows: (given) =>
      given
        .does({ patch: 'not-won-before-it-began' }, 'findPurchase')
        .answered('findPurchase', undefined)
        .does('recordDealEvent')
        .answered('recordDealEvent', undefined)
        .does({ completes: dealStatus('not-won') }),
    never: (given) => given.does({ patch: 'not-won-before-it-began' }, { starts: winOf(1) }),
  },
  'a run that left such a deal as requested, as it did before, is replayed': {
    given: lostBeforeItBegan,
    follows: (given) =>
      given
        .does('recordDealEvent')
        .answered('recordDealEvent', undefined)
        .does({ completes: dealStatus('requested') }),
    never: (given) => given.does({ starts: winOf(1) }),
  },
  'a message that comes while a deal’s run is being cancelled is looked at by another run': {
    given: toldWhileCancelled,
    follows: (given) => given.does({ patch: 'told-while-cancelled' }, { goesOnAsNew: true }),
    never: (given) => given.does({ patch: 'told-while-cancelled' }, 'readDeal'),
  },
  'a run that ended as cancelled with such a message, as it did before, is replayed': {
    given: toldWhileCancelled,
    follows: (given) => given.does({ cancels: true }),
    never: (given) => given.does('readDeal'),
  },
  'a message that comes with the cancellation is looked at by another run': {
    given: decided('wait', 'waiting-for-decision')
      .does({ waitMs: 5_000 })
      .cancelRequested()
      .signalled('notify', notification)
      .does({ endsTimer: true }, 'dismissCancelled')
      .answered('dismissCancelled', { status: dealStatus('dismissed') }),
    follows: (given) => given.does({ patch: 'told-while-cancelled' }, { goesOnAsNew: true }),
    never: (given) => given.does({ patch: 'told-while-cancelled' }, { cancels: true }),
  },
  'a message that came before the cancellation is none': {
    given: decided('wait', 'waiting-for-decision')
      .does({ waitMs: 5_000 })
      .signalled('notify', notification)
      .does({ endsTimer: true }, 'readDeal')
      .cancelRequested()
      .does({ cancelsActivity: 'readDeal' }, 'dismissCancelled')
      .answered('dismissCancelled', { status: dealStatus('dismissed') }),
    follows: (given) => given.does({ cancels: true }),
    never: (given) => given.does({ patch: 'told-while-cancelled' }, { goesOnAsNew: true }),
  },
  'what comes once it is cancelled, while a step is waited for, is looked at by another run': {
    given: read(won)
      .does('decideWin')
      .cancelRequested()
      .does({ cancelsActivity: 'decideWin' })
      .signalled('notify', notification)
      .does()
      .answered('decideWin', { then: 'wait', status: dealStatus('waiting-for-decision') })
      .does('dismissCancelled')
      .answered('dismissCancelled', { status: dealStatus('dismissed') }),
    follows: (given) => given.does({ patch: 'told-while-cancelled' }, { goesOnAsNew: true }),
    never: (given) => given.does({ patch: 'told-while-cancelled' }, { cancels: true }),
  },
  'what a person says while a win is decided about is heard before it is bought': {
    given: saidMeanwhile,
    follows: (given) => given.does({ patch: 'heard-before-bought' }, 'readDeal'),
    never: (given) => given.does({ patch: 'heard-before-bought' }, { starts: winOf(1) }),
  },
  'a run that bought all the same, as it did before, goes on': {
    given: saidMeanwhile,
    follows: buys,
    never: (given) => given.does('readDeal'),
  },
  'of two messages before a cancelled run has begun the second one is looked at by another run': {
    given: WrittenHistory.ofDeal(notification)
      .signalled('notify', notification)
      .cancelRequested()
      .signalled('notify', notification)
      .does({ patch: 'decide-at-once' }, { patch: 'cancelled-before-decision' }, 'dismissCancelled')
      .answered('dismissCancelled', { status: dealStatus('dismissed') }),
    follows: (given) => given.does({ patch: 'told-while-cancelled' }, { goesOnAsNew: true }),
    never: (given) => given.does({ patch: 'told-while-cancelled' }, { cancels: true }),
  },
  'the message that began a run which was cancelled at once is no reason for another run': {
    given: WrittenHistory.ofDeal(notification)
      .signalled('notify', notification)
      .cancelRequested()
      .does({ patch: 'decide-at-once' }, { patch: 'cancelled-before-decision' }, 'dismissCancelled')
      .answered('dismissCancelled', { status: dealStatus('dismissed') }),
    follows: (given) => given.does({ cancels: true }),
    never: (given) => given.does({ patch: 'told-while-cancelled' }, { goesOnAsNew: true }),
  },
  'what could not be looked up at once in time is accepted and looked up step by step': {
    given: WrittenHistory.of(request),
    follows: (given) =>
      given.does(
        { patch: 'look-up-at-once' },
        { locally: 'acceptAndLookUp', timesOut: true },
        ...LOOK_UPS,
        'acceptRequest',
      ),
    never: (given) =>
      given.does(
        { patch: 'look-up-at-once' },
        { locally: 'acceptAndLookUp', timesOut: true },
        { failsAs: 'TimeoutFailure' },
      ),
  },
  'nothing is ordered before the request is accepted': {
    given: lookedUp(begun),
    follows: (given) => given.does(),
    never: ordersAgain,
  },
  'a look-up that refuses before the request is written down ends nothing: first it is in the ledger, then it is refused there':
    {
      given: acceptedAfter(begun.failed('fetchSerialNumber', 'SerialNumberNotFound').does()),
      follows: (given) =>
        given
          .does('recordStatus')
          .answered('recordStatus', status('refused'))
          .does({ failsAs: 'SerialNumberNotFound' }),
      never: (given) => given.does({ failsAs: 'SerialNumberNotFound' }),
    },
  'where the house has no rules of approval it is ordered at once, as ever': {
    given: lookedUp(accepted()),
    follows: ordersAgain,
    never: (given) => given.does('checkApproval'),
  },
  'where the house has rules of approval they are asked first': {
    given: withRules,
    follows: (given) => given.does('checkApproval'),
    never: ordersAgain,
  },
  'an order that no rule is about is made': {
    given: withRules.does('checkApproval').answered('checkApproval', {}),
    follows: ordersAgain,
    never: (given) => given.does('recordStatus'),
  },
  'an order that people have to approve waits for them': {
    given: withRules.does('checkApproval').answered('checkApproval', needing(1)),
    follows: (given) => given.does('recordStatus'),
    never: ordersAgain,
  },
  'what is approved is looked up afresh, and the rules are asked again': {
    given: says(askedToApprove(1), 'approve', 'Ben'),
    follows: (given) =>
      lookedUp(given.does(...LOOK_UPS))
        .does('checkApproval')
        .answered('checkApproval', {})
        .does('createOrder'),
    never: ordersAgain,
  },
  'one word of two is no approval': {
    given: says(askedToApprove(2), 'approve', 'Ben'),
    follows: (given) => says(given, 'approve', 'Cleo').does(...LOOK_UPS),
    never: looksUpAgain,
  },
  'the word of whoever asked is written down as none': {
    given: askedToApprove(1).signalled('approve', { by: 'ann' }),
    follows: (given) =>
      given.does('recordStatus').answered('recordStatus', status('waiting-for-approval')).does(),
    never: looksUpAgain,
  },
  'one who rejects ends the run': {
    given: says(askedToApprove(2), 'reject', 'Ben'),
    follows: (given) =>
      given
        .does('recordStatus')
        .answered('recordStatus', status('refused'))
        .does({ failsAs: 'RejectedByDecision' }),
    never: looksUpAgain,
  },
  'an order that was created and is done ends the run': {
    given: answered(created),
    follows: (given) => given.does(completed),
    never: ordersAgain,
  },
  'an order that is pending is watched': {
    given: answered({ ...created, order: { ...order, orderStatus: 'pending' } }),
    follows: (given) =>
      given
        .does(firstWait)
        .fired()
        .does('readOrder')
        .answered('readOrder', { orderStatus: 'succeed' })
        .does('recordStatus')
        .answered('recordStatus', status('ordered'))
        .does(completed),
    never: ordersAgain,
  },
  'an order that was not sent is sent again, after a wait': {
    given: answered(notSent),
    follows: (given) =>
      answered(created, lookedBefore(given.does({ waitMs: 2_000 }).fired()).does('createOrder')).does({
        completes: { ...status('ordered'), attempts: 2 },
      }),
    never: ordersAgain,
  },
  'an order that the vendor refused ends the run': {
    given: answered(refused),
    follows: (given) => given.does({ failsAs: 'PortalRejected' }),
    never: ordersAgain,
  },
  'a worker that died while ordering: the ledger is asked first': {
    given: ordering().timedOut('createOrder'),
    follows: (given) => given.does('findOutcome'),
    never: ordersAgain,
  },
  'a worker that died before anything was in the ledger: it is ordered, after a wait': {
    given: died(notSent),
    follows: (given) => lookedBefore(given.does({ waitMs: 2_000 }).fired()).does('createOrder'),
    never: ordersAgain,
  },
  'a worker that died, and nobody knows: wait, look, wait longer, look': {
    given: died(unknown),
    follows: (given) =>
      sawNone(sawNone(given.does(firstWait)).does(lookEnds, nextWait)).does(lookEnds, 'recordStatus'),
    never: ordersAgain,
  },
  'an order that is absent at the first look is not sent again': {
    given: sawNone(died(unknown).does(firstWait)),
    follows: (given) => given.does(lookEnds, nextWait).fired().does('scanOrders', timeForLook),
    never: ordersAgain,
  },
  'an unknown outcome is waited over, and the order that is found ends the run': {
    given: answered(unknown),
    follows: (given) => foundOne(given.does(firstWait)).does(lookEnds, completed),
    never: ordersAgain,
  },
  'an order that was found is not sent again': {
    given: foundOne(answered(unknown).does(firstWait)),
    follows: (given) => given.does(lookEnds, completed),
    never: ordersAgain,
  },
  'between two orders that may be the one a person decides, and the looks go on': {
    given: foundTwo(answered(unknown).does(firstWait)),
    follows: asksAndLooksOn,
    never: ordersAgain,
  },
  'when the window has passed nothing is done until a person decides': {
    given: asked,
    follows: (given) => given.signalled('settle', 'garbage').does('recordStatus'),
    never: (given) => given.signalled('settle', 'garbage').does('scanOrders'),
  },
  'a look that fails as the window passes is made once more, while a person is asked': {
    given: sawNone(answered(unknown).does(firstWait))
      .does(lookEnds, nextWait)
      .fired()
      .does('scanOrders', timeForLook)
      .timedOut('scanOrders'),
    follows: asksAndLooksOn,
    never: (given) =>
      given
        .does(lookEnds, 'recordStatus')
        .answered('recordStatus', status('waiting-for-decision'))
        .does('scanOrders'),
  },
  'a person who says that it was not created is not believed without a look': {
    given: toldTo('order-again'),
    follows: (given) => given.does('scanOrders'),
    never: ordersAgain,
  },
  'what a person says is in the ledger before it is ordered again, with lookups of today': {
    given: lookedOnceMore('order-again'),
    follows: (given) =>
      lookedBefore(
        lookedUp(
          given
            .does('recordAbsence')
            .answered('recordAbsence', notSent)
            .does(...LOOK_UPS),
        ),
      ).does('createOrder'),
    never: looksUpAgain,
  },
  'a person who says that nothing more is bought is obeyed': {
    given: lookedOnceMore('stop').does('recordAbsence').answered('recordAbsence', refused),
    follows: (given) => given.does({ failsAs: 'PortalRejected' }),
    never: looksUpAgain,
  },
  'an absence is in the ledger before it is ordered once more, with lookups of today': {
    given: absent,
    follows: (given) =>
      lookedBefore(
        lookedUp(
          given
            .does(lookEnds, 'recordAbsence')
            .answered('recordAbsence', notSent)
            .does(...LOOK_UPS),
        ),
      ).does('createOrder'),
    never: looksUpAgain,
  },
  'an absence that the ledger does not take as a reason leads to no order': {
    given: absent.does(lookEnds, 'recordAbsence').answered('recordAbsence', unknown),
    follows: (given) => given.does(nextWait),
    never: looksUpAgain,
  },
  'a deal that is won is not bought before it is decided about': {
    given: read(won),
    follows: (given) => given.does('decideWin'),
    never: buys,
  },
  'a deal that is not won is not decided about': {
    given: read({ isWon: false, isGone: false }),
    follows: (given) =>
      given
        .does('recordDealEvent')
        .answered('recordDealEvent', undefined)
        .does({ completes: dealStatus('not-won') }),
    never: (given) => given.does('decideWin'),
  },
  'a win that is to be bought starts the purchase that was decided on, and stays with it': {
    given: decided('buy', 'requested'),
    follows: (given) => buys(given).started().does({ waitMs: MINUTE }),
    never: (given) => given.does({ starts: winOf(2) }),
  },
  'a purchase that was started is not started again': {
    given: buys(decided('buy', 'requested')).started().does({ waitMs: MINUTE }).fired(),
    follows: (given) => given.does('findPurchase'),
    never: buys,
  },
  'a win of which nothing is to come starts no purchase': {
    given: decided('nothing', 'dismissed'),
    follows: (given) => given.does({ completes: dealStatus('dismissed') }),
    never: buys,
  },
  'a deal that is incomplete starts no purchase, and is read again after a wait': {
    given: decided('wait', 'incomplete', wonIncomplete),
    follows: (given) => given.does({ waitMs: 5_000 }).fired().does('readDeal'),
    never: buys,
  },
  'a win that is decided about at once has its purchase started in the same task, and is not decided about again':
    {
      given: atOnce({ reading: won, decided: toBuy }, { starts: winOf(1) }),
      follows: (given) => given.started().does({ waitMs: MINUTE }).fired().does('findPurchase'),
      never: (given) => given.started().does('decideWin'),
    },
  'what is read at once and not decided about is decided about before it is bought': {
    given: WrittenHistory.ofDeal(notification),
    follows: () => buys(atOnce({ reading: won }, 'decideWin').answered('decideWin', toBuy)),
    never: () => atOnce({ reading: won }, { starts: winOf(1) }),
  },
  'what is read at once is not read twice': {
    given: WrittenHistory.ofDeal(notification),
    follows: () => atOnce({ reading: wonIncomplete }, 'decideWin'),
    never: () => atOnce({ reading: wonIncomplete }, 'readDeal'),
  },
  'what is decided at once about nothing that is bought starts no purchase': {
    given: WrittenHistory.ofDeal(notification),
    follows: () =>
      atOnce(
        { reading: won, decided: { then: 'nothing', status: dealStatus('dismissed') } },
        { completes: dealStatus('dismissed') },
      ),
    never: () =>
      atOnce(
        { reading: won, decided: { then: 'nothing', status: dealStatus('dismissed') } },
        { starts: winOf(1) },
      ),
  },
  'a CRM that did not answer at once is asked by a step of its own': {
    given: WrittenHistory.ofDeal(notification),
    follows: () => atOnce({}, 'readDeal').answered('readDeal', won).does('decideWin'),
    never: () => atOnce({}, 'decideWin'),
  },
  'a notification that could not be written down at once is written down before the deal is read': {
    given: WrittenHistory.ofDeal(notification),
    follows: () => tooLateAtOnce('recordNotification'),
    never: () => tooLateAtOnce('readDeal'),
  },
  'a deal about which a person is asked starts no purchase, though nothing is missing': {
    given: decided('wait', 'waiting-for-decision'),
    follows: (given) => given.does({ waitMs: 5_000 }).fired().does('readDeal'),
    never: buys,
  },
};

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'OFF' } } });
});

const replay = ({ history, workflowId }: WrittenHistory) =>
  Worker.runReplayHistory({ workflowBundle: { codePath: BUNDLE } }, history, workflowId);

describe.each(Object.entries(SPECIFICATIONS))('%s', (_name, { given, follows, never }) => {
  it('replays', async () => {
    await replay(follows(given));
  });

  it('anything else does not', async () => {
    await expect(replay(never(given))).rejects.toThrow(/Nondeterminism|nondeterminism|determinism/);
  });
});
