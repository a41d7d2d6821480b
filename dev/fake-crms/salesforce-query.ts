import { LosslessNumber } from 'lossless-json';
import type { CrmRecord, Records } from './records';
import { refusal, type Condition, type Query } from './salesforce-soql';
import { NEW, SOBJECTS, STAGES } from './salesforce-objects';

export const DATA_PATH = '/services/data/v60.0';

/** A row as an answer shows it, and the queries inside it with all their rows. */
export type Row = CrmRecord;

/** Answers one query; the rows of a list, however many, are given to `page`, which makes an answer of them. */
export class Answering {
  private readonly recordsOf = new Map<string, CrmRecord[]>();
  private readonly fieldsOf = new Map<string, Map<string, string>>();

  constructor(
    private readonly records: Records,
    private readonly page: (rows: Row[]) => CrmRecord,
  ) {}

  /** @throws Refused */
  answer(query: Query): CrmRecord {
    const from = Object.keys(SOBJECTS).find((name) => name.toLowerCase() === query.from.toLowerCase());
    if (from === undefined) {
      throw refusal('INVALID_TYPE', `sObject type '${query.from}' is not supported.`);
    }
    return this.page(this.rows(query, from, this.all(from)));
  }

  private rows(query: Query, sObject: string, records: readonly CrmRecord[]): Row[] {
    checkColumns(query);
    const wanted = records.filter((record) =>
      query.where.every((condition) => this.holds(condition, sObject, record)),
    );
    // Checked even where there is no record.
    for (const { name } of [...query.where, ...query.orderBy]) this.value(name, sObject, {});
    const sorted = [...wanted].sort((one, other) => this.order(query, sObject, one, other));
    query.columns.forEach((column) => this.add({}, column, sObject, {}));
    return sorted.slice(0, query.limit).map((record) => {
      const url = `${DATA_PATH}/sobjects/${sObject}/${String(record.Id)}`;
      const row: Row = { attributes: { type: sObject, url } };
      query.columns.forEach((column) => this.add(row, column, sObject, record));
      return row;
    });
  }

  private add(row: Row, column: string | Query, sObject: string, record: CrmRecord): void {
    if (typeof column !== 'string') {
      const [relation, kind, by] = relationOf('children', sObject, column.from);
      const children = this.all(kind).filter((child) => isSame(child[by], record.Id));
      const rows = this.rows(column, kind, children);
      row[relation] = rows.length === 0 ? null : this.page(rows);
      return;
    }
    const [first = '', ...rest] = column.split('.');
    if (rest.length === 0) {
      const name = this.fieldOf(first, sObject);
      row[name] = shown(record[name] ?? null);
      return;
    }
    const [relation, kind, by] = relationOf('parents', sObject, first);
    const parent = this.all(kind).find(({ Id }) => isSame(Id, record[by]));
    const inner = (row[relation] ?? { attributes: { type: kind } }) as Row;
    this.add(inner, rest.join('.'), kind, parent ?? {});
    row[relation] = parent === undefined ? null : inner;
  }

  private value(path: string, sObject: string, record: CrmRecord): unknown {
    const [first = '', ...rest] = path.split('.');
    if (rest.length === 0) return record[this.fieldOf(first, sObject)] ?? null;
    const [, kind, by] = relationOf('parents', sObject, first);
    return this.value(rest.join('.'), kind, this.all(kind).find(({ Id }) => isSame(Id, record[by])) ?? {});
  }

  private holds({ name, operator, value }: Condition, sObject: string, record: CrmRecord): boolean {
    const own = this.value(name, sObject, record);
    if (/(^|\.)(Id|\w+Id)$/.test(name) && typeof value === 'string') {
      if (!/^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/.test(value)) {
        throw refusal('INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${value}`);
      }
      return isSame(own, value) === (operator === '=');
    }
    if (operator === '=') return compare(own, value) === 0;
    if (operator === '!=') return compare(own, value) !== 0;
    if (own === null || value === null) return false;
    const order = compare(own, value);
    return (operator.startsWith('<') && order < 0) || (operator.startsWith('>') && order > 0)
      ? true
      : operator.endsWith('=') && order === 0;
  }

  private order(query: Query, sObject: string, one: CrmRecord, other: CrmRecord): number {
    for (const { name, isDescending } of query.orderBy) {
      const order = compare(this.value(name, sObject, one), this.value(name, sObject, other));
      if (order !== 0) return isDescending ? -order : order;
    }
    return 0;
  }

  private put(sObject: string): CrmRecord[] {
    return this.records
      .all(sObject)
      .map(({ id, record }) => ({ ...NEW[sObject], IsDeleted: false, ...record, Id: id }));
  }

  /** What there is without having been put: the usual stages, and the first entry of each opportunity's history. */
  private given(sObject: string): CrmRecord[] {
    if (sObject === 'OpportunityStage') return STAGES.map((stage) => ({ ...stage, IsDeleted: false }));
    if (sObject !== 'OpportunityHistory') return [];
    const told = this.put(sObject);
    return this.put('Opportunity')
      .filter(({ Id }) => !told.some(({ OpportunityId }) => isSame(OpportunityId, Id)))
      .map(({ Id, StageName, LastModifiedDate }) => ({
        ...{ Id: `008${String(Id).slice(3)}`, OpportunityId: Id, IsDeleted: false },
        ...{ StageName, CreatedDate: LastModifiedDate },
      }));
  }

  private fieldOf(name: string, sObject: string): string {
    const fields = this.fieldsOf.get(sObject) ?? this.knownFields(sObject);
    this.fieldsOf.set(sObject, fields);
    const field = fields.get(name.toLowerCase());
    if (field !== undefined) return field;
    throw refusal(
      'INVALID_FIELD',
      `\n${name}\n^\nERROR at Row:1:Column:1\nNo such column '${name}' on entity '${sObject}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name.`,
    );
  }

  private knownFields(sObject: string): Map<string, string> {
    const declared = this.records.get('sobjects', sObject)?.fields;
    const put = this.records.all(sObject).flatMap(({ record }) => Object.keys(record));
    const known = [
      ...SOBJECTS[sObject]!.fields,
      ...(Array.isArray(declared) ? (declared as unknown[]) : []),
      ...put,
    ];
    return new Map(known.map((field) => [String(field).toLowerCase(), String(field)]));
  }

  /** Those that are not in the recycle bin. */
  private all(sObject: string): CrmRecord[] {
    const records =
      this.recordsOf.get(sObject) ??
      [...this.put(sObject), ...this.given(sObject)].filter(({ IsDeleted }) => IsDeleted === false);
    this.recordsOf.set(sObject, records);
    return records;
  }
}

function checkColumns({ columns }: Query): void {
  const names = columns.map((column) => (typeof column === 'string' ? column : column.from).toLowerCase());
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw refusal('MALFORMED_QUERY', `duplicate field selected: ${twice}`);
}

function relationOf(
  direction: 'parents' | 'children',
  sObject: string,
  name: string,
): [relation: string, kind: string, by: string] {
  const relations = Object.entries(SOBJECTS[sObject]![direction]);
  const found = relations.find(([relation]) => relation.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return [found[0], ...found[1]] as [string, string, string];
  throw direction === 'parents'
    ? refusal('INVALID_FIELD', `Didn't understand relationship '${name}' in field path.`)
    : refusal('INVALID_TYPE', `Didn't understand relationship '${name}' in FROM part of query call.`);
}

/** Ids of 15 and 18 characters. */
function isSame(one: unknown, other: unknown): boolean {
  return typeof one === 'string' && typeof other === 'string' && one.slice(0, 15) === other.slice(0, 15);
}

function compare(one: unknown, other: unknown): number {
  const [left, right] = [one, other].map(comparable);
  if (left === right) return 0;
  if (left === null || left === undefined) return -1;
  if (right === null || right === undefined) return 1;
  return left < right ? -1 : 1;
}

function comparable(value: unknown): string | number | boolean | null {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'string') return null;
  return /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : value;
}

/** Numbers are doubles, written with a decimal place, `100.0`, and from eight digits on with an exponent: `1.2345678E7`. */
function shown(value: unknown): unknown {
  if (typeof value !== 'number') return value;
  if (Math.abs(value) < 1e7)
    return new LosslessNumber(Number.isInteger(value) ? value.toFixed(1) : String(value));
  const [mantissa = '', exponent = ''] = value.toExponential().split('e+');
  return new LosslessNumber(`${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent}`);
}
