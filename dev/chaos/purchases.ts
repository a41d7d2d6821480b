import { setTimeout as delay } from 'node:timers/promises';
import { isTerminal, waitsForPerson, type PurchaseState } from '../../domain/status';
import { postToOneOf, throughOutages } from './outage';
import type { Parties } from './parties';
import type { PlannedPurchase } from './plan';
import { AT_ONCE } from './round';

const LOOK_EVERY_MS = 250;

/** The purchases of a round that have begun, and how far the ledger says that each is. */
export class Purchases {
  private readonly begun: PlannedPurchase[] = [];
  private states = new Map<string, PurchaseState>();

  constructor(private readonly parties: Parties) {}

  get started(): number {
    return this.begun.length;
  }

  /** Ordered, refused, or waiting for a person. */
  get ended(): number {
    return this.begun.filter(({ request }) => hasEnded(this.states.get(request.requestId))).length;
  }

  /** Begins all, as many at once as may be; returns when Temporal has taken the last. */
  async begin(starts: readonly PlannedPurchase[][]): Promise<void> {
    const sent: Promise<unknown>[] = [];
    for (const together of starts) {
      while (this.started - this.ended + together.length > AT_ONCE) await delay(LOOK_EVERY_MS);
      this.begun.push(...together);
      for (const purchase of together) await this.prepare(purchase);
      // None waits for the one before it: Temporal may be down.
      sent.push(Promise.all(together.map(({ request }) => this.send(request))));
      sent.at(-1)!.catch(() => undefined);
    }
    await Promise.all(sent);
  }

  /** Asks the ledger how far they are. */
  async look(): Promise<void> {
    const limit = this.started + 1;
    const { purchases } = await throughOutages(() => this.parties.ledger.list({ limit }));
    this.states = new Map(purchases.map(({ requestId, status }) => [requestId, status]));
  }

  private async prepare({ serialNumber, pbxBefore, portalFaults }: PlannedPurchase): Promise<void> {
    const { fakePortal } = this.parties;
    await (pbxBefore === undefined ? fakePortal.addProducts([serialNumber]) : fakePortal.setPbx(pbxBefore));
    for (const portalFault of portalFaults) await fakePortal.fault(portalFault);
  }

  /** The same request again while Temporal, the ledger or a server is away. */
  private send(request: PlannedPurchase['request']): Promise<unknown> {
    const { serverUrls, wonce } = this.parties;
    if (serverUrls.length > 0) return postToOneOf(serverUrls, request);
    return throughOutages(() => wonce.start(request));
  }
}

function hasEnded(state: PurchaseState | undefined): boolean {
  // What is to be confirmed goes on.
  return (
    state !== undefined && state !== 'waiting-for-choice' && (isTerminal(state) || waitsForPerson(state))
  );
}
