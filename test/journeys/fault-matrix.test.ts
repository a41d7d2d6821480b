import { randomUUID } from 'node:crypto';
import { WonceClient } from '../../client/wonce-client';
import { ORDER_STEPS, type OrderStep } from '../../domain/order-steps';
import type { AttemptRecord } from '../../ledger/purchase-record';
import type { PurchaseStatus } from '../../domain/status';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { spawnProcess } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

/** What the portal does to the order, or to the first one of them. */
const FAULTS = {
  'no fault': undefined,
  'refused inside a 200': { kind: 'refuse', httpStatus: 200, code: 'parameter_validation_failed' },
  'told to slow down': { kind: 'rate-limit', retryAfterSeconds: 1 },
  'a 500, not taken': { kind: 'server-error', when: 'before' },
  'a 500, taken': { kind: 'server-error', when: 'after' },
  'a hang, not taken': { kind: 'hang', when: 'before' },
  'a hang, taken': { kind: 'hang', when: 'after' },
  'a cut, not taken': { kind: 'cut', when: 'before' },
  'a cut, taken': { kind: 'cut', when: 'after' },
  'broken JSON, taken': { kind: 'broken-json', when: 'after' },
  'an HTML page, taken': { kind: 'html', when: 'after' },
} as const;
type Fault = keyof typeof FAULTS;
const FAULT_NAMES = Object.keys(FAULTS) as Fault[];

/** How a purchase may end: orders in the vendor's book, status, and attempts in the ledger. */
const ENDS = {
  ordered: { orders: 1, status: 'ordered', attempts: 1 },
  /** After an attempt that provably created nothing. */
  again: { orders: 1, status: 'ordered', attempts: 2 },
  /** Its answer was lost: found among the vendor's orders. */
  found: { orders: 1, status: 'ordered', attempts: 1 },
  refused: { orders: 0, status: 'refused', attempts: 1 },
  /** Nothing is found, and nothing proves that nothing was taken: a person is asked, nothing is sent again. */
  asked: { orders: 0, status: 'waiting-for-decision', attempts: 1 },
} as const;
type End = keyof typeof ENDS;

/** What the ledger has of the attempt when the worker dies. */
const COLUMNS = ['nothing', 'not sent', 'no outcome', 'outcome'] as const;
const MOMENTS: Record<OrderStep, (typeof COLUMNS)[number]> = {
  'before-attempt-written': 'nothing',
  'after-attempt-written': 'not sent',
  'before-order-sent': 'not sent',
  'after-order-taken': 'no outcome',
  'after-answer-judged': 'no outcome',
  'before-outcome-recorded': 'no outcome',
  'after-outcome-recorded': 'outcome',
  'before-activity-returns': 'outcome',
};

/**
 * Where nothing is in the ledger, nothing was sent, and the order is made as if nobody had died: the fault strikes it
 * then. What was begun and not sent is never known to be not sent. An outcome that was not recorded is lost, a refusal
 * just as well; one that was recorded stands, and the run goes on from it.
 */
// prettier-ignore
const EXPECTED: Record<Fault, readonly [End, End, End, End]> = {
  //                      nothing    not sent  no outcome  outcome
  'no fault':             ['ordered', 'asked', 'found',    'ordered'],
  'refused inside a 200': ['refused', 'asked', 'asked',    'refused'],
  'told to slow down':    ['again',   'asked', 'asked',    'again'],
  'a 500, not taken':     ['asked',   'asked', 'asked',    'asked'],
  'a 500, taken':         ['found',   'asked', 'found',    'found'],
  'a hang, not taken':    ['asked',   'asked', 'asked',    'asked'],
  'a hang, taken':        ['found',   'asked', 'found',    'found'],
  'a cut, not taken':     ['asked',   'asked', 'asked',    'asked'],
  'a cut, taken':         ['found',   'asked', 'found',    'found'],
  'broken JSON, taken':   ['found',   'asked', 'found',    'found'],
  'an HTML page, taken':  ['found',   'asked', 'found',    'found'],
};

/** One fail point with one fault: a purchase of its own, for a PBX of its own. */
interface Cell {
  point: OrderStep;
  fault: Fault;
  requestId: string;
  serialNumber: string;
}

/** Cells that share a task queue: in each a worker of its own dies, and one more worker finishes them all. */
interface Lane {
  stack: TestStack;
  taskQueue: string;
  cells: Cell[];
}

interface Result {
  status: PurchaseStatus;
  /** Numbers of the orders in the vendor's book. */
  orders: string[];
  attempts: AttemptRecord[];
  recordedStatus: string;
  isChainWhole: boolean;
  /** Process ids: of the worker that died, and of the one that did the run's latest step. */
  deadPid: number;
  lastPid: number;
}

/** Only createOrder's start-to-close (60 s) tells of a dead worker: all cells wait for it together. */
const PATIENCE_MS = 1_200_000;
/** Fail points whose workers are started at the same time; more would only hold each other up. */
const AT_ONCE = 4;

const stacks: TestStack[] = [];
const deadPids = new Map<Cell, number>();
const results = new Map<string, Result>();
const nameOf = ({ point, fault }: Pick<Cell, 'point' | 'fault'>) => `${point}, ${fault}`;

function endNameOf({ point, fault }: Pick<Cell, 'point' | 'fault'>): End {
  return EXPECTED[fault][COLUMNS.indexOf(MOMENTS[point])]!;
}

beforeAll(async () => {
  const turns = turnsFor(AT_ONCE);
  const lanes = await Promise.all(
    ORDER_STEPS.map(async (point, index) => {
      const endTurn = await turns.next();
      const stack = await TestStack.start();
      stacks.push(stack);
      // The vendor's list with the references, and without.
      await stack.portal.settings({ returnPoNumber: index % 2 === 0 });
      const { quick, slow } = await lanesOf(stack, point);
      await Promise.all([
        oneAfterTheOther(quick).finally(endTurn),
        ...slow.map((lane) => killWorkers(lane).then(takeOver)),
      ]);
      return [...quick, ...slow];
    }),
  );
  for (const { stack, cells } of lanes.flat()) {
    for (const cell of cells) results.set(nameOf(cell), await resultOf(stack, cell));
  }
}, PATIENCE_MS);
afterAll(() => Promise.all(stacks.map((stack) => stack.stop())));

function turnsFor(atOnce: number) {
  let free = atOnce;
  const waiting: (() => void)[] = [];
  const end = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    /** @returns what ends the turn */
    async next(): Promise<() => void> {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return end;
    },
  };
}

async function oneAfterTheOther(lanes: Lane[]): Promise<void> {
  for (const lane of lanes) await takeOver(await killWorkers(lane));
}

/** So few that all their workers are dead before the first death is noticed, after 60 s: then its purchase would go on. */
const CELLS_OF_A_LANE = 5;

/** Where a worker dies only after the order's deadline (30 s), the others go on meanwhile: its lane is its own. */
async function lanesOf(stack: TestStack, point: OrderStep): Promise<{ quick: Lane[]; slow: Lane[] }> {
  const cells = FAULT_NAMES.map((fault) => ({
    point,
    fault,
    requestId: `matrix-${randomUUID().slice(0, 8)}`,
    serialNumber: `3651E4${randomUUID().slice(0, 6).toUpperCase()}`,
  }));
  await stack.portal.addProducts(cells.map(({ serialNumber }) => serialNumber));
  const isSent = ['no outcome', 'outcome'].includes(MOMENTS[point]);
  const isSlow = ({ fault }: Cell) => isSent && FAULTS[fault]?.kind === 'hang';
  const laneOf = (some: Cell[]): Lane => {
    return { stack, taskQueue: `${stack.taskQueue}-${some[0]!.requestId}`, cells: some };
  };
  const quick = cells.filter((cell) => !isSlow(cell));
  const starts = quick.flatMap((_cell, place) => (place % CELLS_OF_A_LANE === 0 ? place : []));
  return {
    quick: starts.map((from) => laneOf(quick.slice(from, from + CELLS_OF_A_LANE))),
    slow: cells.filter(isSlow).map((cell) => laneOf([cell])),
  };
}

/** Begins the purchases one after the other, and each is the end of a worker. */
async function killWorkers(lane: Lane): Promise<Lane> {
  const { stack, taskQueue, cells } = lane;
  const { temporal, ledger, portal } = stack;
  const client = new WonceClient({ taskQueue, temporal, ledger, problems: [] });
  for (const cell of cells) {
    const { point, fault, requestId, serialNumber } = cell;
    const match = { productNo: serialNumber };
    if (FAULTS[fault]) await portal.fault({ endpoint: 'orders', match, ...FAULTS[fault] });
    const license = { kind: 'existing', serialNumber } as const;
    await client.start({ ...tutorialRequest(requestId), license });
    // On a machine so slow that an earlier dead worker is noticed by now, that purchase may meet the point again first.
    do {
      const env = { ...stack.env(), WONCE_TASK_QUEUE: taskQueue, WONCE_FAIL_POINT: point };
      const worker = spawnProcess('worker/main.js', env);
      stack.workers.push(worker);
      await worker.ended();
      if (worker.child.signalCode !== 'SIGKILL') throw new Error(`Not killed at ${point}:\n${worker.output}`);
      deadPids.set(cell, worker.child.pid!);
    } while (!(await isOrdering(stack, requestId)));
  }
  return lane;
}

/** Whether createOrder was begun, and has not answered. */
async function isOrdering({ temporal }: TestStack, requestId: string): Promise<boolean> {
  const { raw } = await temporal.workflow.getHandle(purchaseWorkflowIdOf(requestId)).describe();
  const begun = raw.pendingActivities?.filter(({ lastStartedTime }) => lastStartedTime) ?? [];
  return begun.some(({ activityType }) => activityType?.name === 'createOrder');
}

/** A second worker, without a fail point. */
async function takeOver({ stack, taskQueue }: Lane): Promise<void> {
  await stack.startWorker({ WONCE_TASK_QUEUE: taskQueue });
}

async function resultOf(stack: TestStack, cell: Cell): Promise<Result> {
  const { client, ledger, portal } = stack;
  const { requestId, serialNumber } = cell;
  // A person may be asked before the look that finds the order: the window of these tests has 4 s.
  const { status: wanted } = ENDS[endNameOf(cell)];
  const { status } = await client.wait(requestId);
  const isThere = async () => (await client.status(requestId)).status.status === wanted;
  if (status.status !== wanted)
    await until(`${nameOf(cell)}: ${wanted}, not ${JSON.stringify(status)}`, isThere);
  const orders = await portal.orders(({ body }) => body.includes(`"productNo":"${serialNumber}"`));
  return {
    status: (await client.status(requestId)).status,
    recordedStatus: (await ledger.find(requestId))!.status,
    orders: orders.map(({ orderNo }) => orderNo),
    attempts: await ledger.attempts(requestId),
    isChainWhole: (await ledger.verify(requestId)).ok,
    deadPid: deadPids.get(cell)!,
    lastPid: await lastWorkerOf(stack, requestId),
  };
}

/** The process id of the worker that did the run's latest step. */
async function lastWorkerOf({ temporal }: TestStack, requestId: string): Promise<number> {
  const history = await temporal.workflow.getHandle(purchaseWorkflowIdOf(requestId)).fetchHistory();
  const steps = history.events!.flatMap((event) => event.workflowTaskCompletedEventAttributes ?? []);
  return Number.parseInt(steps.at(-1)!.identity!);
}

describe.each(ORDER_STEPS)('killed at %s', (point) => {
  it.each(FAULT_NAMES)('%s', (fault) => {
    const result = results.get(nameOf({ point, fault }))!;
    const name = endNameOf({ point, fault });
    const end = ENDS[name];
    expect(result.orders).toHaveLength(end.orders);
    expect(result.status).toMatchObject({
      status: end.status,
      ...(end.orders === 1 && { order: { orderNo: result.orders[0] } }),
      ...(name === 'asked' && { question: { verb: 'settle', candidates: [] } }),
    });
    expect(result.recordedStatus).toBe(end.status);
    expect(result.attempts).toHaveLength(end.attempts);
    const settledBy = ORDER_STEPS.indexOf(point) % 2 === 0 ? 'reference' : 'content';
    expect(result.attempts.at(-1)!.result!.evidence.settledBy).toBe(name === 'found' ? settledBy : undefined);
    expect(result.isChainWhole).toBe(true);
    expect(result.lastPid).not.toBe(result.deadPid);
  });
});
