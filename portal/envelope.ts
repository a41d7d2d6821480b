import { isLosslessNumber, parse } from 'lossless-json';
import { digitsOf, isTooDeep } from '../validation/json-text';
import type { Evidence } from '../domain/outcome';
import { visibleText } from '../domain/visible-text';
import { cleaned } from './cleaning';
import type { Answer } from './transport';

/** The vendor's order numbers have 21 characters. */
const MAX_TEXT = 200;

/** The vendor's envelope (vendor page "Response Results"), with every number kept digit for digit as text. */
export interface Envelope {
  code: string;
  detailMessage: string;
  requestId: string;
  result: unknown;
  /** Described as the HTTP status of the request; absent when it is not there. */
  status?: number;
}

/** Reads an envelope; undefined when the body is none: HTML, broken JSON, another shape. */
export function readEnvelope(body: string): Envelope | undefined {
  if (isTooDeep(body)) return undefined;
  let value: unknown;
  try {
    value = parse(body);
  } catch {
    return undefined;
  }
  const code = isRecord(value) ? textOf(value.code) : undefined;
  if (!isRecord(value) || code === undefined) return undefined;
  const status = Number(textOf(value.status));
  return {
    code,
    detailMessage: textOf(value.detailMessage) ?? '',
    requestId: textOf(value.requestId) ?? '',
    result: value.result,
    ...(Number.isInteger(status) && status > 0 && { status }),
  };
}

/** Success is HTTP 2xx and the code "success" and, where there is one, a status of 2xx: a failure may come in a 200. */
export function isSuccess(httpStatus: number, envelope: Envelope): boolean {
  return is2xx(httpStatus) && envelope.code.toLowerCase() === 'success' && is2xx(envelope.status ?? 200);
}

/** The status that counts: of the transport where it failed, of the envelope where the failure came inside a 200. */
export function effectiveStatus(httpStatus: number, envelope: Envelope | undefined): number {
  if (!is2xx(httpStatus) || envelope === undefined) return httpStatus;
  const { status, code } = envelope;
  if (status !== undefined && !is2xx(status)) return status;
  // The vendor's error names are not documented: a code may be a status in figures.
  return /^[1-5]\d\d$/.test(code) ? Number(code) : (status ?? httpStatus);
}

export function is2xx(status: number): boolean {
  return status >= 200 && status < 300;
}

/**
 * What may be kept of an answer, for the person who has to judge it.
 *
 * @param secrets texts that must not stand in it
 */
export function evidenceOf(
  answer: Answer,
  envelope: Envelope | undefined,
  secrets: readonly string[],
): Evidence {
  const { code = '', detailMessage = '', requestId = '' } = envelope ?? {};
  const [vendorCode, vendorMessage, vendorRequestId] = [code, detailMessage, requestId].map((text) =>
    cleaned(text, secrets),
  );
  return {
    httpStatus: answer.httpStatus,
    ...(vendorCode && { vendorCode }),
    ...(vendorMessage && { vendorMessage }),
    ...(vendorRequestId && { vendorRequestId }),
  };
}

/** `code: message` of a failure, as an addition to a sentence; nothing when the vendor said nothing. */
export function saidBy({ vendorCode, vendorMessage }: Evidence): string {
  const said = [vendorCode, vendorMessage].filter((text) => text !== undefined && text !== '');
  return said.length === 0 ? '' : `: ${said.join(': ')}`;
}

/** Text as people see it, or a number of any length in digits; undefined for anything else, and where nothing is seen. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return visibleText(value) || undefined;
  if (isLosslessNumber(value)) return digitsOf(value.value);
  return undefined;
}

/** Numbers and names are kept as they are: what no number or name looks like is none. */
export function shortTextOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && text.length <= MAX_TEXT && !/\p{C}/u.test(text) ? text : undefined;
}

/** The text under the most trusted key that has one. @param keys in the order of trust */
export function firstShortText(
  entry: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): string | undefined {
  return keys.map((key) => shortTextOf(entry[key])).find((text) => text !== undefined);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}
