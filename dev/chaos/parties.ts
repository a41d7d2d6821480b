import { Client, Connection } from '@temporalio/client';
import { WonceClient } from '../../client/wonce-client';
import { Ledger } from '../../ledger/ledger';
import { TASK_QUEUE, type Processes } from './processes';
import { StandIn } from './fake-portal';

/** Whom a round speaks with: what a sender, an operator and an auditor would use, and the back of the stand-in. */
export interface Parties {
  wonce: WonceClient;
  temporal: Client;
  ledger: Ledger;
  standIn: StandIn;
}

export async function connect({ temporalAddress, databaseUrl, portalUrl }: Processes): Promise<Parties> {
  const temporal = new Client({ connection: await Connection.connect({ address: temporalAddress }) });
  const ledger = await Ledger.open(databaseUrl, { maxConnections: 4, migrate: false });
  const wonce = new WonceClient({ taskQueue: TASK_QUEUE, temporal, ledger, problems: [] });
  return { wonce, temporal, ledger, standIn: new StandIn(portalUrl) };
}
