import type pg from 'pg';

/** What of a database's tables a version of Wonce that was written before it goes by. */
export interface SchemaShape {
  /** By `table.column`. */
  columns: Map<string, Column>;
  /** What refuses rows: constraints, unique indexes and triggers, by `table: name`. */
  guards: Map<string, Guard>;
}

interface Column {
  table: string;
  type: string;
  isNullable: boolean;
  hasDefault: boolean;
}

interface Guard {
  table: string;
  definition: string;
  /** Of a unique index, the columns that it is over. */
  columns: string[];
}

const COLUMNS = `
  select table_name as "table", column_name as "column", data_type as type, is_nullable = 'YES' as nullable,
    column_default is not null as defaulted
  from information_schema.columns where table_schema = 'public'`;

const GUARDS = `
  select conrelid::regclass::text as "table", conname as name, pg_get_constraintdef(oid) as definition, '{}'::text[] as columns
  from pg_constraint where connamespace = 'public'::regnamespace and conrelid <> 0 and contype <> 'n'
  union all
  select indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid),
    array(select attname::text from pg_attribute where attrelid = indrelid and attnum = any (indkey::int2[]))
  from pg_index join pg_class on pg_class.oid = indexrelid where indisunique and relnamespace = 'public'::regnamespace
  union all
  select tgrelid::regclass::text, tgname::text, pg_get_triggerdef(oid), '{}'
  from pg_trigger where not tgisinternal`;

export async function shapeOf(database: pg.Client): Promise<SchemaShape> {
  const columns = await database.query<{
    table: string;
    column: string;
    type: string;
    nullable: boolean;
    defaulted: boolean;
  }>(COLUMNS);
  const guards = await database.query<Guard & { name: string }>(GUARDS);
  return {
    columns: new Map(
      columns.rows.map(({ table, column, type, nullable, defaulted }) => [
        `${table}.${column}`,
        { table, type, isNullable: nullable, hasDefault: defaulted },
      ]),
    ),
    guards: new Map(guards.rows.map(({ name, ...guard }) => [`${guard.table}: ${name}`, guard])),
  };
}

/** Why a version that works on the tables as they were would not work on them as they are. */
export function breaksBetween(before: SchemaShape, after: SchemaShape): string[] {
  const tables = new Set([...before.columns.values()].map(({ table }) => table));
  return [
    ...[...before.columns].flatMap(([name, column]) => changeOf(name, column, after.columns.get(name))),
    ...[...before.guards].flatMap(([name, { definition }]) =>
      after.guards.get(name)?.definition === definition ? [] : [`${name} is gone or another`],
    ),
    ...[...after.columns].flatMap(([name, { table, isNullable, hasDefault }]) => {
      const isWanted = tables.has(table) && !before.columns.has(name) && !isNullable && !hasDefault;
      return isWanted ? [`${name} is new, and has to be given`] : [];
    }),
    ...[...after.guards].flatMap(([name, { table, columns }]) => {
      // Over new columns alone it says nothing of what is written without them.
      const isOfNew =
        columns.length > 0 && columns.every((column) => !before.columns.has(`${table}.${column}`));
      return tables.has(table) && !before.guards.has(name) && !isOfNew
        ? [`${name} may refuse what was taken`]
        : [];
    }),
  ];
}

function changeOf(name: string, before: Column, after: Column | undefined): string[] {
  if (after === undefined) return [`${name} is gone`];
  return [
    after.type === before.type ? [] : [`${name} was ${before.type}, and is ${after.type}`],
    before.isNullable && !after.isNullable ? [`${name} has to be given`] : [],
    before.hasDefault && !after.hasDefault ? [`${name} has no default any more`] : [],
  ].flat();
}
