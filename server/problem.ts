import { present } from '../domain/optional';

/** Every problem that the API answers with: its HTTP status and its title. docs/errors.md explains them one by one. */
export const PROBLEMS = {
  MalformedHttp: [400, 'The HTTP request is malformed'],
  Unauthorised: [401, 'A bearer token is needed'],
  NotAuthentic: [401, 'The message is not authentic'],
  HostNotAllowed: [403, 'Without tokens, only this machine may call'],
  UnknownPath: [404, 'There is nothing under this path'],
  UnknownPurchase: [404, 'No such purchase is known'],
  UnknownSource: [404, 'No such source of deals is known'],
  MethodNotAllowed: [405, 'This path has other methods'],
  RequestTooSlow: [408, 'The HTTP request came too slowly'],
  RequestConflict: [409, 'The request id belongs to another purchase'],
  NothingWaits: [409, 'Nothing waits for that decision'],
  DecisionRefused: [409, 'The decision is refused'],
  BodyTooLarge: [413, 'The body is larger than 1 MB'],
  NotJson: [415, 'The body has to be application/json'],
  BodyEncoded: [415, 'The body has to come as it is, without a content encoding'],
  InvalidRequest: [422, 'The request cannot be bought as it stands'],
  ServiceNeedsPlan: [422, 'A service is sold with another plan only'],
  DecisionInvalid: [422, 'That is no decision'],
  InvalidQuery: [422, 'The query cannot be answered'],
  MessageUnreadable: [422, 'Nothing in the message can be read'],
  TooManyRefused: [429, 'Too many wrong tokens or signatures come at the same time'],
  HeadersTooLarge: [431, 'The headers are larger than 16 kB'],
  UnexpectedFailure: [500, 'A bug: the log has more'],
  TemporalUnreachable: [503, 'Temporal cannot be reached'],
  LedgerUnavailable: [503, 'The ledger cannot be used'],
  NoWorker: [503, 'The run does not answer'],
  NotReady: [503, 'Something that the server stands on is away'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** A refusal or failure as the caller is told: an RFC 9457 problem document. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly code: ProblemCode,
    /** What was expected, what came, what to do; absent where nothing is told. No secret. */
    readonly detail?: string,
    /** Members of the document beside the standard ones. */
    readonly more: Readonly<Record<string, unknown>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail ?? PROBLEMS[code][1]);
  }

  get status(): number {
    return PROBLEMS[this.code][0];
  }

  /** @param requestId of the HTTP request, as in the header x-request-id */
  document(requestId: string): Record<string, unknown> {
    const [status, title] = PROBLEMS[this.code];
    return {
      type: `urn:wonce:problem:${this.code}`,
      title,
      status,
      ...present({ detail: this.detail }),
      // Not `requestId`: that is a purchase's, everywhere.
      instance: `urn:uuid:${requestId}`,
      code: this.code,
      ...this.more,
    };
  }
}

/** Seconds after which a caller may try again what is away. */
export const RETRY_AFTER = { 'retry-after': '5' };

/** What Fastify and Node object to, by their codes. */
const OF_HTTP: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BodyTooLarge',
  ERR_HTTP_REQUEST_TIMEOUT: 'RequestTooSlow',
  HPE_HEADER_OVERFLOW: 'HeadersTooLarge',
};

/** Any error as a problem. What is not known is UnexpectedFailure, of which the caller is told nothing. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { code = '', message, statusCode } = error as Error & { code?: string; statusCode?: number };
  const ofHttp = OF_HTTP[code];
  if (ofHttp !== undefined) return new Problem(ofHttp);
  if (code === 'WrongUse') return new Problem('InvalidQuery', message);
  if (isProblemCode(code)) return ofRoom(code, error as Error);
  const isOfHttp = statusCode !== undefined && statusCode >= 400 && statusCode < 500;
  return isOfHttp ? new Problem('MalformedHttp', message) : new Problem('UnexpectedFailure');
}

/** An error of client/, orders/ or ledger/: its code is known here, and its message made for people. */
function ofRoom(code: ProblemCode, error: Error): Problem {
  const { problems } = (error as { details?: { problems?: unknown } }).details ?? {};
  const headers = PROBLEMS[code][0] === 503 ? RETRY_AFTER : {};
  return new Problem(code, error.message, problems === undefined ? {} : { problems }, headers);
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}
