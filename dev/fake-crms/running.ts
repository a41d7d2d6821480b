import type { Faults } from './faults';
import type { Records } from './records';
import type { Deliveries } from './sender';
import type { StandIn } from './fake-crm';

/** One stand-in with what it holds and does. */
export interface RunningStandIn {
  standIn: StandIn;
  records: Records;
  faults: Faults;
  deliveries: Deliveries;
  /** The calls its API got, oldest first. */
  requests: { method: string; url: string; at: number }[];
}
