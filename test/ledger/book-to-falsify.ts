import pg from 'pg';
import { Ledger } from '../../ledger/ledger';
import type { Question } from '../../domain/decision';
import { fingerprintOf } from '../../validation/fingerprint';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { tutorialRequest } from '../support/requests';

export const BOUGHT = 'bought';
export const OTHER = 'other';
export const WAITING = 'waiting';
export const DEAL = 'hubspot:9001234:1';
export const LEFT = 'hubspot:9001234:2';
export const SOURCE = 'hubspot';

const actor = 'test';
const wonAt = '2026-11-24T09:00:00.000Z';

/** Writes what a ledger holds after some work: purchases that were bought or wait, deals that were won twice or left, sweeps. */
export async function writeBook(databaseUrl: string): Promise<void> {
  const ledger = await Ledger.open(databaseUrl);
  for (const requestId of [BOUGHT, OTHER]) await buy(ledger, requestId);
  await waitForPerson(ledger);
  await winTwice(ledger);
  await ledger.deals.recordNotification({ deal: LEFT, source: SOURCE, by: 'sweep' }, actor);
  await ledger.deals.record({ deal: LEFT, status: 'not-won', kind: 'not-won', actor });
  for (const found of [3, 0]) {
    const at = new Date();
    await ledger.sweeps.recordSweep(SOURCE, { askedUntil: at, at, found, caughtUp: 0 });
  }
  await ledger.close();
}

async function open(ledger: Ledger, requestId: string): Promise<void> {
  const request = tutorialRequest(requestId);
  const fingerprint = fingerprintOf(request);
  await ledger.accept({ request, fingerprint, workflowId: purchaseWorkflowIdOf(requestId), actor });
  await ledger.openAttempt({ requestId, fingerprint, body: '{}', actor });
}

async function buy(ledger: Ledger, requestId: string): Promise<void> {
  await open(ledger, requestId);
  const status = 'ordering';
  const notSent = {
    outcome: 'not-created',
    why: 'not-sent',
    code: 'Down',
    message: 'down',
    evidence: {},
  } as const;
  await ledger.recordOutcome({ requestId, attempt: 1, outcome: notSent, status, actor });
  await open(ledger, requestId);
  const order = { orderNo: `ZC-${requestId}`, orderStatus: 'pending', productNo: '362' };
  const created = { outcome: 'created', order, evidence: { httpStatus: 200 } } as const;
  await ledger.recordOutcome({ requestId, attempt: 2, outcome: created, status: 'confirming', actor });
  const done = { order: { ...order, orderStatus: 'succeed' }, activationCode: 'AC-1' };
  await ledger.recordStatus({ requestId, status: 'ordered', kind: 'order-status', actor, ...done });
}

async function waitForPerson(ledger: Ledger): Promise<void> {
  const requestId = WAITING;
  await open(ledger, requestId);
  const unknown = { outcome: 'unknown', code: 'Cut', message: 'cut', evidence: { errorCode: 'E' } } as const;
  const reason = { code: 'OrderOutcomeUnknown', message: 'Nobody knows.' };
  await ledger.recordOutcome({ requestId, attempt: 1, outcome: unknown, status: 'settling', reason, actor });
  const question = {
    id: '1',
    verb: 'settle' as const,
    asked: 'Which?',
    candidates: [],
    since: wonAt,
  } satisfies Question;
  const status = 'waiting-for-decision';
  await ledger.recordStatus({ requestId, status, kind: 'decision-asked', actor, question, reason });
}

async function winTwice(ledger: Ledger): Promise<void> {
  const deal = DEAL;
  await ledger.deals.recordNotification({ deal, source: SOURCE, by: 'webhook' }, actor, 'notified-once');
  const missing = [{ field: 'plan', problem: 'no line item' }];
  await ledger.deals.record({ deal, status: 'incomplete', kind: 'incomplete', actor, missing, wonAt });
  const requested = {
    deal,
    status: 'requested',
    kind: 'requested',
    actor,
    request: { plan: 'Ultimate' },
  } as const;
  await ledger.deals.addWin({ ...requested, wonAt, requestId: `${deal}:1`, after: 0 });
  const dismissed = { deal, status: 'dismissed', kind: 'dismissed', actor } as const;
  await ledger.deals.addWin({ ...dismissed, wonAt: '2026-11-25T09:00:00.000Z', after: 1 });
}

/** Runs statements as the owner of the tables; with the triggers switched off when `past` says so. */
export async function falsify(databaseUrl: string, statements: string, past?: 'triggers'): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    if (past === 'triggers') await client.query('set session_replication_role = replica');
    await client.query(statements);
  } finally {
    // PGlite has one session for all.
    await client.query('reset session_replication_role');
    await client.end();
  }
}
