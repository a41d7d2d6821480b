import { Ledger } from '../ledger/ledger';
import type { LedgerParts } from './client-parts';

/** The ledger at an address, whose tables others bring up to date; or why there is none. Never rejects. */
export async function openLedger(databaseUrl: string | undefined): Promise<LedgerParts> {
  if (databaseUrl === undefined) {
    return { problems: ['No ledger: DATABASE_URL is not set, and no npm start runs here.'] };
  }
  try {
    return { ledger: await Ledger.open(databaseUrl, { maxConnections: 2, migrate: false }), problems: [] };
  } catch (error) {
    return { problems: [(error as Error).message] };
  }
}
