import type { Ledger } from '../ledger/ledger';
import type { PortalClient } from '../portal/portal-client';

/** What the activities touch the world with. */
export interface ActivityDeps {
  portal: PortalClient;
  ledger: Ledger;
}

/** Who the ledger's events name as their author when a run writes them. */
export const ACTOR = 'workflow';
