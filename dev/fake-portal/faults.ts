import { faultFrom, type Fault } from './fault-input';
import type { Endpoint } from './request-log';

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
   * The faults of a call, each used up by one.
   *
   * @param subject asked for only when a fault wants to know
   */
  take(endpoint: Endpoint, subject: () => CallSubject): Fault[] {
    if (this.list.length === 0) return [];
    const found = this.list.filter((fault) => isOf(fault, endpoint, subject));
    for (const fault of found) if (fault.times !== null) fault.times -= 1;
    this.list = this.list.filter((fault) => fault.times !== 0);
    return found;
  }
}

function isOf(fault: Fault, endpoint: Endpoint, subject: () => CallSubject): boolean {
  if (fault.endpoint !== 'any' && fault.endpoint !== endpoint) return false;
  if (fault.match === undefined) return true;
  const { poNumber, productNo } = subject();
  return (
    (fault.match.poNumber ?? poNumber) === poNumber && (fault.match.productNo ?? productNo) === productNo
  );
}
