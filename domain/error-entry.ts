/** What is to be said of an error, once: docs/errors.md, problem documents and failures of activities are made of it. */
export interface ErrorEntry {
  /** What happened, in Markdown. */
  happened: string;
  /** What to do, in Markdown. */
  todo: string;
  /**
   * To a step of a run that fails with it. `refusal`: business, final, and nothing is broken; `final`: the same step would
   * fail again; `retryable`: it is tried again. Absent where no step fails with it.
   */
  step?: 'refusal' | 'final' | 'retryable';
  /** What the HTTP server answers. */
  http?: readonly [status: number, title: string];
}
