import { Client, Connection } from '@temporalio/client';
import { WonceClient } from '../../client/wonce-client';
import { Ledger } from '../../ledger/ledger';
import { TASK_QUEUE, type Processes } from './processes';
import { FakePortalControl } from '../fake-portal/control-client';

/** Whom a round speaks with: what a sender, an operator and an auditor would use, and the switches of the fake portal. */
export interface Parties {
  wonce: WonceClient;
  temporal: Client;
  ledger: Ledger;
  fakePortal: FakePortalControl;
  /** Of the HTTP servers; without any, purchases are started by the client. */
  serverUrls: readonly string[];
}

export async function connect({
  temporalAddress,
  databaseUrl,
  portalUrl,
  serverUrls,
}: Processes): Promise<Parties> {
  const temporal = new Client({ connection: await Connection.connect({ address: temporalAddress }) });
  const ledger = await Ledger.open(databaseUrl, { maxConnections: 4, migrate: false });
  const wonce = new WonceClient({ taskQueue: TASK_QUEUE, temporal, ledger, problems: [] });
  return { wonce, temporal, ledger, fakePortal: new FakePortalControl(portalUrl), serverUrls };
}
