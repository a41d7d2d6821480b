import { defineQuery, setCurrentDetails, setHandler } from '@temporalio/workflow';
import { approvalInWords } from '../../domain/approval';
import type { Question } from '../../domain/decision';
import { comparedInWords } from '../../domain/pbx-in-words';
import { markdownCode, markdownText } from '../../domain/printable';
import { waitsForPerson, type PurchaseStatus } from '../../domain/status';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';

/** The purchase's status as an object; the same as `wonce status --json` shows. */
export const statusQuery = defineQuery<PurchaseStatus>('status');

/** Where a run shows how it stands: to the `status` query, and in words on its page in the Temporal UI. */
export class StatusView {
  readonly status: PurchaseStatus;
  /** The request was accepted: what becomes of it is written to the ledger. */
  isInLedger = false;
  /** A cancellation that came too late is written down once. */
  isCancellationInLedger = false;
  /** The ledger says that a person is asked. */
  isAskingInLedger = false;

  /** @param onShow told of each change */
  constructor(
    requestId: string,
    private readonly onShow: (status: PurchaseStatus) => void,
  ) {
    this.status = {
      requestId,
      workflowId: purchaseWorkflowIdOf(requestId),
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
    this.onShow(this.status);
    return this.status;
  }
}

/**
 * The status in Markdown. Its page shows some five lines without scrolling: what a person is asked comes first, with the
 * candidates, a line each, and then how to answer.
 */
function inWords(status: PurchaseStatus): string {
  const { question, reason } = status;
  const because = reason === undefined ? [] : [markdownText(`${reason.code}: ${reason.message}`)];
  const parts =
    question === undefined
      ? [headline(status), ...because]
      : [
          ...asked(question),
          ...answers(question),
          headline(status),
          ...because,
          `Asked since ${question.since}.`,
        ];
  return parts.join('\n\n');
}

/** No step tells the run while it fails and is tried again: it costs nothing to say always where that can be seen. */
const IF_IT_STAYS =
  'If it stays so: the tab *Pending Activities* shows the step that fails, and why; it is tried again by itself.';

function headline(status: PurchaseStatus): string {
  const { orderNo = '', orderStatus = '' } = status.order ?? {};
  switch (status.status) {
    case 'quoted':
    case 'looking-up':
      return `**Looking up** what the order needs. Nothing has been ordered. ${IF_IT_STAYS}`;
    case 'waiting-for-choice':
      return '**Waiting for a person to choose.** Nothing has been ordered.';
    case 'waiting-for-approval':
      return '**Waiting for approval.** Nothing has been ordered.';
    case 'ordering':
      return `**Ordering**, attempt ${status.attempts}. From here on the order is finished, cancelled or not.`;
    case 'settling':
      return (
        '**Settling**: whether the vendor took the order is not known, and it is not sent again. ' +
        `The vendor's orders are read back until it is found, or until a person is asked. ${IF_IT_STAYS}`
      );
    case 'waiting-for-decision':
      return (
        '**Waiting for a person**: whether the vendor took the order is not known. ' +
        "Look for it in the vendor's Partner Portal under Orders."
      );
    case 'confirming':
      return `**Confirming** order ${markdownText(orderNo)}: the vendor reports "${markdownText(orderStatus)}". ${IF_IT_STAYS}`;
    case 'ordered':
      return `**Ordered**: ${markdownText(orderNo)}.`;
    case 'refused':
      return '**Refused**. Correct the cause and send the purchase again under a new request id.';
    case 'cancelled':
      return '**Cancelled** before anything was ordered.';
  }
}

function asked({ asked, candidates, compared = [], approval }: Question): string[] {
  const facts = compared.map((fact) => `- ${markdownText(comparedInWords(fact))}`).join('\n');
  const list = candidates
    .map(({ id, description }) => `- \`${markdownCode(id)}\`: ${markdownText(description)}`)
    .join('\n');
  const who = approval === undefined ? '' : markdownText(approvalInWords(approval));
  return [`**${markdownText(asked)}**`, ...[list, facts, who].filter((text) => text !== '')];
}

/** The verb, and what to type as its input. */
function answers({ verb, id: about }: Question): string[] {
  const whose = { by: 'YOUR NAME', about };
  if (verb === 'approve') {
    const input = `\`${JSON.stringify(whose)}\``;
    return [`Answer with the update \`approve\` or \`reject\`, or a signal of that name: ${input}`];
  }
  const inputs =
    verb === 'choose'
      ? [{ id: 'ID', ...whose }]
      : [
          { created: 'ORDER NUMBER', ...whose },
          { notCreated: 'order-again', ...whose },
          { notCreated: 'stop', ...whose },
        ];
  const lines = inputs.map((input) => `- \`${JSON.stringify(input)}\``);
  return [`Answer with the update \`${verb}\`, or a signal of that name:`, lines.join('\n')];
}
