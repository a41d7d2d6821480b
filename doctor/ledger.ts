import type { Environment } from '../config/check';
import { ledgerTls } from '../config/clear-text';
import { isLoopback } from '../config/loopback';
import { LedgerError } from '../ledger/errors';
import type { LedgerFacts } from '../ledger/inspect';
import { Ledger } from '../ledger/ledger';
import { compareClocks } from './clock';
import { asExpected, handled, notChecked, notHandled, type Finding, type Row } from './row';

const WHATS = ['database', 'TLS', 'limit of a statement', 'tables', 'rights', 'what is kept', 'clock'];

/** The clocks of one house: the ledger's is by no allowance that can be set. */
const CLOCK_ALLOWANCE_MS = 5 * 60_000;

/** The ledger: its database, its tables and what this role may do with them. */
export async function checkLedger(env: Environment): Promise<Row[]> {
  const { DATABASE_URL: url } = env;
  if (!url)
    return allAfter(
      notHandled(
        'DATABASE_URL is not set',
        'Set it as docs/settings.md says, or run this in the folder of an `npm start`.',
      ),
    );
  try {
    const ledger = await Ledger.open(url, { maxConnections: 1, migrate: false });
    try {
      return rowsOf(await ledger.inspect(), url, env);
    } finally {
      await ledger.close();
    }
  } catch (error) {
    return allAfter(unreachable(error));
  }
}

function unreachable(error: unknown): Finding {
  // The message of the ledger's own error names the address: this row may be sent with a bug.
  const failure = error instanceof LedgerError ? error.failure : undefined;
  if (failure?.seen !== undefined) return notHandled(`${failure.seen} (${failure.code})`, failure.next);
  return notHandled(
    `it cannot be used (${failure?.code ?? (error as Error).name})`,
    'See that Postgres runs, and that address, user and password in DATABASE_URL are right.',
  );
}

function rowsOf(facts: LedgerFacts, url: string, env: Environment): Row[] {
  const { serverVersion, now } = facts;
  return [
    row('database', asExpected(`Postgres ${serverVersion}`)),
    row('TLS', tlsFinding(url, env)),
    row('limit of a statement', limitFinding(facts)),
    row('tables', tablesFinding(facts)),
    row('rights', rightsFinding(facts)),
    row('what is kept', keptFinding(facts)),
    row('clock', compareClocks(now, Date.now(), CLOCK_ALLOWANCE_MS)),
  ];
}

/** The connection is there: with what DATABASE_URL asks for, or not at all. A pooler may be what it leads to. */
function tlsFinding(url: string, env: Environment): Finding {
  const tls = ledgerTls(url, env);
  const host = new URL(url).searchParams.get('host') ?? new URL(url).hostname;
  const isHere = host === '' || host.startsWith('/') || isLoopback(decodeURIComponent(host));
  if (tls === 'checked') return asExpected('by TLS, and its certificate is checked');
  if (isHere) return asExpected(tls === 'none' ? 'without, on this machine' : 'by TLS, on this machine');
  if (tls === 'unchecked') {
    return handled(
      'by TLS with whoever answers: its certificate is not checked, or not its name',
      'Whoever comes in between sees all, and answers as he likes. Write sslmode=verify-full, with sslrootcert=FILE.',
    );
  }
  return handled(
    'without, to another machine',
    'Whoever reads along sees its password, requests and orders. Add ?sslmode=verify-full to DATABASE_URL, unless the network between is yours alone.',
  );
}

function limitFinding({ statementTimeout }: LedgerFacts): Finding {
  if (statementTimeout !== '0') return asExpected(statementTimeout);
  return handled(
    'none: a pooler in front of it does not take one',
    "A statement that is stuck is given up here, and stays there. As the owner: alter role ROLE set statement_timeout = '10s'.",
  );
}

function tablesFinding({ missing, newer }: LedgerFacts): Finding {
  if (missing.length > 0) {
    return notHandled(
      `missing: ${missing.join(', ')}`,
      'Start a worker of this version, which makes them, or run `wonce tables` as the user that owns the database.',
    );
  }
  if (newer.length === 0) return asExpected('up to date');
  return handled(
    `up to date, and by a newer version: ${newer.join(', ')}`,
    'Nothing: this version works on them. Use the newer one when it is everywhere.',
  );
}

function rightsFinding({ missing, lacking }: LedgerFacts): Finding {
  if (missing.length > 0) return notChecked('the tables are not up to date');
  if (lacking.length === 0) return asExpected('all that Wonce needs');
  return notHandled(
    `lacking: ${lacking.join(', ')}`,
    'Run `wonce tables --for ROLE` as the user that owns the tables.',
  );
}

function keptFinding({ missing, excess, unguarded }: LedgerFacts): Finding {
  if (missing.length > 0) return notChecked('the tables are not up to date');
  if (unguarded.length > 0) {
    return notHandled(
      `triggers not there or off: ${unguarded.join(', ')}`,
      'Somebody has changed the tables: what was written can be changed. Verify it with `wonce audit --verify`, and see docs/ledger.md.',
    );
  }
  if (excess.length === 0) return asExpected('this role cannot change or delete what was written');
  return handled(
    'triggers keep it, and this role could switch them off',
    'Use a role that owns nothing: `wonce tables --for ROLE` (docs/ledger.md).',
  );
}

function allAfter(finding: Finding): Row[] {
  return WHATS.map((what, index) => row(what, index === 0 ? finding : notChecked('see the row above')));
}

function row(what: string, finding: Finding): Row {
  return { subject: 'ledger', what, ...finding };
}
