import type { PurchaseStatus } from '../domain/status';

/** A status with remarks for people: where it comes from when not from the run, what the run is waiting for. */
export interface StatusReport {
  status: PurchaseStatus;
  remarks: string[];
  /** Whether a run goes on with it; undefined when Temporal does not say. */
  goesOn?: boolean | undefined;
}
