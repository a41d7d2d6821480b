import type { Payload } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { textOf } from '../body';
import { Problem } from '../problem';

const { Payload: PayloadMessage, Payloads } = temporal.api.common.v1;

/**
 * The payloads of a call, which are bytes in base64: `{"payloads":[{"metadata":{"encoding":"…"},"data":"…"}]}`.
 *
 * @throws Problem PayloadsInvalid
 */
export function payloadsIn(body: unknown): Payload[] {
  const given = jsonIn(textOf(body, 'PayloadsInvalid'));
  const payloads = isRecord(given) ? given.payloads : undefined;
  if (!Array.isArray(payloads) || !payloads.every(isPayload)) throw invalid();
  return Payloads.fromObject({ payloads }).payloads;
}

/** The same for an answer. */
export function payloadsInJson(payloads: Payload[]): unknown {
  const json = (payload: Payload) =>
    PayloadMessage.toObject(PayloadMessage.fromObject(payload), { bytes: String }) as object;
  return { payloads: payloads.map(json) };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid();
  }
}

function isPayload(given: unknown): boolean {
  if (!isRecord(given)) return false;
  const { metadata = {}, data = '' } = given;
  return isRecord(metadata) && [data, ...Object.values(metadata)].every(isBase64);
}

function isBase64(text: unknown): boolean {
  return typeof text === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0;
}

function isRecord(given: unknown): given is Record<string, unknown> {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}

function invalid(): Problem {
  return new Problem(
    'PayloadsInvalid',
    'Expected {"payloads":[{"metadata":{"encoding":"…"},"data":"…"}]}, with metadata and data in base64.',
  );
}
