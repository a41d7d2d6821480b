import type { Ledger } from '../ledger/ledger';
import type { Policy } from '../orders/policy';
import type { PortalClient } from '../portal/portal-client';

/** What the activities touch the world with. */
export interface ActivityDeps {
  portal: PortalClient;
  ledger: Ledger;
  policy: ActivityPolicy;
}

/** How patient purchases are, how far the vendor's clock may be behind ours (ms), and what the ledger may lack. */
export interface ActivityPolicy extends Policy {
  clockAllowanceMs: number;
  /** The time of the backup that the ledger was restored from: orders sent since then may be missing in it. */
  ledgerRestoredFrom?: Date;
}

/** Who the ledger's events name as their author when a run writes them. */
export const ACTOR = 'workflow';
