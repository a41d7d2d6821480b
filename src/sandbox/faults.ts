/** The vendor's endpoints, as faults name them. */
export const ENDPOINTS = [
  'token',
  'partners',
  'billing-contacts',
  'products',
  'plans',
  'activation-code',
  'orders',
  'order-list',
  'order-details',
] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** Kinds of faults, and the settings of each. */
const KINDS: Record<string, readonly string[]> = {
  latency: ['ms'],
  refuse: ['httpStatus', 'code', 'detailMessage'],
  'rate-limit': ['retryAfterSeconds'],
  'server-error': ['httpStatus', 'when'],
  hang: ['when'],
  cut: ['when'],
  'broken-json': ['when'],
  html: ['when'],
  'order-status': ['status'],
};

export interface Fault {
  endpoint: Endpoint | 'any';
  kind: string;
  /** How many calls it strikes; null until it is cleared. */
  times: number | null;
  /** Only orders with this purchase order number. */
  match?: { poNumber?: string };
  /** Before the call does its work, or after: an order is then taken all the same. */
  when: 'before' | 'after';
  ms: number;
  httpStatus: number;
  code: string;
  detailMessage: string;
  retryAfterSeconds: number;
  status: string;
}

const DEFAULTS = {
  times: 1 as number | null,
  when: 'before' as const,
  ms: 1_000,
  httpStatus: 500,
  code: 'system_error',
  detailMessage: 'A fault of the stand-in.',
  retryAfterSeconds: 1,
  status: 'pending',
};

/** The faults that are switched on, in the order in which they were. */
export class Faults {
  private list: Fault[] = [];

  /** @returns what is wrong with the fault, or undefined when it was added */
  add(input: Record<string, unknown>): string | undefined {
    const { endpoint, kind } = input;
    const endpoints: readonly unknown[] = [...ENDPOINTS, 'any'];
    if (!endpoints.includes(endpoint)) return `endpoint: expected one of ${endpoints.join(', ')}`;
    const settings = KINDS[String(kind)];
    if (settings === undefined) return `kind: expected one of ${Object.keys(KINDS).join(', ')}`;
    const known = ['endpoint', 'kind', 'times', 'match', ...settings];
    const strange = Object.keys(input).find((key) => !known.includes(key));
    if (strange !== undefined)
      return `${strange}: not a setting of ${String(kind)}; expected ${known.join(', ')}`;
    this.list.push({ ...DEFAULTS, ...input } as Fault);
    return undefined;
  }

  clear(): void {
    this.list = [];
  }

  /** The faults that strike a call, each used up by one. */
  take(endpoint: Endpoint, body: string): Fault[] {
    const striking = this.list.filter((fault) => strikes(fault, endpoint, body));
    for (const fault of striking) if (fault.times !== null) fault.times--;
    this.list = this.list.filter((fault) => fault.times !== 0);
    return striking;
  }
}

function strikes(fault: Fault, endpoint: Endpoint, body: string): boolean {
  if (fault.endpoint !== 'any' && fault.endpoint !== endpoint) return false;
  const poNumber = fault.match?.poNumber;
  return poNumber === undefined || body.includes(`"poNumber":${JSON.stringify(poNumber)}`);
}
