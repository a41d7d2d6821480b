import { printable } from './printable';
import { Undecodable } from './undecodable';
import { findUnprintable } from './visible-text';
import { isRecord } from './json-values';

/**
 * What the workflow needs to be sure of before it reads a request that was typed by hand in the Temporal UI:
 * the types of the fields it touches, and that nothing is looked up with a character that is none of a text. The full check is in request-schema.ts, which the workflow bundle must not
 * contain; the first activity makes it.
 *
 * @returns what is wrong, in words, or undefined when the shape is right
 */
export function wrongShape(input: unknown): string | undefined {
  if (input instanceof Undecodable) return input.problem;
  if (!isRecord(input)) return 'expected one JSON object, the purchase request';
  const { requestId, license, plan, services } = input;
  if (typeof requestId !== 'string' || requestId === '') return 'requestId: expected text';
  if (!isRecord(license) || (license.kind !== 'existing' && license.kind !== 'new')) {
    return 'license: expected an object with kind "existing" or "new"';
  }
  if (license.kind === 'existing' && typeof license.serialNumber !== 'string') {
    return 'license.serialNumber: expected text';
  }
  if (typeof plan !== 'string') return 'plan: expected the name or id of a plan, as text';
  if (services !== undefined && !Array.isArray(services)) return 'services: expected a list';
  const hidden = findUnprintable(input);
  if (hidden === undefined) return undefined;
  const field = printable(hidden.path.join('.'));
  return `${field}: expected text in one line and without control and format characters; came ${hidden.character}`;
}
