import pg from 'pg';
import { copyOf } from '../filled-ledger';
import type { Ground } from '../ground';
import type { Part } from '../part';
import { percentile } from '../percentiles';
import type { Row } from '../row';
import { inTurn } from '../timed';
import { LARGE } from './ledger';

const ROUNDS = 1_000;
const WARM_UP = 100;

/** How fast the API tells of one purchase among a million. */
export const status: Part = {
  name: 'status',
  about: `the status of a purchase by the API, of ${LARGE.toLocaleString('en')} in the ledger, ${ROUNDS} times`,
  measure,
};

async function* measure(ground: Ground): AsyncGenerator<Row, void, undefined> {
  const { url } = await ground.filledLedger(LARGE);
  await ground.clear();
  const stack = await ground.ownStack({ env: { DATABASE_URL: url } });
  const db = new pg.Client({ connectionString: url });
  await db.connect();
  try {
    const byApi = async () => {
      const response = await fetch(`${stack.at.serverUrl}/purchases/${anyOne()}`);
      const { status: stands } = (await response.json()) as { status?: string };
      if (stands === undefined) throw new Error(`The API answered ${response.status}.`);
    };
    const bare = () => db.query('select * from purchases where request_id = $1', [anyOne()]);
    await inTurn(WARM_UP, byApi, bare);
    const [answers = [], queries = []] = await inTurn(ROUNDS, byApi, bare);
    yield {
      what: 'status of a purchase by the API, at 1 million, p99',
      measured: percentile(answers, 99),
      unit: 'ms',
      reference: { what: 'a bare indexed query', value: percentile(queries, 99) },
      target: { of: 'measured', is: 'at most', value: 20 },
    };
  } finally {
    await db.end();
    await ground.clear();
  }
}

function anyOne(): string {
  return copyOf(1 + Math.floor(Math.random() * LARGE)).requestId;
}
