import { ENDPOINTS, type Endpoint } from './request-log';
import { oneOf, problemIn, TEXT, wholeNumber, type Expectation } from './expectation';
import { MILLISECONDS } from './settings';

/** Kinds of faults, and the settings of each. */
const KINDS = {
  latency: ['ms'],
  refuse: ['httpStatus', 'code', 'detailMessage'],
  'rate-limit': ['retryAfterSeconds'],
  'server-error': ['httpStatus', 'when'],
  hang: ['when'],
  cut: ['when'],
  'broken-json': ['when'],
  html: ['httpStatus', 'when'],
  redirect: ['httpStatus', 'when'],
  'order-status': ['status'],
  'short-list': ['hide'],
  'endless-list': [],
  'moving-list': [],
  'row-twice': [],
  'no-list': [],
} as const;

export type FaultKind = keyof typeof KINDS;

export interface Fault {
  endpoint: Endpoint | 'any';
  kind: FaultKind;
  /** How many calls it is for; null until it is cleared. */
  times: number | null;
  /** Only calls for this purchase order number and this serial number. */
  match?: { poNumber?: string; productNo?: string };
  /** Before the call does its work, or after: an order is then taken all the same. */
  when: 'before' | 'after';
  ms: number;
  httpStatus: number;
  code: string;
  detailMessage: string;
  retryAfterSeconds: number;
  /** Of the order. */
  status: string;
  /** How many of the newest orders; null for all. */
  hide: number | null;
}

/** The status of a kind that has one of its own, and which it may be. */
const STATUSES: Partial<Record<FaultKind, { usual: number; allowed: Expectation }>> = {
  'server-error': { usual: 500, allowed: wholeNumber(500, 599) },
  html: { usual: 200, allowed: wholeNumber(200, 599) },
  redirect: { usual: 302, allowed: wholeNumber(300, 399) },
};

const DEFAULTS = {
  times: 1,
  when: 'before',
  ms: 1_000,
  httpStatus: 500,
  code: 'system_error',
  detailMessage: 'A fault of the fake portal.',
  retryAfterSeconds: 1,
  status: 'pending',
  hide: null,
};

const EXPECTATIONS: Record<keyof Omit<Fault, 'endpoint' | 'kind' | 'match'>, Expectation> = {
  times: {
    expected: 'a whole number of at least 1, or null until cleared',
    holds: (value) => value === null || wholeNumber(1).holds(value),
  },
  when: oneOf('before', 'after'),
  ms: MILLISECONDS,
  httpStatus: wholeNumber(200, 599),
  code: TEXT,
  detailMessage: TEXT,
  retryAfterSeconds: wholeNumber(0),
  status: TEXT,
  hide: {
    expected: 'a whole number of at least 1, or null for all',
    holds: (value) => value === null || wholeNumber(1).holds(value),
  },
};

const LISTS: readonly Endpoint[] = ['partners', 'billing-contacts', 'products', 'order-list'];

/** Kinds that change what an endpoint answers, and where they can. */
const ONLY_OF: Partial<Record<FaultKind, readonly Endpoint[]>> = {
  'order-status': ['orders'],
  'short-list': ['order-list'],
  'endless-list': ['order-list'],
  'moving-list': LISTS,
  'row-twice': LISTS,
  'no-list': LISTS,
};

/** A fault as it was asked for, or what is wrong with the asking. */
export function faultFrom(input: Record<string, unknown>): Fault | string {
  const problem = problemIn(
    { endpoint: undefined, kind: undefined, ...input },
    {
      endpoint: oneOf(...ENDPOINTS, 'any'),
      kind: oneOf(...Object.keys(KINDS)),
      times: EXPECTATIONS.times,
      match: MATCH,
      ...Object.fromEntries(settingsOf(input.kind).map((key) => [key, EXPECTATIONS[key]])),
    },
  );
  if (problem !== undefined) return problem;
  const usual = STATUSES[input.kind as FaultKind]?.usual ?? DEFAULTS.httpStatus;
  return contradictionIn(input) ?? ({ ...DEFAULTS, httpStatus: usual, ...input } as Fault);
}

const MATCH: Expectation = {
  expected: 'an object with poNumber, productNo or both, each text that is not empty',
  holds: (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length > 0 &&
    problemIn(value as Record<string, unknown>, { poNumber: TEXT, productNo: TEXT }) === undefined,
};

function settingsOf(kind: unknown): readonly (keyof typeof EXPECTATIONS)[] {
  return typeof kind === 'string' && Object.hasOwn(KINDS, kind) ? KINDS[kind as FaultKind] : [];
}

function contradictionIn({ kind, endpoint, httpStatus }: Record<string, unknown>): string | undefined {
  const only = ONLY_OF[kind as FaultKind];
  if (only !== undefined && !only.includes(endpoint as Endpoint)) {
    return `endpoint: ${String(kind)} is a fault of ${only.join(', ')} only`;
  }
  const allowed = STATUSES[kind as FaultKind]?.allowed;
  if (allowed !== undefined && httpStatus !== undefined && !allowed.holds(httpStatus)) {
    return `httpStatus: expected ${allowed.expected}`;
  }
  return undefined;
}
