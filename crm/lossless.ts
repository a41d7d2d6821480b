import { isLosslessNumber, LosslessNumber, parse } from 'lossless-json';
import type { Facts, LineItem } from '../domain/deal';
import { isRecord } from '../domain/json-values';
import { present } from '../domain/optional';
import { digitsOf, isTooDeep, readJsonText, type JsonTextError } from '../validation/json-text';
import { visibleText } from '../domain/visible-text';
import { MessageRefused } from './deal-receiver';

/** Reads the JSON of an answer (axios has taken a byte order mark away) with every number kept digit for digit; undefined when it is none. */
export function readJson(text: string): unknown {
  if (isTooDeep(text)) return undefined;
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads the JSON of a message, once it is known to be authentic, with every number kept digit for digit.
 *
 * @returns undefined when it is none
 * @throws MessageRefused MessageUnreadable when a key stands twice in one object: which of them is meant nobody knows
 */
export function readMessageJson(body: Buffer): unknown {
  try {
    return readJsonText(body.toString('utf8'), (digits) => new LosslessNumber(digits));
  } catch (error) {
    const { repeatedKey } = error as JsonTextError;
    if (repeatedKey === undefined) return undefined;
    const key = nameInLog(repeatedKey);
    throw new MessageRefused(
      'MessageUnreadable',
      `The message cannot be read: expected each key once in an object; came "${key}" twice.`,
    );
  }
}

/** A name that came in a message: it must not forge a line of the log. */
export function nameInLog(name: string): string {
  return name.replace(/[^\w.-]/g, '?').slice(0, 60);
}

/** An object of JSON: a number that was read without loss is one to JavaScript alone. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && !isLosslessNumber(value);
}

/** Text as people see it, or a number of any length in digits; undefined for anything else and for nothing. */
export function textOf(value: unknown): string | undefined {
  if (isLosslessNumber(value)) return digitsOf(value.value);
  return typeof value === 'string' ? visibleText(value) || undefined : undefined;
}

/** What a field holds, as text: true and false too. */
export function factOf(value: unknown): string | undefined {
  return typeof value === 'boolean' ? String(value) : textOf(value);
}

/** The id of a record in HubSpot and Pipedrive: digits, beyond 2^53 too. */
export function digitIdOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && /^\d{1,60}$/.test(text) ? text : undefined;
}

/** Those of the named fields that hold something. */
export function factsBy(names: readonly string[], factIn: (name: string) => string | undefined): Facts {
  return Object.fromEntries(
    names.flatMap((name) => {
      const fact = factIn(name);
      return fact === undefined ? [] : [[name, fact]];
    }),
  );
}

/** A line item with what is known of it. */
export function lineItemWith(sku?: string, name?: string, quantity?: string): LineItem {
  return present({ sku, name, quantity });
}
