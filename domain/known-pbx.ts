import type { ActiveService, Offering, PbxState } from './pbx-state';

/** What is known of a PBX before its order. */
export interface KnownPbx {
  vendor: PbxState;
  /** By its last order that the vendor shows; undefined where none tells it. */
  lastOrder?: PbxState | undefined;
  /** Undefined where our ledger has no order of it. */
  ledger?: PbxState | undefined;
  request: PbxState;
  /** What would be ordered, by the vendor's ids and names. */
  order: { plan: Offering; services: ActiveService[] };
  /** False when the vendor says that the plan cannot be renewed. */
  canRenew?: boolean | undefined;
  /** Orders of the PBX that the vendor shows as not ended. */
  pendingOrders: readonly string[];
  /** The latest renewal by our ledger. */
  lastRenewal?: { requestId: string; orderedAt: string; years: number } | undefined;
}
