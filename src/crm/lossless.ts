import { isLosslessNumber, parse } from 'lossless-json';
import { digitsOf } from '../orders/digits';

/** Reads JSON with every number kept digit for digit; undefined when it is none. */
export function readJson(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

/** Text without the spaces around it, or a number of any length in digits; undefined for anything else and for nothing. */
export function textOf(value: unknown): string | undefined {
  if (isLosslessNumber(value)) return digitsOf(value.value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
