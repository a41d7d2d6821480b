import type { Parties } from './parties';
import type { PlannedPurchase } from './plan';

/** The person of a round: confirms every order of a PBX that asks. */
export class Confirmations {
  constructor(
    private readonly parties: Parties,
    private readonly purchases: readonly PlannedPurchase[],
  ) {}

  /** Answers what is asked now. A decision that does not come through is made again at the next look. */
  async give(): Promise<void> {
    if (this.purchases.every(({ pbxBefore }) => pbxBefore === undefined)) return;
    const { ledger, wonce } = this.parties;
    const { purchases: asked } = await ledger
      .list({ status: 'waiting-for-choice', limit: 20 })
      .catch(() => ({ purchases: [] }));
    const confirm = ({ requestId }: { requestId: string }) =>
      wonce.decide(requestId, { verb: 'choose', id: 'order', by: 'chaos' }).catch(() => undefined);
    await Promise.all(asked.map(confirm));
  }
}
