/** The vendor's endpoints, as faults and the log of calls name them. */
export const ENDPOINTS = [
  'token',
  'partners',
  'billing-contacts',
  'products',
  'plans',
  'plan-info',
  'auto-renewal',
  'activation-code',
  'orders',
  'order-list',
  'order-details',
] as const;

export type Endpoint = (typeof ENDPOINTS)[number];

/** A call of the vendor's API. Nothing of its headers, parameters and body is kept: secrets are among them. */
export interface LoggedRequest {
  method: string;
  /** Without parameters. */
  path: string;
  endpoint: Endpoint | 'unknown';
  /** When it came, in ms since 1970. */
  at: number;
  /** Kinds of its faults. */
  faults: string[];
}

/** How many calls are kept at most; the counters go on. */
const KEPT = 10_000;

/** The calls that came, oldest first, and how many there were in all. */
export class RequestLog {
  private list: LoggedRequest[] = [];
  private total = 0;
  private faulted = 0;
  private readonly byEndpoint = new Map<string, number>();

  add(request: LoggedRequest): void {
    this.list.push(request);
    // Half at once, so that a full log does not move itself with every call.
    if (this.list.length > KEPT) this.list = this.list.slice(KEPT / 2);
    this.total += 1;
    if (request.faults.length > 0) this.faulted += 1;
    this.byEndpoint.set(request.endpoint, (this.byEndpoint.get(request.endpoint) ?? 0) + 1);
  }

  show(): object {
    const count = (endpoint: string) => [endpoint, this.byEndpoint.get(endpoint) ?? 0];
    const byEndpoint = Object.fromEntries([...ENDPOINTS, 'unknown'].map(count)) as Record<string, number>;
    return { requests: this.list, counters: { total: this.total, faulted: this.faulted, byEndpoint } };
  }
}
