import type { Renewal } from '../../domain/renewals';

/** What goes into the history of a run that tells renewals: see purchase.ts. */

/** The workflow's signature. */
export type RenewalsWorkflow = (withinDays: number) => Promise<ToldRenewals>;

/** What is to be told. */
export interface RenewalsAhead {
  withinDays: number;
}

/** What a run has told, and so what Temporal shows as its result. */
export interface ToldRenewals {
  /** Those that expire first. */
  renewals: ToldRenewal[];
  /** How many there are beyond these; the worker's log has them all. */
  more: number;
  /** Of how many PBXs the vendor did not tell this time what they have, whenever they expire. */
  notRead: number;
}

export interface ToldRenewal extends Renewal {
  /** Why the vendor did not tell this time what the PBX has, as a code: what was known before is told. */
  notRead?: string;
}

/** The activities of a run that tells renewals. */
export interface RenewalsActivities {
  readRenewals(ahead: RenewalsAhead): Promise<ToldRenewals>;
}
