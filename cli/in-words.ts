import { approvalInWords, dueAt, type ApprovalState } from '../domain/approval';
import { TO_BE_ORDERED } from '../domain/decision';
import { comparedInWords } from '../domain/pbx-in-words';
import { inUnits } from '../domain/length-of-time';
import { printable } from '../domain/printable';
import type { Cancellation } from '../client/cancellation';
import type { Circumstances } from '../client/circumstances';
import type { StatusReport } from '../client/wait';
import { momentInWords } from '../config/local-time';
import { nextStep } from './next-step';
import { rowsInWords, type Row } from './rows';
import type { PurchaseStatus } from '../domain/status';

/** One line of progress. */
export function statusLine(status: PurchaseStatus): string {
  const orderNo = status.order === undefined ? '' : ` ${status.order.orderNo}`;
  return `${status.status}${orderNo}`;
}

/**
 * A status as a person reads it: what is known, who cancelled it, when its run looks again, and what to type.
 *
 * @param zone that of the machine without one
 */
export function statusInWords(
  report: Omit<StatusReport, 'remarks'>,
  { nextLookAt, cancellation }: Circumstances = {},
  zone?: string,
): string {
  const { status } = report;
  const { order, reason } = status;
  const { words, commands } = nextStep(report);
  const rows: Row[] = [
    ['purchase', status.requestId],
    ['status', status.status],
    ['order number', order?.orderNo],
    ['transaction number', order?.transactionNo],
    ['order status', order?.orderStatus],
    ['serial number', order?.productNo],
    ['activation code', status.activationCode ?? (status.hasActivationCode && 'in the ledger')],
    ['attempts', String(status.attempts)],
    ['purchase order', status.reference],
    ['reason', reason && `${reason.code}: ${reason.message}`],
    ['cancellation', status.cancellationRequested ? 'came after the order had begun' : undefined],
    ['cancelled by', cancellation && cancellationInWords(cancellation, zone)],
    ['as of', momentInWords(status.updatedAt, zone)],
    ['next look', nextLookAt && momentInWords(nextLookAt, zone)],
    ...questionRows(status),
    ['next', words],
  ];
  return [rowsInWords(rows), ...commands.map((command) => `  ${printable(command)}`)].join('\n');
}

function cancellationInWords({ by, why, via, at }: Cancellation, zone: string | undefined): string {
  const reason = why === undefined ? '' : `: ${why}`;
  const door = via === undefined ? '' : ` (via ${via})`;
  return `${by}${reason}${door}, ${momentInWords(at, zone)}`;
}

/** What a person is asked, and for how long. */
function questionRows({ question }: PurchaseStatus): Row[] {
  if (question === undefined) return [];
  const { verb, asked, candidates, compared = [], approval, since } = question;
  return [
    ['asked', `${asked} (waiting for ${inUnits(Date.now() - Date.parse(since), 1)})`],
    ...compared.map((fact): Row => [verb === 'approve' ? TO_BE_ORDERED : 'compare', comparedInWords(fact)]),
    ...candidates.map(({ id, description }): Row => ['candidate', `${id}: ${description}`]),
    ...(approval === undefined ? [] : approvalRows(approval, since)),
  ];
}

/** Who asked, who has approved, and whether it is late. */
function approvalRows(approval: ApprovalState, since: string): Row[] {
  const due = dueAt(since, approval);
  const lateMs = due === undefined ? 0 : Date.now() - due.getTime();
  return [
    ['approval', approvalInWords(approval)],
    ['due', due && (lateMs > 0 ? `late for ${inUnits(lateMs, 1)}` : `in ${inUnits(-lateMs, 1)}`)],
  ];
}

/** What the exit codes of `wonce` mean. */
export const EXIT = { done: 0, failed: 1, wrongUse: 2, waiting: 3 } as const;

/** The exit code that tells a script how a purchase stands; one that is still under way is no failure. */
export function exitCodeOf(status: PurchaseStatus): number {
  switch (status.status) {
    case 'refused':
    case 'cancelled':
      return EXIT.failed;
    case 'waiting-for-choice':
    case 'waiting-for-approval':
    case 'waiting-for-decision':
      return EXIT.waiting;
    case 'quoted':
    case 'looking-up':
    case 'ordering':
    case 'settling':
    case 'confirming':
    case 'ordered':
      return EXIT.done;
  }
}
