import type { Worker } from '@temporalio/worker';
import { errorInWords } from '../domain/printable';
import { portalTaskQueueOf } from '../domain/task-queues';
import { clearTextWarnings } from '../config/clear-text';
import { createLog } from '../config/log';
import { whenSupervisorIsGone } from '../config/process-life';
import { approvalRulesIn } from '../crm/deals-file/deals-file';
import { connectReaders } from '../crm/readers';
import { withSecretsOfFiles } from '../config/secret-files';
import { workerSettings } from '../config/settings';
import { temporalTarget } from '../config/temporal-connection';
import { wantsTraces } from '../config/tracing-settings';
import { present } from '../domain/optional';
import type { StepObserver } from '../domain/order-steps';
import { failPointObserver } from './fail-point';
import { startWorker, type Observers } from './start-worker';
import { sendTemporalLogsTo } from './temporal-logs';
import type { Watch } from './watch-worker';
import type { WorkerTracing } from './worker-tracing';

/**
 * Runs the worker until SIGTERM or SIGINT (the SDK's runtime listens for both), lets what is in flight finish, and
 * ends the process with 0; with 1 and one clear line on standard error when it cannot start.
 */
export async function runWorker(): Promise<void> {
  try {
    const env = withSecretsOfFiles(process.env);
    const settings = workerSettings(env);
    const observe = failPointObserver(env);
    const temporal = temporalTarget(env);
    const sources = await connectReaders(settings, env);
    const approvalRules = approvalRulesIn(settings.dealsFile);
    const log = createLog('wonce-worker', settings.logLevel);
    // Loaded where they are wanted: metrics and OpenTelemetry take their time.
    const watch =
      settings.metrics && (await (await import('./watch-worker.js')).watchWorker(settings.metrics));
    sendTemporalLogsTo(log, watch?.sdkAddress);
    clearTextWarnings({ databaseUrl: settings.databaseUrl, temporal }, env).forEach((warning) =>
      log.warn(warning),
    );
    const rules = { sources, approvalRules };
    const tracing = wantsTraces(env) ? (await import('./worker-tracing.js')).traceWorker() : undefined;
    const observers = observersOf(observe, watch, tracing);
    const { workers, readiness, close } = await startWorker(settings, temporal, rules, log, observers);
    watch?.becomes(readiness);
    whenSupervisorIsGone(() => workers.forEach(end));
    answerSupervisor(workers);
    const { address, namespace } = temporal;
    stopOnce();
    const { taskQueue } = settings;
    log.info(
      { address, namespace, taskQueue, portalTaskQueue: portalTaskQueueOf(taskQueue) },
      'worker ready',
    );
    try {
      await runTogether(workers);
    } finally {
      await watch?.close();
      await close();
      await tracing?.close();
    }
    log.info('worker stopped');
    // A pipe that is read keeps the process alive.
    process.stdin.destroy();
  } catch (error) {
    process.stderr.write(`wonce worker cannot run: ${errorInWords(error)}\n`);
    // Temporal's native runtime would keep the process alive; nothing of it is in use.
    process.exit(1);
  }
}

/** Runs them until all have ended; when one fails, the others end as well, and its failure is thrown. */
async function runTogether(workers: readonly Worker[]): Promise<void> {
  const runs = workers.map((worker) => worker.run().finally(() => workers.forEach(end)));
  const failures = (await Promise.allSettled(runs)).filter((run) => run.status === 'rejected');
  if (failures.length > 0) throw failures[0]!.reason;
}

function end(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}

function observersOf(step: StepObserver, watch?: Watch, tracing?: WorkerTracing): Observers {
  return {
    step,
    ...((watch ?? tracing) && {
      call: (call) => {
        watch?.observers.call(call);
        tracing?.observeCall(call);
      },
    }),
    ...present({ sweep: watch?.observers.sweep, interceptors: tracing?.interceptors }),
  };
}

/** A supervisor that has a channel to this process asks by it whether it runs. */
function answerSupervisor(workers: readonly Worker[]): void {
  process.on('message', () => {
    if (workers.every((worker) => worker.getState() === 'RUNNING')) process.send?.('running');
  });
  // A channel that is listened to keeps the process alive.
  process.channel?.unref();
}

/** The SDK's runtime listens for one signal only: a second one must not end an order in flight, and npm sends each twice. */
function stopOnce(): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);
}

if (require.main === module) void runWorker();
