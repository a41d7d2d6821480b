import { whenWon } from '../../domain/deal';
import { present } from '../../domain/optional';
import type {
  DecidedAtOnce,
  DealReading,
  RecordAndDecideInput,
  WinQuestion,
} from '../../workflows/messages/deal';
import type { ActivityDeps } from '../dependencies';
import { inTime } from '../in-time';
import { WITHIN_A_TASK_MS } from '../list-progress';
import { decideWin } from './decide-win';
import { askForDeal } from './read-deal';
import { recordNotification } from './record';

/**
 * Writes down that a notification of a deal came, reads the deal back meanwhile, and decides what becomes of a win that nothing
 * is missing of and nobody has a say in. Nothing is decided before the notification is in the ledger. What fails, or is not there
 * in time, is none of the answer: the step that is made again says why.
 *
 * @throws as recordNotification
 */
export function recordAndDecide(deps: ActivityDeps) {
  const record = recordNotification(deps);
  const decide = decideWin(deps);
  return async ({ notification, question }: RecordAndDecideInput): Promise<DecidedAtOnce> => {
    const begun = Date.now();
    const asked = inTime(askForDeal(deps, question), WITHIN_A_TASK_MS);
    const recorded = await record(notification);
    const filledIn = { ...recorded.filledIn, ...question.filledIn };
    const reading = recorded.isOutdated ? undefined : (await asked)?.(filledIn);
    // What a person has filled in is compared with what the vendor sells first.
    const win = Object.keys(filledIn).length > 0 ? undefined : completeWin(question, reading);
    // The run may not wait for this any more: it will ask again, step by step.
    const isLate = Date.now() - begun > WITHIN_A_TASK_MS;
    const decided = win === undefined || isLate ? undefined : await inTime(decide(win), WITHIN_A_TASK_MS);
    return { recorded, ...present({ reading, decided }) };
  };
}

/** The win of a deal of which nothing is missing. */
function completeWin(
  { source, deal }: RecordAndDecideInput['question'],
  reading: DealReading | undefined,
): WinQuestion | undefined {
  if (!reading?.isWon || !('request' in reading)) return undefined;
  const { request, isMerged } = reading;
  return { source, deal, ...whenWon(reading), ...present({ isMerged }), request };
}
