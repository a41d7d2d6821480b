import type { Facts } from '../../domain/deal';
import { listAtMostTen } from '../../domain/names';
import { factOf, isRecord } from '../lossless';

const FIELD_NAME = /^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)?$/;

/** The rules name a field that Salesforce can have none of: it would become part of a query. */
export class FieldNameWrong extends Error {
  override readonly name = 'FieldNameWrong';
  readonly code = 'FieldNameWrong';
}

/** @throws FieldNameWrong */
export function checkFieldNames(names: readonly string[]): void {
  const wrong = names.filter((name) => !FIELD_NAME.test(name));
  if (wrong.length === 0) return;
  throw new FieldNameWrong(
    `No field names of Salesforce: ${listAtMostTen(wrong.map((name) => JSON.stringify(name)))}. ` +
      'Expected the API name, such as Serial_Number__c, or one of a related record, such as Owner.Email.',
  );
}

/** The named fields that hold text, a number or a truth value; an address has parts, and they have names of their own. */
export function factsOf(row: unknown, names: readonly string[]): Facts {
  return Object.fromEntries(
    names.flatMap((name) => {
      const fact = factOf(valueOf(row, name));
      return fact === undefined ? [] : [[name, fact]];
    }),
  );
}

/** A query takes names in any case, and the answer has the field's own. */
export function valueOf(row: unknown, path: string): unknown {
  return path.split('.').reduce((value: unknown, name) => {
    if (!isRecord(value)) return undefined;
    const key = Object.keys(value).find((one) => one.toLowerCase() === name.toLowerCase());
    return key === undefined ? undefined : value[key];
  }, row);
}
