import type { Client } from '@temporalio/client';
import type { Ledger } from '../ledger/ledger';
import { ClientError } from './client-error';

/** What the facades work with: Temporal and the ledger, or what one of them alone can answer. */
export interface ClientParts {
  taskQueue: string;
  temporal?: Client;
  ledger?: Ledger;
  /** Before the connection to Temporal is closed: no call is tried again after it. */
  endRetries?: () => Promise<void>;
  /** Why one of them is not there. */
  problems: string[];
}

/** @throws ClientError TemporalUnreachable */
export function temporalOf({ temporal, problems }: ClientParts): Client {
  if (temporal !== undefined) return temporal;
  throw new ClientError('TemporalUnreachable', problems.join(' '));
}

/** @throws ClientError LedgerUnreachable */
export function ledgerOf({ ledger, problems }: ClientParts): Ledger {
  if (ledger !== undefined) return ledger;
  throw new ClientError('LedgerUnreachable', problems.join(' '));
}
