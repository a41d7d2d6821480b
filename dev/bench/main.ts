import { Client, Connection } from '@temporalio/client';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentWith } from '../../cli/running-stack';
import { PURCHASE_WORKFLOW, purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { temporalTarget } from '../../config/temporal-connection';
import { narrator, say } from '../stack/console';
import { bringUp } from '../stack/stack';
import { Supervisor } from '../stack/supervisor';
import { untilInterrupted } from '../stack/until-interrupted';
import { fiveCalls } from './five-calls';
import { median } from './percentiles';
import { benchRequest } from './request';

const ROUNDS = 21;
const MANY = 400;
const AT_ONCE = 50;

/**
 * `npm run bench`: what a purchase costs on the embedded stack, against the tutorial's calls one after the other in
 * plain axios, from one run, both against the same fake portal.
 */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'wonce-bench-'));
  const supervisor = new Supervisor(folder, say);
  const interrupted = untilInterrupted();
  // Until all is measured.
  process.exitCode = 1;
  try {
    await Promise.race([measure(folder, supervisor), interrupted]);
  } finally {
    await supervisor.stopAll();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, supervisor: Supervisor): Promise<void> {
  const { PORTAL_URL: _url, DATABASE_URL: _database, ...env } = process.env;
  const stack = await bringUp(env, folder, supervisor, narrator);
  const { connection, namespace, dataConverter } = temporalTarget(environmentWith(stack, env));
  const temporal = new Client({ connection: await Connection.connect(connection), namespace, dataConverter });
  say(`\n${cpus().length} cores, Node ${process.versions.node}, medians of ${ROUNDS}\n`);
  const buy = () => purchase(temporal, stack.taskQueue);
  for (let round = 0; round < 10; round++) await buy();
  for (const latencyMs of [100, 0]) await compare(stack.portalUrl, latencyMs, buy);
  await measureMany(buy);
  const { events } = await temporal.workflow.getHandle(purchaseWorkflowIdOf(await buy())).fetchHistory();
  say(`events in the history of a purchase       ${events?.length}`);
  await temporal.connection.close();
  process.exitCode = 0;
}

async function purchase(temporal: Client, taskQueue: string): Promise<string> {
  const request = benchRequest();
  await temporal.workflow.execute(PURCHASE_WORKFLOW, {
    workflowId: purchaseWorkflowIdOf(request.requestId),
    taskQueue,
    args: [request],
  });
  return request.requestId;
}

/** Both ways in turn, so that whatever else the machine does slows both alike. */
async function compare(portalUrl: string, latencyMs: number, buy: () => Promise<unknown>): Promise<void> {
  await fetch(`${portalUrl}/_control/settings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ latencyMs }),
  });
  const plain: number[] = [];
  const durable: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    plain.push(await timed(() => fiveCalls(portalUrl)));
    durable.push(await timed(buy));
  }
  const [calls, wonce] = [median(plain), median(durable)];
  say(`portal latency ${latencyMs} ms a call`);
  say(`  the five calls in plain axios           ${calls.toFixed(1)} ms`);
  say(`  the purchase by Wonce                   ${wonce.toFixed(1)} ms`);
  say(`  ratio of the medians                    ${(wonce / calls).toFixed(2)}`);
  if (latencyMs === 0) say(`  what durability adds                    ${(wonce - calls).toFixed(1)} ms`);
  say();
}

async function measureMany(buy: () => Promise<unknown>): Promise<void> {
  let begun = 0;
  const worker = async () => {
    while (begun++ < MANY) await buy();
  };
  const ms = await timed(() => Promise.all(Array.from({ length: AT_ONCE }, worker)));
  say(
    `${MANY} purchases, ${AT_ONCE} at once, portal at 0 ms     ${(MANY / (ms / 1000)).toFixed(1)} a second`,
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  },
);
