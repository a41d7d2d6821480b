import type { Client } from '@temporalio/client';
import type { Ledger } from '../ledger/ledger';
import { ClientError } from './client-error';

/** The ledger, where there is one. */
export interface LedgerParts {
  ledger?: Ledger;
  /** Why something is not there. */
  problems: string[];
}

/** What the facades work with: Temporal and the ledger, or what one of them alone can answer. */
export interface ClientParts extends LedgerParts {
  taskQueue: string;
  temporal?: Client;
  /** Before the connection to Temporal is closed: no call is tried again after it. */
  endRetries?: () => Promise<void>;
}

/** @throws ClientError TemporalUnreachable */
export function temporalOf({ temporal, problems }: ClientParts): Client {
  if (temporal !== undefined) return temporal;
  throw new ClientError('TemporalUnreachable', problems.join(' '));
}

/** @throws ClientError LedgerUnreachable */
export function ledgerOf({ ledger, problems }: LedgerParts): Ledger {
  if (ledger !== undefined) return ledger;
  throw new ClientError('LedgerUnreachable', problems.join(' '));
}
