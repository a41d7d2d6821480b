import type { ComparedFact } from './decision';
import type { KnownPbx } from './known-pbx';
import type { OperationRule } from './operations';
import { pbxDoubts } from './pbx-doubts';
import { compareStates } from './pbx-in-words';
import { pbxProblems } from './pbx-problems';
import type { PurchaseRequest } from './request';
import type { RequestProblem } from './request-problem';

/** What comes of the comparison: problems refuse the order, doubts are for a person to decide. */
export interface PbxVerdict {
  problems: RequestProblem[];
  doubts: string[];
  compared: ComparedFact[];
}

/**
 * Compares what a PBX has with what an order of it takes for granted. What the vendor shows and the request contradicts is a
 * problem; what only the request says, or what sources tell in different ways, is a doubt.
 *
 * @param now in ms since 1970
 */
export function checkPbx(
  request: PurchaseRequest,
  rule: OperationRule,
  known: KnownPbx,
  now: number,
): PbxVerdict {
  const { vendor, lastOrder, ledger, request: asked } = known;
  return {
    problems: pbxProblems(request, rule, known),
    doubts: pbxDoubts(request, rule, known, now),
    compared: compareStates({
      ...{ vendor, 'its last order': lastOrder },
      ...{ 'our ledger': ledger, 'the request': asked },
    }),
  };
}
