import type { AttemptRecord } from '../../ledger/purchase-record';
import type { Ledger } from '../../ledger/ledger';
import type { Candidate } from '../../domain/decision';
import type { OrderOutcome } from '../../domain/outcome';
import { PortalError } from '../../portal/portal-error';
import { ACTOR, type ActivityDeps } from '../dependencies';
import { findOutcome } from '../order/find-outcome';
import { lookBeside } from './look-for-order';
import { statusAfter } from '../purchase/record';

/**
 * Looks once more for what was held to be absent, at the last moment before another attempt: between the word that the
 * order was not created and now the look-ups may have waited for hours.
 *
 * @returns the orders that may be it and that nobody has seen; none when no attempt was held to be absent
 * @throws PortalError when the vendor's orders cannot be read, or not as completely as they were then
 */
export function lookBeforeOrderingAgain(deps: ActivityDeps) {
  return async ({ requestId }: { requestId: string }): Promise<Candidate[]> => {
    const absent = await absentAttempts(deps.ledger, requestId);
    const [first] = absent;
    if (first === undefined) return [];
    const { startedAt } = first;
    const { candidates, isComplete } = await lookBeside(deps, { ...absent.at(-1)!, startedAt });
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
export function doubtAbsence(deps: ActivityDeps) {
  return async (input: { requestId: string; candidates: Candidate[] }): Promise<OrderOutcome> => {
    const { requestId, candidates } = input;
    const { ledger } = deps;
    const absent = await absentAttempts(ledger, requestId);
    const purchase = await ledger.find(requestId);
    const { body } = absent.at(-1)!;
    const opened = await ledger.openAttempt({
      ...{ requestId, body, fingerprint: purchase!.fingerprint, actor: ACTOR },
      countsFrom: absent[0]!.startedAt,
    });
    const code = 'OrderMayExist';
    const message = `the vendor shows what nobody had seen when the order was held to be absent: ${candidates.map(({ id }) => id).join(', ')}`;
    if (!opened.opened) return findOutcome(deps)({ requestId, code, message });
    const outcome: OrderOutcome = {
      outcome: 'unknown',
      code,
      message: `Before the order was sent again, ${message}. Nothing was sent.`,
      evidence: {},
    };
    const { attempt } = opened.attempt;
    await ledger.recordOutcome({ requestId, attempt, outcome, ...statusAfter(outcome), actor: ACTOR });
    return outcome;
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
