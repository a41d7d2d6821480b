import type { Facts } from '../../domain/deal';
import type { ErrorCode } from '../../domain/error-catalogue';
import { listAtMostTen } from '../../domain/names';
import type { NamedFields } from '../license-rules';
import { factOf, factsBy, isJsonObject, textOf } from '../lossless';
import { agreed, type WonIn } from '../won-run';
import type { Row } from './api';

const FIELD_NAME = /^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)?$/;

/** The rules name a field that Salesforce can have none of: it would become part of a query. */
export class FieldNameWrong extends Error {
  override readonly name = 'FieldNameWrong';
  readonly code = 'FieldNameWrong' satisfies ErrorCode;
}

/** @throws FieldNameWrong */
export function checkFieldNames({ deal, company }: NamedFields): void {
  const wrong = [...deal, ...company].filter((name) => !FIELD_NAME.test(name));
  if (wrong.length === 0) return;
  throw new FieldNameWrong(
    `No field names of Salesforce: ${listAtMostTen(wrong.map((name) => JSON.stringify(name)))}. ` +
      'Expected the API name, such as Serial_Number__c, or one of a related record, such as Owner.Email.',
  );
}

/** The named fields that hold text, a number or a truth value; an address has parts, and they have names of their own. */
export function factsOf(row: unknown, names: readonly string[]): Facts {
  return factsBy(names, (name) => factOf(valueOf(row, name)));
}

/** A query takes names in any case, and the answer has the field's own. */
export function valueOf(row: unknown, path: string): unknown {
  return path.split('.').reduce((value: unknown, name) => {
    if (!isJsonObject(value)) return undefined;
    const key = Object.keys(value).find((one) => one.toLowerCase() === name.toLowerCase());
    return key === undefined ? undefined : value[key];
  }, row);
}

/** Those that are not in use any more, too. */
export const STAGES = 'SELECT ApiName, MasterLabel, IsWon, LastModifiedDate FROM OpportunityStage';

/** By the rows of `STAGES`: a stage goes by its API name, or by its label. */
export function wonInOneOf(rows: readonly Row[]): WonIn {
  return (stage, leftAt) => {
    const by = (name: string) => rows.filter((row) => textOf(row[name]) === stage);
    const named = by('ApiName');
    const verdicts = (named.length > 0 ? named : by('MasterLabel')).map(({ IsWon, LastModifiedDate }) =>
      typeof IsWon !== 'boolean' || Date.parse(textOf(LastModifiedDate) ?? '') > leftAt ? undefined : IsWon,
    );
    return agreed(verdicts);
  };
}
