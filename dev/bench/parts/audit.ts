import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import { canonicalJson } from '../../../domain/canonical-json';
import type { PurchaseRequest } from '../../../domain/request';
import { purchaseWorkflowIdOf } from '../../../domain/workflow-ids';
import { Ledger } from '../../../ledger/ledger';
import { fingerprintOf } from '../../../validation/fingerprint';
import { orderOnce } from '../filled-ledger';
import type { Ground } from '../ground';
import type { Part } from '../part';
import { median } from '../percentiles';
import { benchRequest } from '../request';
import type { Row } from '../row';
import { inTurn } from '../timed';

const PURCHASES = 2_000;
const ROUNDS = 5;

/** How long the proof takes that nothing in the ledger was changed. */
export const audit: Part = {
  name: 'audit',
  about: `wonce audit --verify of ${PURCHASES.toLocaleString('en')} purchases, beside SHA-256 over the same bytes`,
  measure,
};

async function* measure(ground: Ground): AsyncGenerator<Row, void, undefined> {
  const url = await ground.database('audit');
  const ledger = await Ledger.open(url);
  const db = new pg.Client({ connectionString: url });
  await db.connect();
  try {
    for (let number = 1; number <= PURCHASES; number++) await buy(ledger, number);
    await db.query('vacuum analyze');
    const texts = await hashedTexts(ledger);
    const verify = async () => {
      const { checked, broken, chain } = await ledger.verifyAll();
      if (checked !== PURCHASES || broken.length + chain.broken.length > 0) throw new Error('Not verified.');
    };
    const [verified = [], hashed = [], read = []] = await inTurn(
      ROUNDS,
      verify,
      () => Promise.resolve(hashAll(texts)),
      () => readAndHash(db),
    );
    const megabytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6;
    yield {
      what: `audit verify of ${PURCHASES.toLocaleString('en')} purchases (${megabytes.toFixed(1)} MB)`,
      measured: median(verified),
      unit: 'ms',
      reference: { what: 'SHA-256 over the same bytes, in memory', value: median(hashed) },
      target: { of: 'ratio', is: 'at most', value: 3 },
    };
    yield {
      what: 'audit verify of the same',
      measured: median(verified),
      unit: 'ms',
      reference: { what: 'reading the rows and SHA-256 over them', value: median(read) },
    };
  } finally {
    await db.end();
    await ledger.close();
  }
}

async function buy(ledger: Ledger, number: number): Promise<void> {
  const requestId = `audit-${randomUUID()}-${String(number).padStart(7, '0')}`;
  const request = { ...benchRequest(), requestId } as PurchaseRequest;
  const fingerprint = fingerprintOf(request);
  const workflowId = purchaseWorkflowIdOf(requestId);
  await ledger.accept({ request, fingerprint, workflowId, actor: 'workflow', via: 'api token 1' });
  await orderOnce(ledger, request, fingerprint);
}

/** What the hashes of the ledger are of: each event, and each link of the chain over all of them. */
async function hashedTexts(ledger: Ledger): Promise<string[]> {
  const texts: string[] = [];
  let after: string | undefined;
  do {
    const { purchases, next } = await ledger.list({ limit: 100, ...(after !== undefined && { after }) });
    for (const { requestId } of purchases) {
      for (const { hash, ...event } of await ledger.events(requestId)) {
        texts.push(canonicalJson(event));
        texts.push([texts.length, 'purchase', requestId, event.seq, hash, event.previousHash].join('|'));
      }
    }
    after = next;
  } while (after !== undefined);
  return texts;
}

function hashAll(texts: readonly string[]): void {
  for (const text of texts) createHash('sha256').update(text).digest('hex');
}

/** The least that whoever verifies from outside of the database has to do: all rows as text, and a hash over each. */
async function readAndHash(db: pg.Client): Promise<void> {
  for (const table of ['purchases', 'order_attempts', 'events', 'ledger_chain']) {
    const { rows } = await db.query<{ text: string }>(`select to_jsonb(t)::text as text from ${table} t`);
    hashAll(rows.map(({ text }) => text));
  }
}
