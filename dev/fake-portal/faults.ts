import { faultFrom, type Fault } from './fault-input';
import type { Endpoint } from './endpoints';

/** What faults may be matched by. */
export interface CallSubject {
  poNumber?: string | undefined;
  productNo?: string | undefined;
}

/** The faults that are switched on, in the order in which they were. */
export class Faults {
  private list: Fault[] = [];

  /** @returns what is wrong with the fault; undefined when it was added */
  add(input: Record<string, unknown>): string | undefined {
    const fault = faultFrom(input);
    if (typeof fault === 'string') return fault;
    this.list.push(fault);
    return undefined;
  }

  clear(): void {
    this.list = [];
  }

  all(): readonly Fault[] {
    return this.list;
  }

  /**
   * The faults that strike a call, each used up by one.
   *
   * @param subject asked for only when a fault wants to know
   */
  take(endpoint: Endpoint, subject: () => CallSubject): Fault[] {
    if (this.list.length === 0) return [];
    const striking = this.list.filter((fault) => strikes(fault, endpoint, subject));
    for (const fault of striking) if (fault.times !== null) fault.times -= 1;
    this.list = this.list.filter((fault) => fault.times !== 0);
    return striking;
  }
}

function strikes(fault: Fault, endpoint: Endpoint, subject: () => CallSubject): boolean {
  if (fault.endpoint !== 'any' && fault.endpoint !== endpoint) return false;
  if (fault.match === undefined) return true;
  const { poNumber, productNo } = subject();
  return (
    (fault.match.poNumber ?? poNumber) === poNumber && (fault.match.productNo ?? productNo) === productNo
  );
}
