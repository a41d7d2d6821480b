import { sql, type Kysely, type RawBuilder } from 'kysely';
import { isOfWonce } from '../domain/author';
import { present } from '../domain/optional';
import { assignments, keptColumns, namesAndValues, type Changed } from './columns';
import {
  eventRecord,
  FIRST_PREVIOUS_HASH,
  hashOf,
  type EventRecord,
  type EventRow,
  type Verification,
} from './hash-chain';
import { sealEvent } from './ledger-chain';
import {
  Commitments,
  ERASURE,
  insertPersonal,
  withPersonalValues,
  type PersonalValue,
} from './personal-values';
import { RECORD_KINDS, type LedgerTables, type RecordKind } from './schema';
import { verifyOne } from './verify-ledger';

/** Something that happened, to be written with what it changes. */
export interface NewEvent {
  actor: string;
  kind: string;
  data: Record<string, unknown>;
  /** Of one that is written once, however often it is tried: see `hasHappened`. */
  id?: string | undefined;
  /** When it happened; now, without one. */
  at?: Date;
}

/** A record as it was read, with its events counted: it is written to only while it still stands so. */
export interface ExpectedRecord {
  id: string;
  eventCount: number;
  headHash: string;
}

/** Where the events of a record end, once one was written: what the next one is written to. */
export interface RecordHead extends Omit<ExpectedRecord, 'id'> {
  updatedAt: Date;
}

/** What belongs to a record and is written with it: an attempt of a purchase, a win of a deal. */
export interface PartChange {
  number: number;
  isNew: boolean;
  columns: object;
}

/**
 * The events of the purchases, or of the deals: each written in one statement with what it changes and with its link in
 * the chain over the whole ledger. What is personal in all of it is written beside it, and a commitment in its place.
 *
 * Each kind has a table of its own, alike but for the key. In one table the foreign keys would bind what has nothing to do
 * with each other: to write any event, Postgres locks every table that a foreign key of its row may point to, and what
 * happened to a deal would wait for whoever holds the purchases.
 */
export class EventStream {
  constructor(
    private readonly db: Kysely<LedgerTables>,
    private readonly record: RecordKind,
  ) {}

  /**
   * Writes a record with its first event.
   *
   * @returns undefined when the record is there: nothing was written
   */
  async begin(id: string, event: NewEvent, columns: object): Promise<RecordHead | undefined> {
    const { rows, key } = RECORD_KINDS[this.record];
    const personal = new Commitments();
    const stored = personal.in(columns);
    const first = this.next(
      { id, eventCount: 0, headHash: FIRST_PREVIOUS_HASH },
      committed(personal, event),
      {
        [rows]: keptColumns(stored),
      },
    );
    const row = { [key]: id, ...stored, ...headColumns(first), created_at: first.at };
    const { names, values } = namesAndValues(row);
    return this.write(
      sql`insert into ${sql.table(rows)} (${names}) values (${values})
        on conflict do nothing
        returning ${sql.ref(key)} as id`,
      first,
      personal.values,
    );
  }

  /**
   * Writes an event with the columns of the record that it changes, and with a part of it.
   *
   * @returns undefined when another writer came between the reading of `expected` and now: nothing was written
   */
  async append(
    expected: ExpectedRecord,
    event: NewEvent,
    columns: object,
    part?: PartChange,
  ): Promise<RecordHead | undefined> {
    const { rows, key, parts, number } = RECORD_KINDS[this.record];
    const personal = new Commitments();
    const stored = personal.in(columns);
    const storedPart = part && { ...part, columns: personal.in(part.columns) };
    const next = this.next(expected, committed(personal, event), {
      [rows]: keptColumns(stored),
      ...(storedPart && { [parts]: keptColumns({ [number]: storedPart.number, ...storedPart.columns }) }),
    });
    return this.write(
      sql`update ${sql.table(rows)} set ${assignments({ ...stored, ...headColumns(next) })}
        where ${sql.ref(key)} = ${expected.id} and event_count = ${expected.eventCount}
        returning ${sql.ref(key)} as id`,
      next,
      personal.values,
      storedPart,
    );
  }

  /**
   * Whether an event is written already. Asked after the record was read that is about to be changed: whoever writes it
   * in between is seen when the change is written.
   */
  async hasHappened(eventId: string | undefined): Promise<boolean> {
    if (eventId === undefined) return false;
    const { events } = RECORD_KINDS[this.record];
    const query = this.db.selectFrom(events).select('seq').where('event_id', '=', eventId);
    return (await query.executeTakeFirst()) !== undefined;
  }

  /** The events of a record, oldest first. */
  async read(id: string): Promise<EventRecord[]> {
    const { events, key } = RECORD_KINDS[this.record];
    const { rows } = await sql<EventRow>`
      select * from ${sql.table(events)} where ${sql.ref(key)} = ${id} order by seq`.execute(this.db);
    const readable = await withPersonalValues(this.db, rows);
    return readable.map((row) => eventRecord(this.record, id, row));
  }

  /** Whether a record is what was written; undefined when no table has anything of it. */
  async verify(id: string): Promise<Verification | undefined> {
    return verifyOne(this.db, this.record, id);
  }

  private next(expected: ExpectedRecord, event: NewEvent, changed: Changed): EventRecord {
    const { actor, kind, data, id: eventId = null, at = new Date() } = event;
    const next = {
      record: this.record,
      id: expected.id,
      seq: expected.eventCount + 1,
      at,
      actor,
      kind,
      data: present(data),
      changed,
      eventId,
      previousHash: expected.headHash,
    };
    return { ...next, hash: hashOf(next) };
  }

  /** All in one statement. @param row writes the row and gives its `id`, or nothing: then nothing else is written */
  private async write(
    row: RawBuilder<unknown>,
    event: EventRecord,
    personal: readonly PersonalValue[],
    part?: PartChange,
  ): Promise<RecordHead | undefined> {
    const { rows } = await sql`
      with written as (${row}),
      personal as (${personal.length === 0 ? sql`select 1` : insertPersonal(this.record, personal)}),
      part as (${part === undefined ? sql`select 1` : this.writePart(part)}),
      event as (${insertEvent(event)}),
      ${sealEvent(this.record)}`.execute(this.db);
    if (rows.length !== 1) return undefined;
    return { eventCount: event.seq, headHash: event.hash, updatedAt: event.at };
  }

  private writePart({ number: place, isNew, columns }: PartChange): RawBuilder<unknown> {
    const { parts, key, number } = RECORD_KINDS[this.record];
    if (!isNew) {
      return sql`
        update ${sql.table(parts)} p set ${assignments(columns)}
        from written where p.${sql.ref(key)} = written.id and p.${sql.ref(number)} = ${place}`;
    }
    const { names, values } = namesAndValues({ [number]: place, ...columns });
    return sql`
      insert into ${sql.table(parts)} (${sql.ref(key)}, ${names}) select written.id, ${values} from written`;
  }
}

/** An event as it is stored: whoever is no part of the system is a person. Of an erasure it stays known who did it. */
function committed(personal: Commitments, { actor, data, ...event }: NewEvent): NewEvent {
  const prefix = event.kind === ERASURE ? `${ERASURE}.` : '';
  return {
    ...event,
    actor: isOfWonce(actor) ? actor : personal.commit(actor, `${prefix}actor`),
    data: personal.in(data, prefix),
  };
}

function headColumns({ seq, hash, at }: EventRecord) {
  return { event_count: seq, head_hash: hash, updated_at: at };
}

function insertEvent({ record, ...event }: EventRecord): RawBuilder<unknown> {
  const { events, key } = RECORD_KINDS[record];
  const { seq, at, actor, kind, data, changed, previousHash, hash, eventId } = event;
  return sql`
    insert into ${sql.table(events)}
      (${sql.ref(key)}, seq, at, actor, kind, data, changed, previous_hash, hash, event_id)
      select written.id, ${seq}::integer, ${at}::timestamptz, ${actor}::text, ${kind}::text,
        ${JSON.stringify(data)}::jsonb, ${JSON.stringify(changed)}::jsonb, ${previousHash}::text, ${hash}::text,
        ${eventId}::text
      from written
      returning ${sql.ref(key)} as id, seq, hash`;
}
