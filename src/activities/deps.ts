import type { Ledger } from '../ledger/ledger';
import type { Policy } from '../orders/policy';
import type { PortalClient } from '../portal/portal-client';

/** What the activities touch the world with. */
export interface ActivityDeps {
  portal: PortalClient;
  ledger: Ledger;
  policy: ActivityPolicy;
}

/** How patient purchases are, and how far the vendor's clock may be behind ours, in ms. */
export interface ActivityPolicy extends Policy {
  clockAllowanceMs: number;
}

/** Who the ledger's events name as their author when a run writes them. */
export const ACTOR = 'workflow';
