import { noAttempt } from '../../ledger/errors';
import type { Evidence, OrderOutcome } from '../../domain/outcome';
import type { Absence, RecordAbsenceInput } from '../../workflows/messages/purchase';
import { ACTOR, type ActivityDeps } from '../dependencies';
import { statusAfter } from '../purchase/record';

/** The code of an attempt that was absent for so long that another one may follow: once in a purchase. */
const PROVEN_ABSENT = 'OrderProvenAbsent';

/**
 * Records that an attempt of unknown outcome created nothing.
 *
 * @returns the attempt's outcome as it now stands: unknown still, when its absence has led to another attempt before
 * @throws LedgerError LedgerUnknownPurchase when the ledger has lost the attempt, and it is to be ordered again
 */
export function recordAbsence({ ledger }: ActivityDeps) {
  return async ({ requestId, absence, seen }: RecordAbsenceInput): Promise<OrderOutcome> => {
    const attempts = await ledger.attempts(requestId);
    const open = attempts.at(-1);
    const isStop = absence.because === 'decision' && absence.then === 'stop';
    if (open === undefined && !isStop) throw noAttempt(requestId);
    const earlier = attempts.slice(0, -1);
    const wasUsed = earlier.some(
      ({ result }) => result?.outcome === 'not-created' && result.code === PROVEN_ABSENT,
    );
    if (absence.because === 'absence' && wasUsed) return open!.result!;

    if (absence.because === 'decision') {
      const { by, then, why, via } = absence;
      // With the attempt: the same word about a later one is another decision.
      const about = open && { attempt: open.attempt };
      const said = { ...(why !== undefined && { why }), ...(via !== undefined && { via }) };
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
      return outcome;
    }
    return known ?? outcome;
  };
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
    ? { ...settled, why: 'not-sent', code: 'OrderDecidedAbsent', message: `${said}: it is ordered again.` }
    : {
        ...settled,
        why: 'refused',
        code: 'StoppedByDecision',
        message: `${said}, and that nothing more is bought.`,
      };
}
