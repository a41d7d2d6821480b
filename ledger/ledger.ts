import type { KeyObject } from 'node:crypto';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { grantToApplication } from './application-role';
import { BookLedger } from './book-ledger';
import { DealLedger } from './deal-ledger';
import { asLedgerError } from './errors';
import type { Checkpoint } from './checkpoint';
import { checkpointOf, verifyCheckpoints, verifyLedgerChain, type BrokenLink } from './ledger-chain';
import type { LedgerState } from '../domain/readiness';
import { Figures } from './figures';
import { inspectLedger, stateOfLedger, type LedgerFacts } from './inspect';
import { MigrationDialect } from './migration-dialect';
import { migrate } from './migrations';
import { countOfDoubtful, ordersMadeAfter, type OrderMade, type OrderPlace, type Range } from './orders-made';
import { NoticeLedger } from './notice-ledger';
import { OpenRecords } from './open-records';
import { Overview } from './overview';
import { PersonalData } from './personal-data';
import { PbxLedger } from './pbx-ledger';
import { LazyPool } from './pool';
import { PurchaseLedger } from './purchase-ledger';
import type { LedgerTables } from './schema';
import { SweepLedger } from './sweep-ledger';
import { VendorLists } from './vendor-lists';
import { countsOf, verifyRecords, type VerifyProgress } from './verify-ledger';

/** What was found in the whole ledger: each record by its id, with the event at which it is broken. */
export interface LedgerVerification {
  checked: number;
  broken: { requestId: string; seq: number; problem: string }[];
  deals: { checked: number; broken: { deal: string; seq: number; problem: string }[] };
  sweeps: { checked: number; broken: { source: string; seq: number; problem: string }[] };
  /** The chain over all of them. */
  chain: { links: number; broken: BrokenLink[] };
  checkpoints: { checked: number; broken: BrokenLink[] };
}

/** How the whole ledger is verified. */
export interface VerifyOptions {
  /** Each checkpoint must be signed with one of these. */
  publicKeys?: readonly KeyObject[] | undefined;
  /** Told after each page: many times a second. */
  onProgress?: ((progress: VerifyProgress) => void) | undefined;
}

/** The permanent record in Postgres: that of the purchases, with what led to them beside it. */
export class Ledger extends PurchaseLedger {
  /** What was notified of deals, and what came of them. */
  readonly deals: DealLedger;
  /** How far the sweeps came. */
  readonly sweeps: SweepLedger;
  /** Whose order of a PBX is under way, and what was ordered for one. */
  readonly pbxs: PbxLedger;
  /** The vendor's lists as they were last read. */
  readonly vendorLists: VendorLists;
  /** What waits, what is under way, what was ordered. */
  readonly overview: Overview;
  /** What waits and was not told yet, and what was. */
  readonly notices: NoticeLedger;
  /** What is kept of people, and how it is erased. */
  readonly personalData: PersonalData;
  /** What the vendor's orders and the ledger differ in. */
  readonly books: BookLedger;
  /** What has not ended, whatever Temporal knows of it. */
  readonly openRecords: OpenRecords;
  /** How much of what there is, for whoever measures. */
  readonly figures: Figures;

  private constructor(
    db: Kysely<LedgerTables>,
    private readonly pool: LazyPool,
    databaseUrl: string,
  ) {
    super(db, async (work) => {
      try {
        return await work();
      } catch (error) {
        throw asLedgerError(error, databaseUrl);
      }
    });
    this.deals = new DealLedger(db, this.run);
    this.sweeps = new SweepLedger(db, this.run);
    this.pbxs = new PbxLedger(db, this.run);
    this.vendorLists = new VendorLists(db, this.run);
    this.overview = new Overview(db, this.run);
    this.notices = new NoticeLedger(db, this.run);
    this.personalData = new PersonalData(db, this.run);
    this.books = new BookLedger(db, this.run);
    this.openRecords = new OpenRecords(db, this.run);
    this.figures = new Figures(db, this.run);
  }

  /**
   * Connects and, unless told not to, brings the tables up to date.
   *
   * @param databaseUrl postgres://user:password@host:port/database
   * @throws LedgerError LedgerUnavailable
   */
  static async open(
    databaseUrl: string,
    options: { maxConnections?: number; migrate?: boolean } = {},
  ): Promise<Ledger> {
    const ledger = Ledger.lazily(databaseUrl, options);
    const { db } = ledger;
    try {
      await ledger.run(async () => {
        if (options.migrate ?? true) await migrate(ledger.forMigrations());
        else await sql`select 1`.execute(db);
      });
    } catch (error) {
      await ledger.close();
      throw error;
    }
    return ledger;
  }

  /**
   * A ledger that connects whenever it is used, and to tables that others bring up to date: for a process that goes on
   * while the database is away.
   */
  static lazily(databaseUrl: string, options: { maxConnections?: number } = {}): Ledger {
    const pool = new LazyPool(databaseUrl, options.maxConnections ?? 8);
    const db = new Kysely<LedgerTables>({ dialect: new PostgresDialect({ pool: pool.open }) });
    return new Ledger(db, pool, databaseUrl);
  }

  /** On the same connections, which are not closed with it. */
  private forMigrations(): Kysely<LedgerTables> {
    return new Kysely({ dialect: new MigrationDialect({ pool: this.pool.open }) });
  }

  async close(): Promise<void> {
    await this.db.destroy();
    // Where there were migrations alone, `db` has used no connection, and closes none.
    await this.pool.end();
  }

  /**
   * Lets a role that owns nothing use the ledger as Wonce does. For the owner of the tables.
   *
   * @throws LedgerError LedgerRights, LedgerUnavailable
   */
  async grantTo(role: string): Promise<void> {
    await this.run(() => grantToApplication(this.db, role));
  }

  /**
   * Verifies everything, a page at a time, and that the ledger still has what the checkpoints say. In memory are a page, and
   * what is broken.
   */
  async verifyAll(
    checkpoints: readonly Checkpoint[] = [],
    { publicKeys, onProgress }: VerifyOptions = {},
  ): Promise<LedgerVerification> {
    return this.run(async () => {
      const counts = onProgress && (await countsOf(this.db));
      const tell = (what: VerifyProgress['what']) => (done: number) =>
        onProgress?.({ what, done, of: Math.max(done, counts?.[what] ?? 0) });
      const { checked, broken } = await verifyRecords(this.db, 'purchase', tell('purchases'));
      const deals = await verifyRecords(this.db, 'deal', tell('deals'));
      const sweeps = await verifyRecords(this.db, 'sweep', tell('sweeps'));
      return {
        checked,
        broken: broken.map(({ id, ...where }) => ({ requestId: id, ...where })),
        deals: { ...deals, broken: deals.broken.map(({ id, ...where }) => ({ deal: id, ...where })) },
        sweeps: { ...sweeps, broken: sweeps.broken.map(({ id, ...where }) => ({ source: id, ...where })) },
        chain: await verifyLedgerChain(this.db, tell('links')),
        checkpoints: await verifyCheckpoints(this.db, checkpoints, publicKeys),
      };
    });
  }

  /** What can be said of its database without reading what is in it. @throws LedgerError LedgerUnavailable */
  async inspect(): Promise<LedgerFacts> {
    return this.run(() => inspectLedger(this.db));
  }

  /** Whether this version can work with the database now. @throws LedgerError LedgerUnavailable */
  async state(): Promise<Exclude<LedgerState, 'away'>> {
    return this.run(() => stateOfLedger(this.db));
  }

  /** Where the chain of the ledger ends now, to be kept elsewhere. */
  async checkpoint(): Promise<Checkpoint> {
    return this.run(() => checkpointOf(this.db));
  }

  /** The orders that were made in a time, oldest first; a page of them is in memory. */
  async *ordersBetween(range: Range): AsyncGenerator<OrderMade, void, undefined> {
    let after: OrderPlace | undefined;
    do {
      const page = await this.run(() => ordersMadeAfter(this.db, range, after));
      yield* page.orders;
      after = page.next;
    } while (after !== undefined);
  }

  /** How many orders were begun in a time of which nobody knows yet whether they were made. */
  async doubtfulBetween(range: Range): Promise<number> {
    return this.run(() => countOfDoubtful(this.db, range));
  }
}
