import { isLosslessNumber, parse } from 'lossless-json';
import type { Evidence } from '../orders/outcome';
import type { Answer } from './transport';

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
  let value: unknown;
  try {
    value = parse(body);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || typeof value.code !== 'string') return undefined;
  const status = Number(textOf(value.status));
  return {
    code: value.code,
    detailMessage: textOf(value.detailMessage) ?? '',
    requestId: textOf(value.requestId) ?? '',
    result: value.result,
    ...(Number.isInteger(status) && status > 0 && { status }),
  };
}

/** Success is HTTP 2xx and the code "success" and, where there is one, a status of 2xx: a failure may come in a 200. */
export function isSuccess(httpStatus: number, envelope: Envelope): boolean {
  const inside = envelope.status ?? 200;
  return is2xx(httpStatus) && envelope.code === 'success' && is2xx(inside);
}

/** The status that counts: of the transport where it failed, of the envelope where the failure came inside a 200. */
export function effectiveStatus(httpStatus: number, envelope: Envelope | undefined): number {
  if (!is2xx(httpStatus)) return httpStatus;
  return envelope?.status ?? httpStatus;
}

export function is2xx(status: number): boolean {
  return status >= 200 && status < 300;
}

/** What may be kept of an answer, for the person who has to judge it. */
export function evidenceOf(
  answer: Answer,
  envelope: Envelope | undefined,
  clean: (text: string) => string,
): Evidence {
  return {
    httpStatus: answer.httpStatus,
    ...(envelope && { vendorCode: clean(envelope.code), vendorMessage: clean(envelope.detailMessage) }),
    ...(envelope?.requestId && { vendorRequestId: clean(envelope.requestId) }),
  };
}

/** Text or a number of any length as text; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim();
  if (isLosslessNumber(value)) return value.value;
  return undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}
