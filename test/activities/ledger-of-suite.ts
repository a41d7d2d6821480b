import type { ActivityDeps } from '../../activities/dependencies';
import { Ledger } from '../../ledger/ledger';
import { freshPostgres, type DatabaseForTests } from '../ledger/databases';

interface LedgerOfSuite {
  ledger: Ledger;
  /** For activities that ask nobody but the ledger. */
  deps: ActivityDeps;
}

/** A ledger on a fresh Postgres, there while the tests of one file run. */
export function ledgerOfSuite(): LedgerOfSuite {
  const suite = {} as LedgerOfSuite;
  let database: DatabaseForTests;
  beforeAll(async () => {
    database = await freshPostgres();
    const ledger = await Ledger.open(database.url);
    Object.assign(suite, { ledger, deps: { ledger, observe: () => undefined } });
  });
  afterAll(async () => {
    await suite.ledger.close();
    await database.drop();
  });
  return suite;
}
