/** What goes into the history of a sweep's run: see purchase.ts. */

/** The workflow's signature. `continued` is there only in a run that continues another as new. */
export type SweepWorkflow = (source: string, continued?: ContinuedSweep) => Promise<SweepResult>;

/** What a sweep came to. */
export interface SweepResult {
  /** Deals won since the last sweep, with its overlap. */
  found: number;
  /** Runs that were started: deals that no message told of, or whose message has nothing come of it yet. */
  caughtUp: number;
}

/** How far a sweep has come: each page of what it found is started by a run of its own. */
export interface ContinuedSweep extends FoundDeals {
  caughtUp: number;
  /** The last deal of the page before. */
  after: string;
}

/** The activities of a sweep. */
export interface SweepActivities {
  findWonDeals(source: string): Promise<FoundDeals>;
  nextSweptDeals(page: SweptPage): Promise<string[]>;
  recordSweep(sweep: SweepRecord): Promise<void>;
}

/** What a sweep has found; which deals they are is read page by page. */
export interface FoundDeals {
  /** When the CRM was asked: what is won later is for the next sweep. ISO 8601, UTC. */
  askedAt: string;
  /** Deals won since the last sweep, with its overlap. */
  found: number;
}

/** Where a sweep goes on. */
export interface SweptPage {
  source: string;
  askedAt: string;
  /** The last deal of the page before; '' for the first page. */
  after: string;
  limit: number;
}

/** How far a sweep came. */
export interface SweepRecord extends FoundDeals {
  source: string;
  caughtUp: number;
}
