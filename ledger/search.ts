import { sql, type Expression, type Kysely, type RawBuilder } from 'kysely';
import { isDealKey } from '../domain/deal-ids';
import type { LedgerTables } from './schema';

/** So many of the first are looked through, for a text that names many. */
const FIRST = 100;

/** So many that are named by a text are gathered before they are sorted. */
const MOST_GATHERED = 5_000;

/** A query of purchases in an order. */
interface Ordered {
  limit(count: number): Expression<unknown>;
}

/**
 * What a purchase has to be to stand on a page of those that a text names. What names many is met among the first; else they
 * are gathered by the indexes: asked for them together with an order and a limit, Postgres walks through the whole ledger in
 * that order, in the hope to meet some soon. Where there are too many to gather, it does.
 *
 * @param text a request id, an order or transaction number, a serial number, a deal's key or its id at the CRM; else words
 * @param asked the purchases among which they are, in their order
 * @param wanted so many make the page full
 */
export async function isNamed(
  db: Kysely<LedgerTables>,
  text: string,
  asked: Ordered,
  wanted: number,
): Promise<RawBuilder<boolean>> {
  const isIt = isNamedBy(text, await wordsIn(db, text));
  const first = await idsOf(db, sql`(${asked.limit(FIRST)}) as purchases`, isIt, FIRST);
  if (first.length >= wanted) return isOneOf(first);
  const all = await idsOf(db, sql`purchases`, isIt, MOST_GATHERED + 1);
  return all.length > MOST_GATHERED ? isIt : isOneOf(all);
}

/**
 * Has Postgres look for little. Of words it expects many times what they find, and gets ready for that (compiles the query,
 * calls other processes), which takes a hundred times as long as to find it.
 */
export function expectingLittle<Result>(
  db: Kysely<LedgerTables>,
  search: (db: Kysely<LedgerTables>) => Promise<Result>,
): Promise<Result> {
  return db.transaction().execute(async (trx) => {
    await sql`
      select set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)`.execute(
      trx,
    );
    return search(trx);
  });
}

/** Materialized, so that they are found by what they are named by, and not by an order. */
async function idsOf(
  db: Kysely<LedgerTables>,
  purchases: RawBuilder<unknown>,
  isIt: RawBuilder<boolean>,
  most: number,
): Promise<string[]> {
  const { rows } = await sql<{ request_id: string }>`
    with named as materialized (select request_id from ${purchases} where ${isIt})
    select request_id from named limit ${most}::integer`.execute(db);
  return rows.map((row) => row.request_id);
}

function isOneOf(ids: string[]): RawBuilder<boolean> {
  return sql<boolean>`request_id = any(${ids}::text[])`;
}

/** Each of these is found by an index of its own (migrations.ts): written otherwise it would not be. */
function isNamedBy(text: string, words: string[]): RawBuilder<boolean> {
  const capitals = text.toUpperCase();
  const names = [
    sql<boolean>`request_id = ${text}`,
    sql<boolean>`order_no = ${text}`,
    sql<boolean>`transaction_no = ${text}`,
    sql<boolean>`product_no = ${capitals}`,
    sql<boolean>`request -> 'license' ->> 'serialNumber' = ${capitals}`,
    sql<boolean>`split_part(request_id, ':', 3) = ${text}`,
  ];
  const isPurchaseOfDeal = isDealKey(text)
    ? [sql<boolean>`request_id = any(array(select request_id from deal_wins where deal = ${text}))`]
    : [];
  const hasWords = words.length === 0 ? [] : [sql<boolean>`(${sql.join(words.map(hasWord), sql` and `)})`];
  return sql<boolean>`(${sql.join([...names, ...isPurchaseOfDeal, ...hasWords], sql` or `)})`;
}

/** Whether a request has a word, or a personal value that is kept beside it. */
function hasWord(word: string): RawBuilder<boolean> {
  const ofPersons = sql`
    select id from personal_values
      where record = 'purchase' and field like 'request.%' and ${PERSONAL_WORDS} @@ ${word}::tsquery`;
  return sql<boolean>`(${REQUEST_WORDS} @@ ${word}::tsquery or request_id = any(array(${ofPersons})))`;
}

/** The words of a request as they are indexed. */
export const REQUEST_WORDS = sql`jsonb_to_tsvector('simple', request, '["string"]')`;

/** The words of a personal value as they are indexed. */
const PERSONAL_WORDS = sql`to_tsvector('simple', value)`;

/** Words as Postgres' text search asks for them: each from its beginning, as it is taken apart there, or as it stands. */
async function wordsIn(db: Kysely<LedgerTables>, text: string): Promise<string[]> {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  if (words.length === 0) return [];
  // In quotes no sign has a meaning.
  const asTheyStand = words.map((word) => `'${word.replaceAll(/['\\]/g, ' ').trim()}':*`);
  const { rows } = await sql<{ parts: string }>`
    select to_tsquery('simple', word)::text as parts
      from unnest(${asTheyStand}::text[]) with ordinality as asked(word, place) order by place`.execute(db);
  return rows.map(({ parts }, place) => {
    // It knows an e-mail address only when it is whole.
    const asItStands = asTheyStand[place]!;
    return parts === '' ? asItStands : `(${openAtTheEnd(parts, words[place]!)}) | ${asItStands}`;
  });
}

/**
 * What a word was taken apart to, where only its end may go on: of `PO-17` that is 17, and not PO, with which each of a million
 * may begin.
 *
 * @param word in small letters, as its parts are
 */
function openAtTheEnd(parts: string, word: string): string {
  return parts.replaceAll(/'([^']*)':\*/g, (open, part: string, at: number) =>
    at + open.length === parts.length || word.endsWith(part) ? open : `'${part}'`,
  );
}
