import type { Faults } from './faults';
import type { Records } from './records';
import type { Deliveries } from './sender';
import type { FakeCrm } from './fake-crm';

/** One fake CRM with what it holds and does. */
export interface RunningFakeCrm {
  crm: FakeCrm;
  records: Records;
  faults: Faults;
  deliveries: Deliveries;
  /** The calls its API got, oldest first. */
  requests: { method: string; url: string; at: number }[];
}
