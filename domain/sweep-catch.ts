/** What a sweep of a source came to. */
export interface SweepCatch {
  /** The source's name in deals.yaml. */
  source: string;
  /** Deals that were won since the sweep before, with its overlap. */
  found: number;
  /** Those of them that no message had told of. */
  caughtUp: number;
}

/** Is told of each sweep once it is written down. */
export type SweepObserver = (swept: SweepCatch) => void;
