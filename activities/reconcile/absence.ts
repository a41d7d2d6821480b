import type { Candidate } from '../../domain/decision';
import type { ErrorCode } from '../../domain/error-catalogue';
import { LONGEST_ORDER_MS } from '../../domain/order-time';
import { ofAttempt, type Evidence, type OrderOutcome } from '../../domain/outcome';
import type { AttemptRecord } from '../../ledger/purchase-record';
import { noAttempt } from '../../ledger/errors';
import type { Ledger } from '../../ledger/ledger';
import { Refusal } from '../../domain/refusal';
import { PortalError } from '../../portal/portal-error';
import type {
  Absence,
  AbsenceByTime,
  OfPurchase,
  RecordAbsenceInput,
  ReopenOutcomeInput,
} from '../../workflows/messages/purchase';
import { type ActivityDeps, ACTOR } from '../dependencies';
import { EARLIER_OPEN, findOutcome } from '../order/find-outcome';
import { statusAfter } from '../purchase/record';
import { compareOrders } from './scan-orders';
import { present } from '../../domain/optional';

/** The code of an attempt that was absent for so long that another one may follow: once in a purchase. */
const PROVEN_ABSENT: ErrorCode = 'OrderProvenAbsent';

/**
 * Records that an attempt of unknown outcome created nothing.
 *
 * @returns the attempt's outcome as it now stands: unknown still, when its absence has led to another attempt before, or does not
 * last long enough; that of a later attempt when that may have ordered, and nothing more was to be bought
 * @throws LedgerError LedgerUnknownPurchase when the ledger has lost the attempt, and it is to be ordered again
 * @throws Refusal DecisionRefused when a person decides about an attempt that may still be sent, or be answered
 */
export function recordAbsence(deps: ActivityDeps) {
  const { ledger } = deps;
  const find = findOutcome(deps);
  return async ({ requestId, attempt, absence, seen }: RecordAbsenceInput): Promise<OrderOutcome> => {
    const attempts = await ledger.attempts(requestId);
    const open =
      attempt === undefined ? attempts.at(-1) : attempts.find((known) => known.attempt === attempt);
    const isStop = absence.because === 'decision' && absence.then === 'stop';
    if (open === undefined && !isStop) throw noAttempt(requestId);
    const wasUsed = attempts.some(
      (known) =>
        known !== open && known.result?.outcome === 'not-created' && known.result.code === PROVEN_ABSENT,
    );
    if (absence.because === 'absence' && (wasUsed || isTooShort(open!, absence))) {
      return open!.result ?? find({ requestId, ...EARLIER_OPEN });
    }
    if (open !== undefined && isUnderWay(open)) throw mayBeUnderWay(open);

    if (absence.because === 'decision') {
      const { by, then, why, via } = absence;
      // With the attempt: the same word about a later one is another decision.
      const about = open && { attempt: open.attempt };
      const said = present({ why, via });
      const data = { verb: 'settle', notCreated: then, ...about, ...said };
      await ledger.recordStatus({ requestId, kind: 'decision', actor: by, data });
    }
    const outcome = outcomeOf(absence, seen);
    const actor = absence.because === 'decision' ? absence.by : ACTOR;
    const change = { requestId, ...statusAfter(outcome), actor };
    const recorded = open && (await ledger.recordOutcome({ ...change, attempt: open.attempt, outcome }));
    const known = recorded?.result;
    if (isStop && (known === undefined || mayBeRepeated(known))) {
      // The ledger has lost the attempt, or knows meanwhile that it sent nothing: stopped is stopped all the same.
      await ledger.recordStatus({ ...change, kind: 'refused' });
      // A later attempt may have ordered: the purchase stands as that one left it.
      const isStopped = (await ledger.find(requestId))?.status === 'refused';
      return isStopped ? outcome : find({ requestId, ...EARLIER_OPEN });
    }
    return known ?? outcome;
  };
}

/** Until when the order may still be sent, or be answered, in ms since 1970: by a worker that works on it, or is not heard of. */
function underWayUntil({ startedAt, result }: AttemptRecord): number {
  if (result === undefined) return startedAt.getTime() + LONGEST_ORDER_MS;
  const until = result.outcome === 'unknown' ? result.evidence.underWayUntil : undefined;
  return until === undefined ? 0 : Date.parse(until);
}

function isUnderWay(attempt: AttemptRecord): boolean {
  return Date.now() < underWayUntil(attempt);
}

/** While the order may still come to the vendor, that it is not there counts for nothing. */
function isTooShort(attempt: AttemptRecord, { forMs, neededMs = 0 }: AbsenceByTime): boolean {
  const now = Date.now();
  return now - Math.max(now - forMs, underWayUntil(attempt)) < neededMs;
}

function mayBeUnderWay(open: AttemptRecord): Refusal {
  const until = new Date(underWayUntil(open)).toISOString();
  return new Refusal(
    'DecisionRefused',
    `The decision is refused: attempt ${open.attempt} may be under way, by a worker that was not heard of and may only be held up: until ${until} the order may still reach the vendor. Decide then.`,
  );
}

function mayBeRepeated(outcome: OrderOutcome): boolean {
  return outcome.outcome === 'not-created' && outcome.why === 'not-sent';
}

function outcomeOf(absence: Absence, seen: NonNullable<Evidence['seen']>): OrderOutcome {
  const evidence = { settledBy: absence.because, seen };
  const settled = { outcome: 'not-created', evidence } as const;
  if (absence.because === 'absence') {
    const message = `The vendor's whole list of orders has not held the order for ${Math.round(absence.forMs / 1000)} s: it is ordered once more.`;
    return { ...settled, why: 'not-sent', code: PROVEN_ABSENT, message };
  }
  const said = `${absence.by} decided that the order was not created`;
  return absence.then === 'order-again'
    ? {
        ...settled,
        why: 'not-sent',
        code: 'OrderDecidedAbsent' satisfies ErrorCode,
        message: `${said}: it is ordered again.`,
      }
    : {
        ...settled,
        why: 'refused',
        code: 'StoppedByDecision' satisfies ErrorCode,
        message: `${said}, and that nothing more is bought.`,
      };
}

/**
 * Scans once more for what was held to be absent, at the last moment before another attempt: between the word that the
 * order was not created and now the lookups may have waited for hours.
 *
 * @returns the orders that may be it and that nobody has seen; none when no attempt was held to be absent
 * @throws PortalError when the vendor's orders cannot be read, or not as completely as they were then
 */
export function scanBeforeReorder(deps: ActivityDeps) {
  return async ({ requestId }: OfPurchase): Promise<Candidate[]> => {
    const absent = await absentAttempts(deps.ledger, requestId);
    const [first] = absent;
    if (first === undefined) return [];
    const { startedAt } = first;
    const { candidates, isComplete } = await compareOrders(deps, { ...absent.at(-1)!, startedAt });
    const seen = absent.map(({ result }) => result!.evidence.seen);
    if (!isComplete && seen.some((orders) => orders?.isComplete)) {
      throw new PortalError(
        'PortalMalformed',
        "Not all of the vendor's orders can be read now. They are read once more before the order is sent again.",
      );
    }
    const known = new Set(seen.flatMap((orders) => orders?.orders ?? []));
    return candidates.filter(({ id }) => !known.has(id));
  };
}

/**
 * Takes an absence back: outcomes are kept as they were written, so another attempt stands for the one that is looked for
 * again. Nothing is sent for it.
 */
export function reopenOutcome(deps: ActivityDeps) {
  return async (input: ReopenOutcomeInput): Promise<OrderOutcome> => {
    const { requestId, candidates } = input;
    const { ledger } = deps;
    const absent = await absentAttempts(ledger, requestId);
    const purchase = await ledger.find(requestId);
    const { body } = absent.at(-1)!;
    const opened = await ledger.openAttempt({
      ...{ requestId, body, fingerprint: purchase!.fingerprint, actor: ACTOR },
      countsFrom: absent[0]!.startedAt,
    });
    const code: ErrorCode = 'OrderMayExist';
    const message = `the vendor shows what nobody had seen when the order was held to be absent: ${candidates.map(({ id }) => id).join(', ')}`;
    if (!opened.opened) return findOutcome(deps)({ requestId, code, message });
    const outcome: OrderOutcome = {
      outcome: 'unknown',
      code,
      message: `Before the order was sent again, ${message}. Nothing was sent.`,
      evidence: {},
    };
    const { attempt } = opened.latestAttempt;
    const unknown = { requestId, attempt, outcome, ...statusAfter(outcome), actor: ACTOR };
    await ledger.recordOutcome(unknown, opened);
    return ofAttempt(attempt, outcome);
  };
}

/** Attempts of unknown outcome that a person, or a long absence, has declared to have created nothing; oldest first. */
async function absentAttempts(ledger: Ledger, requestId: string): Promise<AttemptRecord[]> {
  const attempts = await ledger.attempts(requestId);
  return attempts.filter(({ result }) => {
    if (result?.outcome !== 'not-created') return false;
    const { settledBy } = result.evidence;
    return settledBy === 'decision' || settledBy === 'absence';
  });
}
