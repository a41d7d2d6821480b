/** What can go wrong with a call of the CRM's API. */
export const FAULT_KINDS = [
  'server-error',
  'rate-limit',
  'unauthorised',
  'hang',
  'cut',
  'broken-json',
  'latency',
] as const;

export interface Fault {
  kind: (typeof FAULT_KINDS)[number];
  /** How many calls it is for; null until it is cleared. */
  times: number | null;
  /** Only calls whose path holds this. */
  path?: string;
  /** Of a rate limit. */
  retryAfterSeconds: number;
  /** Of a latency: how long a call waits for its answer, in ms. */
  ms: number;
}

/** Faults switched on, oldest first; each call has the first that fits. */
export class Faults {
  private faults: Fault[] = [];

  add(fault: Fault): void {
    this.faults.push(fault);
  }

  clear(): void {
    this.faults = [];
  }

  take(path: string): Fault | undefined {
    const fault = this.faults.find((one) => path.includes(one.path ?? ''));
    if (fault === undefined) return undefined;
    if (fault.times !== null && --fault.times === 0) this.faults = this.faults.filter((one) => one !== fault);
    return fault;
  }
}
