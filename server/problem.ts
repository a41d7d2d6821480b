import { ERRORS, type ErrorCode } from '../domain/error-catalogue';
import { present } from '../domain/optional';

/** The codes that the API answers with. */
export type ProblemCode = {
  [Code in ErrorCode]: (typeof ERRORS)[Code] extends { http: unknown } ? Code : never;
}[ErrorCode];

/** All of them, for the contract. */
export const PROBLEM_CODES = (Object.keys(ERRORS) as ErrorCode[]).filter(isProblemCode);

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
    super(detail ?? ERRORS[code].http[1]);
  }

  get status(): number {
    return ERRORS[this.code].http[0];
  }

  /** @param requestId of the HTTP request, as in the header x-request-id */
  document(requestId: string): Record<string, unknown> {
    const [status, title] = ERRORS[this.code].http;
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

/** An error of client/, domain/ or ledger/: its code is known here, and its message made for people. */
function ofRoom(code: ProblemCode, error: Error): Problem {
  const { problems } = (error as { details?: { problems?: unknown } }).details ?? {};
  const headers = ERRORS[code].http[0] === 503 ? RETRY_AFTER : {};
  return new Problem(code, error.message, problems === undefined ? {} : { problems }, headers);
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(ERRORS, code) && 'http' in ERRORS[code as ErrorCode];
}
