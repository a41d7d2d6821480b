import { DEFAULT_MIGRATION_TABLE, Migrator, sql, type Kysely, type Migration } from 'kysely';
import { FIRST_PREVIOUS_HASH } from './hash-chain';
import { IS_WORD_OF_VENDOR } from './overview';
import { ONE_ORDER_PER_PBX, ONE_REQUEST_PER_ORDER, type LedgerTables } from './schema';

/**
 * Every change of the tables, in the order of their names; a name that has run anywhere is never changed again. They add
 * and take nothing away: the version before works on the tables of the one after.
 */
export const MIGRATIONS: Record<string, Migration> = {
  '2026-11-27-first-tables': { up: firstTables },
  '2026-11-27-one-order-per-pbx': { up: oneOrderPerPbx },
  '2026-11-27-orders-by-time': { up: ordersByTime },
  '2026-11-28-found-by-people': { up: foundByPeople },
  '2026-11-28-quotes': { up: quotes },
  '2026-11-28-vendor-lists': { up: vendorLists },
  '2026-11-28-notices': { up: notices },
  '2026-11-28-words-of-vendor': { up: wordsOfVendor },
  '2026-11-29-personal-values': { up: personalValues },
  '2026-12-03-books': { up: books },
  '2026-12-04-pages-in-order': { up: pagesInOrder },
};

/** Names of the migrations of this version, in their order. */
export const MIGRATION_NAMES = Object.keys(MIGRATIONS);

/**
 * Brings the tables up to date. Safe when many processes start at once: the migrator holds a lock meanwhile. Tables that
 * a newer version has brought further stay so: a worker of the one before may start again beside it, or in its place.
 *
 * @param db with the dialect for migrations, whose lock this is
 */
export async function migrate(db: Kysely<LedgerTables>): Promise<void> {
  const migrations = { ...(await ofNewerVersions(db)), ...MIGRATIONS };
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error as Error;
}

/** What has run and is not known here: to the migrator, a migration that is missing is a broken database. */
async function ofNewerVersions(db: Kysely<LedgerTables>): Promise<Record<string, Migration>> {
  return Object.fromEntries((await migrationsRun(db)).map((name) => [name, { up: () => Promise.resolve() }]));
}

/** Names of the migrations that have run, in their order. */
export async function migrationsRun(db: Kysely<LedgerTables>): Promise<string[]> {
  const table = DEFAULT_MIGRATION_TABLE;
  const there = await sql`select 1 where to_regclass(${table}) is not null`.execute(db);
  if (there.rows.length === 0) return [];
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(table)} order by name`.execute(
    db,
  );
  return rows.map(({ name }) => name);
}

async function firstTables(db: Kysely<unknown>): Promise<void> {
  await makePurchases(db);
  await makeDeals(db);
  await makeSweeps(db);
  await makeEvents(db);
  await makeChain(db);
  await guardTheRecord(db);
}

async function makePurchases(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table purchases (
      request_id text primary key,
      workflow_id text not null,
      fingerprint text not null,
      request jsonb not null,
      status text not null,
      order_no text,
      transaction_no text,
      order_status text,
      product_no text,
      instance_id text,
      activation_code text,
      reason_code text,
      reason_message text,
      evidence jsonb,
      question jsonb,
      cancellation_requested boolean not null default false,
      attempts integer not null default 0,
      event_count integer not null,
      head_hash text not null,
      created_at timestamptz(3) not null,
      updated_at timestamptz(3) not null
    )`.execute(db);
  await sql`create index purchases_newest on purchases (created_at desc, request_id desc)`.execute(db);
  await sql`
    create table order_attempts (
      request_id text not null references purchases,
      attempt integer not null,
      body text not null,
      started_at timestamptz(3) not null,
      outcome text check (outcome in ('created', 'not-created', 'unknown')),
      result jsonb,
      order_no text,
      ended_at timestamptz(3),
      primary key (request_id, attempt)
    )`.execute(db);
  await indexAttempts(db);
}

async function indexAttempts(db: Kysely<unknown>): Promise<void> {
  // The guarantee: for ever at most one attempt that may have bought something. No outcome yet counts as well.
  await sql`
    create unique index one_attempt_that_may_have_bought on order_attempts (request_id)
      where outcome is distinct from 'not-created'`.execute(db);
  // An order of the vendor belongs to one request at most, whoever ascribes it.
  await sql`
    create unique index ${sql.id(ONE_REQUEST_PER_ORDER)} on order_attempts (order_no)
      where outcome = 'created'`.execute(db);
  await sql`
    create index unresolved_attempts on order_attempts (started_at)
      where outcome is null or outcome = 'unknown'`.execute(db);
}

/** Deals that Wonce was notified of, and each time that one was won, with what came of it. */
async function makeDeals(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table deals (
      deal text primary key,
      source text not null,
      status text not null,
      notified_by text not null,
      won_at timestamptz(3),
      missing jsonb,
      request jsonb,
      reason_code text,
      reason_message text,
      request_id text,
      event_count integer not null,
      head_hash text not null,
      created_at timestamptz(3) not null,
      updated_at timestamptz(3) not null
    )`.execute(db);
  await sql`create index deals_newest on deals (created_at desc, deal desc)`.execute(db);
  await sql`
    create table deal_wins (
      deal text not null references deals,
      win_number integer not null,
      won_at timestamptz(3),
      request_id text unique,
      at timestamptz(3) not null,
      primary key (deal, win_number)
    )`.execute(db);
}

/** How far sweeps have come; and what one has found and not started yet, which is no part of the record. */
async function makeSweeps(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table sweeps (
      source text primary key,
      asked_until timestamptz(3) not null,
      at timestamptz(3) not null,
      found integer not null,
      caught_up integer not null,
      seq integer not null default 0
    )`.execute(db);
  await sql`
    create table swept_deals (
      source text not null,
      asked_at timestamptz(3) not null,
      deal text not null,
      primary key (source, asked_at, deal)
    )`.execute(db);
}

/** What happened to purchases and deals; what is written again, because an answer was lost, is written once. */
async function makeEvents(db: Kysely<unknown>): Promise<void> {
  for (const [events, key, rows] of [
    ['events', 'request_id', 'purchases'],
    ['deal_events', 'deal', 'deals'],
  ] as const) {
    await sql`
      create table ${sql.table(events)} (
        ${sql.ref(key)} text not null references ${sql.table(rows)},
        seq integer not null,
        at timestamptz(3) not null,
        actor text not null,
        kind text not null,
        data jsonb not null,
        changed jsonb not null,
        event_id text,
        previous_hash text not null,
        hash text not null,
        primary key (${sql.ref(key)}, seq)
      )`.execute(db);
    await sql`
      create unique index ${sql.id(`${events}_happen_once`)} on ${sql.table(events)} (event_id)`.execute(db);
  }
}

/** One chain over the whole ledger keeps every event and every sweep in its place. */
async function makeChain(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table ledger_chain (
      seq bigint primary key,
      record text not null,
      id text not null,
      event_seq integer not null,
      event_hash text not null,
      previous_hash text not null,
      hash text not null,
      unique (record, id, event_seq)
    )`.execute(db);
  await sql`
    create table ledger_head (
      one boolean primary key check (one),
      seq bigint not null,
      previous_hash text not null,
      hash text not null
    )`.execute(db);
  await sql`
    insert into ledger_head values (true, 0, ${FIRST_PREVIOUS_HASH}, ${FIRST_PREVIOUS_HASH})`.execute(db);
}

/** Tables of which no row is ever changed, and the triggers that see to it. */
export const NEVER_CHANGED = {
  events: 'events_are_kept',
  deal_wins: 'deal_wins_are_kept',
  deal_events: 'deal_events_are_kept',
  ledger_chain: 'ledger_chain_is_kept',
};
/** Tables of which no row is ever taken away, from the first. */
const FIRST_NEVER_DELETED = ['purchases', 'order_attempts', 'deals', 'sweeps', 'ledger_head'];
/** Tables of which no row is ever taken away. */
export const NEVER_DELETED = [...FIRST_NEVER_DELETED, 'personal_values'];

/** What was written stays written: mistakes and careless hands are stopped by the database itself. */
async function guardTheRecord(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception 'the ledger keeps what was written: % on % is refused', tg_op, tg_table_name;
    end $$`.execute(db);
  for (const [table, trigger] of Object.entries(NEVER_CHANGED)) {
    await sql`
      create trigger ${sql.id(trigger)} before update or delete on ${sql.table(table)}
        for each row execute function refuse_change()`.execute(db);
  }
  for (const table of FIRST_NEVER_DELETED) {
    await sql`
      create trigger ${sql.id(`${table}_not_deleted`)} before delete on ${sql.table(table)}
        for each row execute function refuse_change()`.execute(db);
  }
  for (const table of [...Object.keys(NEVER_CHANGED), ...FIRST_NEVER_DELETED]) {
    await sql`
      create trigger ${sql.id(`${table}_not_emptied`)} before truncate on ${sql.table(table)}
        for each statement execute function refuse_change()`.execute(db);
  }
  await guardUpdates(db);
}

/** Triggers that keep of a row that may be changed what stays as it was. */
const GUARDS_OF_UPDATES = [
  'requests_are_kept',
  'outcomes_are_kept',
  'attempts_stay_in_place',
  'ledger_head_goes_on',
  'personal_values_only_erased',
];

/** Every trigger that keeps the record. */
export const GUARDS = [
  ...Object.values(NEVER_CHANGED),
  ...NEVER_DELETED.map((table) => `${table}_not_deleted`),
  ...[...Object.keys(NEVER_CHANGED), ...NEVER_DELETED].map((table) => `${table}_not_emptied`),
  ...GUARDS_OF_UPDATES,
];

/** Of rows that may be changed, what stays as it was. */
async function guardUpdates(db: Kysely<unknown>): Promise<void> {
  await sql`
    create trigger requests_are_kept before update on purchases
      for each row when (old.request_id <> new.request_id or old.fingerprint <> new.fingerprint
        or old.request <> new.request)
      execute function refuse_change()`.execute(db);
  await sql`
    create trigger outcomes_are_kept before update on order_attempts
      for each row when (old.outcome in ('created', 'not-created') or old.body <> new.body)
      execute function refuse_change()`.execute(db);
  // An attempt that is moved to another purchase, or loses its outcome, would let a second order through.
  await sql`
    create trigger attempts_stay_in_place before update on order_attempts
      for each row when (old.request_id <> new.request_id or old.attempt <> new.attempt
        or old.started_at <> new.started_at or (old.outcome is not null and new.outcome is null))
      execute function refuse_change()`.execute(db);
  await sql`
    create trigger ledger_head_goes_on before update on ledger_head
      for each row when (new.seq <> old.seq + 1 or new.previous_hash <> old.hash)
      execute function refuse_change()`.execute(db);
}

/** Orders that change what a PBX has: one at a time, and what it had afterwards. */
async function oneOrderPerPbx(db: Kysely<unknown>): Promise<void> {
  await sql`alter table purchases add column holds_pbx text, add column pbx jsonb`.execute(db);
  await sql`create unique index ${sql.id(ONE_ORDER_PER_PBX)} on purchases (holds_pbx)`.execute(db);
  await sql`
    create index purchases_of_pbx on purchases ((request -> 'license' ->> 'serialNumber'))`.execute(db);
  await sql`create index purchases_of_product on purchases (product_no)`.execute(db);
}

/** Orders that were made, for whoever keeps the accounts of a month. */
async function ordersByTime(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index orders_by_time on order_attempts (started_at, request_id) where outcome = 'created'`.execute(
    db,
  );
}

/** What people look for: what stands so, what was ordered when, a purchase by any of its numbers or words. */
async function foundByPeople(db: Kysely<unknown>): Promise<void> {
  await sql`create index purchases_in_status on purchases (status, updated_at)`.execute(db);
  await sql`create index deals_in_status on deals (status, updated_at)`.execute(db);
  await sql`create index purchases_of_order on purchases (order_no)`.execute(db);
  await sql`create index purchases_of_transaction on purchases (transaction_no)`.execute(db);
  await sql`create index purchases_of_crm_id on purchases (split_part(request_id, ':', 3))`.execute(db);
  await sql`create index deals_of_crm_id on deals (split_part(deal, ':', 3))`.execute(db);
  await sql`
    create index purchases_by_words on purchases
      using gin (jsonb_to_tsvector('simple', request, '["string"]'))`.execute(db);
}

/** What the order of a request would be, while nothing is ordered; once it is, the order is exactly that. */
async function quotes(db: Kysely<unknown>): Promise<void> {
  await sql`alter table purchases add column quote jsonb`.execute(db);
}

/** What a form offers: replaced as often as it is read, and no part of the record. */
async function vendorLists(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table vendor_lists (
      list text not null,
      name text not null,
      label text not null,
      read_at timestamptz(3) not null,
      primary key (list, name)
    )`.execute(db);
}

/** What was told of waits and renewals, to which address; no part of the record. */
async function notices(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table notices (
      id text primary key,
      key text not null,
      type text not null,
      address text not null,
      data jsonb not null,
      found_at timestamptz(3) not null,
      tried_at timestamptz(3),
      told_at timestamptz(3),
      given_up_at timestamptz(3),
      problem text,
      unique (key, type, address)
    )`.execute(db);
  await sql`
    create index open_notices on notices (found_at) where told_at is null and given_up_at is null`.execute(
    db,
  );
}

/** Personal values, beside the record that has commitments in their place: each stays as it is, or is erased for good. */
async function personalValues(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table personal_values (
      commitment text primary key,
      key text,
      value text,
      field text not null,
      record text not null,
      id text not null,
      erased_at timestamptz(3),
      check ((key is null) = (value is null) and (value is null) = (erased_at is not null))
    )`.execute(db);
  await sql`create index personal_values_of_record on personal_values (id, record)`.execute(db);
  await sql`
    create index personal_values_by_words on personal_values using gin (to_tsvector('simple', value))
      where record = 'purchase' and field like 'request.%'`.execute(db);
  await sql`
    create trigger personal_values_only_erased before update on personal_values
      for each row when (old.erased_at is not null or new.value is not null or new.commitment <> old.commitment
        or new.field <> old.field or new.record <> old.record or new.id <> old.id)
      execute function refuse_change()`.execute(db);
  await sql`
    create trigger personal_values_not_deleted before delete on personal_values
      for each row execute function refuse_change()`.execute(db);
  await sql`
    create trigger personal_values_not_emptied before truncate on personal_values
      for each statement execute function refuse_change()`.execute(db);
}

/** What the vendor's orders and the ledger differ in, and when they were compared; no part of the record. */
async function books(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table book_differences (
      kind text not null,
      order_no text not null,
      facts jsonb not null,
      ordered_at timestamptz(3),
      found_at timestamptz(3) not null,
      changed_at timestamptz(3) not null,
      gone_at timestamptz(3),
      primary key (kind, order_no)
    )`.execute(db);
  await sql`
    create table book_comparisons (
      id text primary key,
      compared_at timestamptz(3) not null,
      news integer not null,
      result jsonb not null
    )`.execute(db);
  await sql`create index comparisons_with_news on book_comparisons (compared_at) where news > 0`.execute(db);
}

/**
 * A page of purchases in each of the orders there are, and of those in one status: found without sorting all of them. With
 * another status, or another place for one, the order by status wants another index (page.ts).
 */
async function pagesInOrder(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index purchases_of_status_newest on purchases (status, created_at desc, request_id desc)`.execute(
    db,
  );
  await sql`create index purchases_by_order on purchases ((coalesce(order_no, '')), request_id)`.execute(db);
  await sql`
    create index purchases_by_what on purchases (
      (coalesce(request ->> 'operation', '')), (coalesce(request -> 'license' ->> 'serialNumber', '')),
      (lower(coalesce(request ->> 'plan', ''))), request_id)`.execute(db);
  await sql`
    create index purchases_by_status on purchases (
      (array_position(array['quoted','looking-up','waiting-for-choice','waiting-for-approval','ordering','settling',
        'waiting-for-decision','confirming','ordered','refused','cancelled'], status)), request_id)`.execute(
    db,
  );
}

/** When the vendor last answered, for whoever asks whether all is well. */
async function wordsOfVendor(db: Kysely<unknown>): Promise<void> {
  await sql`create index words_of_vendor on events (at) where ${IS_WORD_OF_VENDOR}`.execute(db);
}
