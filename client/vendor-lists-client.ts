import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/client';
import type { VendorEntry, VendorList } from '../domain/vendor-list';
import { READ_VENDOR_LISTS_WORKFLOW, vendorListsWorkflowIdOf } from '../domain/workflow-ids';
import { ledgerOf, temporalOf, type ClientParts } from './client-parts';

/** Lists that are older are read anew, in ms. */
const OLD_MS = 10 * 60_000;

/** How long a reading may take, in ms. */
const LONGEST_MS = 30 * 60_000;

/** The vendor's lists, for whoever fills in a form. */
export class VendorListsClient {
  constructor(private readonly parts: ClientParts) {}

  /** Lets a worker read the lists anew, when they are old; does not wait for it. */
  async refresh(): Promise<void> {
    const readAt = await this.readAt();
    if (readAt !== undefined && Date.now() - readAt.getTime() < OLD_MS) return;
    const temporal = temporalOf(this.parts);
    try {
      await temporal.workflow.start(READ_VENDOR_LISTS_WORKFLOW, {
        workflowId: vendorListsWorkflowIdOf(this.parts.taskQueue),
        taskQueue: this.parts.taskQueue,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        workflowExecutionTimeout: LONGEST_MS,
      });
    } catch (error) {
      // Another one is reading them.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }

  /** The entries of a list in which a text stands. */
  async find(list: VendorList, text: string, limit: number): Promise<VendorEntry[]> {
    return ledgerOf(this.parts).vendorLists.find(list, text, limit);
  }

  /** When the lists were last read. */
  async readAt(): Promise<Date | undefined> {
    return ledgerOf(this.parts).vendorLists.readAt();
  }
}
