import pg from 'pg';
import type { OrderOutcome } from '../../domain/outcome';
import type { PurchaseRequest } from '../../domain/request';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { Ledger } from '../../ledger/ledger';
import { fingerprintOf } from '../../validation/fingerprint';
import { BENCH_REQUEST } from './request';

/** Stands in all texts of a purchase that is copied, and is replaced by the number of the copy. */
const MARK = '7310931';
const ACTOR = 'workflow';
const DAYS = 3 * 365;
/** So many are copied by a statement; then it is told how many there are. */
export const COPIES_AT_ONCE = 20_000;

/** How purchases end: most are ordered, some are refused; so many wait for a person, however large the ledger. */
const REFUSED_SHARE = 0.02;
const WAITING = 20;

/** Tables with rows for each purchase: by what they are told, and their times. */
const TABLES = [
  { table: 'purchases', key: 'request_id', times: ['created_at', 'updated_at'] },
  { table: 'order_attempts', key: 'request_id', times: ['started_at', 'ended_at'] },
  { table: 'events', key: 'request_id', times: ['at'] },
  { table: 'personal_values', key: 'id', times: [] },
] as const;

/** Purchases that are copied, and what their request ids begin with. */
const TEMPLATES = { ordered: 'bench-t1-', refused: 'bench-t2-', waiting: 'bench-t3-' } as const;
type Template = keyof typeof TEMPLATES;
const COPIED = 'bench-';

/**
 * A ledger as it is after years: real purchases, written by the ledger itself, and copies of them under other ids, serial
 * numbers, order numbers, companies and addresses, spread over three years. The copies would not be verified: their hashes
 * are those of the purchase that was copied.
 */
export class FilledLedger {
  private constructor(
    readonly url: string,
    readonly ledger: Ledger,
    private readonly db: pg.Client,
  ) {}

  /**
   * @param url of an empty database, as its superuser
   * @param count how many purchases there are to be
   * @param progress told how many there are
   */
  static async fill(url: string, count: number, progress: (done: number) => void): Promise<FilledLedger> {
    const ledger = await Ledger.open(url);
    const db = new pg.Client({ connectionString: url });
    await db.connect();
    // Keys are those of the purchases that were copied, and times are of the past: what looks after them is off, here alone.
    await db.query(
      "set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '256MB'",
    );
    await writeTemplates(ledger);
    const filled = new FilledLedger(url, ledger, db);
    await filled.fill(count, progress);
    return filled;
  }

  private async fill(count: number, progress: (done: number) => void): Promise<void> {
    const indexes = await this.dropIndexes();
    await this.copy('waiting', 1, WAITING, count);
    for (let from = WAITING + 1; from <= count; from += COPIES_AT_ONCE) {
      const to = Math.min(from + COPIES_AT_ONCE - 1, count);
      const refused = Math.round((to - from + 1) * REFUSED_SHARE);
      await this.copy('refused', from, from + refused - 1, count);
      await this.copy('ordered', from + refused, to, count);
      progress(to);
    }
    for (const index of indexes) await this.db.query(index);
    await this.db.query('vacuum analyze');
  }

  /**
   * Without them a million rows are written in half the time; those of keys stay.
   *
   * @returns what makes them again
   */
  private async dropIndexes(): Promise<string[]> {
    const { rows } = await this.db.query<{ name: string; definition: string }>(
      `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
        where indrelid = any($1::regclass[]) and not exists (select 1 from pg_constraint where conindid = indexrelid)`,
      [TABLES.map(({ table }) => table)],
    );
    await this.db.query(`drop index ${rows.map(({ name }) => name).join(', ')}`);
    return rows.map(({ definition }) => definition);
  }

  async close(): Promise<void> {
    await this.db.end();
    await this.ledger.close();
  }

  /** Copies all rows of a purchase, each text of them with the number of the copy in the place of the mark. */
  private async copy(template: Template, from: number, to: number, count: number): Promise<void> {
    const original = TEMPLATES[template] + MARK;
    const commitments = await this.commitmentsOf(original);
    const parameters = [original, from, to, count];
    for (const { table, key, times } of TABLES) {
      const copied = [...commitments, [TEMPLATES[template], `'${COPIED}'`], [MARK, NUMBER]].reduce(
        (text, [old, by]) => `replace(${text}, '${old}', ${by})`,
        'to_jsonb(t)::text',
      );
      await this.db.query(
        `insert into ${table}
          select copied.* from ${table} t, generate_series($2::int, $3::int) n,
            lateral jsonb_populate_record(null::${table}, ${copied}::jsonb
              || jsonb_build_object(${times.map((column) => `'${column}', ${TIME}`).join(', ')})) copied
          where t.${key} = $1 and $4::int > 0`,
        parameters,
      );
    }
    await this.link(original, from, to);
  }

  /** The links of the copied events go on with the chain of the ledger, and its end is theirs. */
  private async link(original: string, from: number, to: number): Promise<void> {
    await this.db.query(
      `with made as (
        insert into ledger_chain (seq, record, id, event_seq, event_hash, previous_hash, hash)
          select h.seq + row_number() over (order by n, e.seq), 'purchase', '${COPIED}' || ${NUMBER}, e.seq, e.hash,
            e.previous_hash, e.hash
          from ledger_head h, events e, generate_series($2::int, $3::int) n where e.request_id = $1
        returning 1)
      update ledger_head set seq = seq + (select count(*) from made)`,
      [original, from, to],
    );
  }

  /** Of each personal value there is one commitment: that of a copy has another end. */
  private async commitmentsOf(original: string): Promise<[old: string, by: string][]> {
    const { rows } = await this.db.query<{ commitment: string }>(
      'select commitment from personal_values where id = $1',
      [original],
    );
    return rows.map(({ commitment }) => [commitment, `'${commitment.slice(0, -MARK.length)}' || ${NUMBER}`]);
  }
}

const NUMBER = `lpad(n::text, ${MARK.length}, '0')`;
/** The last copy is of now, the first of long ago. */
const TIME = `now() - make_interval(days => ${DAYS}) * (1 - n / $4::float8)`;

/** What is asked for by the number of a copy. */
export const copyOf = (number: number) => {
  const digits = String(number).padStart(MARK.length, '0');
  return {
    requestId: COPIED + digits,
    orderNo: `ZC${digits}`,
    serialNumber: `3651E${digits}`,
    poNumber: `PO-${digits}`,
    email: `orders${digits}@reseller.example`,
  };
};

/** Writes the purchases that are copied, as the workflow has them written. */
async function writeTemplates(ledger: Ledger): Promise<void> {
  for (const id of Object.values(TEMPLATES)) {
    const request: PurchaseRequest = {
      ...BENCH_REQUEST,
      requestId: id + MARK,
      services: [...BENCH_REQUEST.services],
      license: { kind: 'existing', serialNumber: `3651E${MARK}` },
      billingContact: { email: `orders${MARK}@reseller.example` },
      poNumber: `PO-${MARK}`,
    };
    const workflowId = purchaseWorkflowIdOf(request.requestId);
    const fingerprint = fingerprintOf(request);
    await ledger.accept({ request, fingerprint, workflowId, actor: ACTOR, via: 'api token 1' });
    await END[id](ledger, request, fingerprint);
  }
}

type End = (ledger: Ledger, request: PurchaseRequest, fingerprint: string) => Promise<void>;

const END: Readonly<Record<(typeof TEMPLATES)[Template], End>> = {
  [TEMPLATES.ordered]: orderOnce,
  [TEMPLATES.refused]: (ledger, { requestId }) =>
    ledger.recordStatus({
      ...{ requestId, status: 'refused', kind: 'refused', actor: ACTOR },
      reason: { code: 'PlanNotFound', message: 'The vendor sells no such plan for this PBX.' },
    }),
  [TEMPLATES.waiting]: (ledger, { requestId }) =>
    ledger.recordStatus({
      ...{ requestId, status: 'waiting-for-choice', kind: 'choice-asked', actor: ACTOR },
      question: {
        id: 'choose-1',
        verb: 'choose',
        asked: 'There are 2: billing contact. Choose one.',
        candidates: [],
        since: new Date().toISOString(),
      },
    }),
};

/** An attempt, and that it was ordered. */
export async function orderOnce(
  ledger: Ledger,
  { requestId }: PurchaseRequest,
  fingerprint: string,
): Promise<void> {
  const number = requestId.slice(-MARK.length);
  const serviceList = [
    { serviceType: 'plan', serviceId: '3049041101760282624', quantity: 100, multiCycle: 2 },
  ];
  const body = JSON.stringify({ operationType: 'purchase_plan', productNo: `3651E${number}`, serviceList });
  await ledger.openAttempt({ requestId, fingerprint, body, actor: ACTOR });
  const outcome: OrderOutcome = {
    outcome: 'created',
    order: {
      orderNo: `ZC${number}`,
      transactionNo: `AK${number}`,
      orderStatus: 'succeed',
      productNo: `3651E${number}`,
    },
    evidence: {},
  };
  await ledger.recordOutcome({ requestId, attempt: 1, outcome, status: 'ordered', actor: ACTOR });
}
