import type { ActivityDeps } from '../../activities/dependencies';
import { findWonDeals, nextSweptDeals, recordSweep } from '../../activities/sweep';
import type { SweepCatch } from '../../domain/sweep-catch';
import type { FoundDeals } from '../../workflows/messages/sweep';
import { Ledger } from '../../ledger/ledger';
import { MockActivityEnvironment } from '@temporalio/testing';
import { pipedriveSource } from '../crm/pipedrive-source';
import { freshPostgres, type DatabaseForTests } from '../ledger/databases';

const DEALS = 50_000;
/** What Temporal takes in one payload, with room to spare. */
const MOST_BYTES = 200_000;

let database: DatabaseForTests;
let ledger: Ledger;

beforeAll(async () => {
  database = await freshPostgres();
  ledger = await Ledger.open(database.url);
});
afterAll(async () => {
  await ledger.close();
  await database.drop();
});

it('a sweep over 50,000 deals hands them over in pages, each of them once', async () => {
  const account = 'a'.repeat(40);
  const found = Array.from({ length: DEALS }, (_, n) => ({
    dealId: String(n).padStart(60, '0'),
    wonAt: '2026-11-24T09:00:00.000Z',
  }));
  const source = pipedriveSource({ name: 'many', account });
  const reader = { wonSince: () => Promise.resolve(found) };
  const sources = new Map([['many', { source, reader }]]);
  const told: SweepCatch[] = [];
  const observeSweep = (sweep: SweepCatch) => void told.push(sweep);
  const deps = { ledger, sources, observeSweep } as unknown as ActivityDeps;

  const swept: FoundDeals = await new MockActivityEnvironment().run(() => findWonDeals(deps)('many'));
  expect(swept).toMatchObject({ found: DEALS });
  expect(JSON.stringify(swept).length).toBeLessThan(1_000);
  const seen = new Set<string>();
  for (let after = ''; ;) {
    const page = await nextSweptDeals(deps)({ source: 'many', askedAt: swept.askedAt, after, limit: 1_000 });
    expect(JSON.stringify(page).length).toBeLessThan(MOST_BYTES);
    page.forEach((deal) => seen.add(deal));
    if (page.length < 1_000) break;
    after = page.at(-1)!;
  }
  expect(seen.size).toBe(DEALS);

  await recordSweep(deps)({ source: 'many', askedAt: swept.askedAt, found: DEALS, caughtUp: DEALS });
  expect(told).toEqual([{ source: 'many', found: DEALS, caughtUp: DEALS }]);
  const first = { source: 'many', askedAt: swept.askedAt, after: '', limit: 1 };
  expect(await nextSweptDeals(deps)(first)).toEqual([]);
}, 120_000);
