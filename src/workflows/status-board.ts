import { defineQuery, setCurrentDetails, setHandler } from '@temporalio/workflow';
import { waitsForPerson, type PurchaseStatus } from '../orders/status';
import { workflowIdOf } from '../orders/workflow-id';

/** The purchase's status as an object; the same as `wonce status --json` shows. */
export const statusQuery = defineQuery<PurchaseStatus>('status');

/** Where a run shows how it stands: to the `status` query, and in words on its page in the Temporal UI. */
export class StatusBoard {
  readonly status: PurchaseStatus;
  /** The request was accepted: what becomes of it is written to the ledger. */
  isInLedger = false;
  /** A cancellation that came too late is written down once. */
  isCancellationInLedger = false;
  /** The ledger says that a person is asked. */
  isAskingInLedger = false;

  constructor(requestId: string) {
    this.status = {
      requestId,
      workflowId: workflowIdOf(requestId),
      status: 'looking-up',
      attempts: 0,
      updatedAt: new Date().toISOString(),
    };
    setHandler(statusQuery, () => this.status, {
      description: 'Where the purchase stands, with the order number once there is one',
    });
    this.show({});
  }

  show(change: Partial<PurchaseStatus>): PurchaseStatus {
    if (change.status !== undefined && !waitsForPerson(change.status)) delete this.status.question;
    Object.assign(this.status, change, { updatedAt: new Date().toISOString() });
    setCurrentDetails(inWords(this.status));
    return this.status;
  }
}

/** The status in Markdown, with what a person has to do when one is needed. */
function inWords(status: PurchaseStatus): string {
  const because = status.reason === undefined ? '' : `\n\n${status.reason.code}: ${status.reason.message}`;
  return `${headline(status)}${because}${inQuestion(status)}`;
}

function headline(status: PurchaseStatus): string {
  const orderNo = status.order?.orderNo ?? '';
  switch (status.status) {
    case 'looking-up':
      return '**Looking up** what the order needs. Nothing has been ordered.';
    case 'waiting-for-choice':
      return '**Waiting for a person to choose.** Nothing has been ordered.';
    case 'ordering':
      return `**Ordering**, attempt ${status.attempts}. From here on the order is finished, cancelled or not.`;
    case 'settling':
      return (
        '**Settling**: whether the vendor took the order is not known, and it is not sent again. ' +
        "The vendor's orders are read back until it is found, or until a person is asked."
      );
    case 'waiting-for-decision':
      return (
        '**Waiting for a person**: whether the vendor took the order is not known. ' +
        "Look for it in the vendor's Partner Portal under Orders, then decide with `settle`."
      );
    case 'confirming':
      return `**Confirming** order ${orderNo}: the vendor reports "${status.order?.orderStatus ?? ''}".`;
    case 'ordered':
      return `**Ordered**: ${orderNo}.`;
    case 'refused':
      return '**Refused**. Correct the cause and send the purchase again under a new request id.';
    case 'cancelled':
      return '**Cancelled** before anything was ordered.';
  }
}

function inQuestion({ question }: PurchaseStatus): string {
  if (question === undefined) return '';
  const candidates = question.candidates.map(({ id, description }) => `- \`${id}\`: ${description}`);
  return [`\n\nAsked since ${question.since}: ${question.asked}`, ...candidates].join('\n');
}
