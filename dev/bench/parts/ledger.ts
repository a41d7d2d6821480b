import { randomUUID } from 'node:crypto';
import { WonceClient } from '../../../client/wonce-client';
import { purchaseWorkflowIdOf } from '../../../domain/workflow-ids';
import type { PurchaseQuery } from '../../../ledger/page';
import type { PurchaseRequest } from '../../../domain/request';
import { fingerprintOf } from '../../../validation/fingerprint';
import { copyOf, type FilledLedger } from '../filled-ledger';
import type { Ground } from '../ground';
import type { Part } from '../part';
import { median } from '../percentiles';
import { benchRequest } from '../request';
import type { Row } from '../row';
import { timed } from '../timed';

const SMALL = 1_000;
export const LARGE = 1_000_000;
const ROUNDS = 41;
const WARM_UP = 5;

/** Whether the ledger is as fast after years as in its first week. */
export const ledger: Part = {
  name: 'ledger',
  about: `what is written and looked for in a ledger of ${LARGE.toLocaleString('en')} purchases, beside one of ${SMALL.toLocaleString('en')}, medians of ${ROUNDS}`,
  measure,
};

async function* measure(ground: Ground): AsyncGenerator<Row, void, undefined> {
  const small = await ground.filledLedger(SMALL);
  const large = await ground.filledLedger(LARGE);
  yield row('claim of an attempt', await byTurns(small, large, claim));
  for (const [what, query] of PAGES) {
    yield row(what, await byTurns(small, large, ({ ledger: of }) => timed(() => of.list(query))));
  }
  yield row("the page's front: what waits and is under way", await byTurns(small, large, counts));
  // No target: of a thousand times as many purchases a thousand times as many were of the last two weeks.
  const { target: _, ...whole } = row("the page's front as a whole", await byTurns(small, large, front));
  yield whole;
}

/** Of purchases that both ledgers have. */
const KNOWN = copyOf(700);

/** What the API's list, the page's orders and its search ask for. */
const PAGES: readonly (readonly [what: string, query: PurchaseQuery])[] = [
  ['list, newest first', {}],
  ['list, those refused', { status: 'refused' }],
  ['list, those waiting', { status: 'waiting-for-choice' }],
  ['list, by order number', { sort: { by: 'order', isDescending: false } }],
  ['list, by status', { sort: { by: 'status', isDescending: false } }],
  ['list, by what is bought', { sort: { by: 'what', isDescending: false } }],
  ['search, by request id', { text: KNOWN.requestId }],
  ['search, by order number', { text: KNOWN.orderNo }],
  ['search, by serial number', { text: KNOWN.serialNumber }],
  ['search, by purchase order number', { text: KNOWN.poNumber }],
  ['search, by e-mail address', { text: KNOWN.email }],
  ['search, by a word that all have', { text: 'Ultimate' }],
];

function row(what: string, [small, large]: readonly [number, number]): Row {
  return {
    what: `${what}, at 1 million`,
    measured: large,
    unit: 'ms',
    reference: { what: 'at 1,000', value: small },
    target: { of: 'ratio', is: 'at most', value: 1.5 },
  };
}

/** @param measureOne gives how long it took, in ms @returns medians */
async function byTurns(
  small: FilledLedger,
  large: FilledLedger,
  measureOne: (of: FilledLedger) => Promise<number>,
): Promise<[small: number, large: number]> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const both = [await measureOne(small), await measureOne(large)] as const;
    if (round >= WARM_UP) both.forEach((ms, place) => times[place]!.push(ms));
  }
  return [median(times[0]), median(times[1])];
}

/** The claim alone: the purchase is accepted before. */
async function claim({ ledger: of }: FilledLedger): Promise<number> {
  const request = { ...benchRequest(), requestId: `claim-${randomUUID()}` } as PurchaseRequest;
  const { requestId } = request;
  const fingerprint = fingerprintOf(request);
  await of.accept({ request, fingerprint, workflowId: purchaseWorkflowIdOf(requestId), actor: 'workflow' });
  return timed(() =>
    of.openAttempt({ requestId, fingerprint, body: '{"serviceList":[]}', actor: 'workflow' }),
  );
}

const clientOf = ({ ledger: of }: FilledLedger) =>
  new WonceClient({ taskQueue: 'none', ledger: of, problems: [] });

function counts(filled: FilledLedger): Promise<number> {
  return timed(() => clientOf(filled).overview.counts());
}

function front(filled: FilledLedger): Promise<number> {
  return timed(() => clientOf(filled).overview.desk({ days: 14, zone: 'Europe/Berlin' }));
}
