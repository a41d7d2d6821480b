import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';

/** Where things are, here and elsewhere. */
export class Links {
  /**
   * @param temporal where the Temporal UI is, and the namespace; without one nothing links there
   * @param dealAtCrm the address of a deal at its CRM, where that is known
   */
  constructor(
    private readonly temporal: { ui: string; namespace: string } | undefined,
    private readonly dealAtCrm: (deal: string) => string | undefined,
  ) {}

  /** The run of a purchase in the Temporal UI. */
  run(requestId: string): string | undefined {
    if (this.temporal === undefined) return undefined;
    const { ui, namespace } = this.temporal;
    const workflow = encodeURIComponent(purchaseWorkflowIdOf(requestId));
    return `${ui}/namespaces/${encodeURIComponent(namespace)}/workflows/${workflow}`;
  }

  atCrm(deal: string): string | undefined {
    return this.dealAtCrm(deal);
  }
}
