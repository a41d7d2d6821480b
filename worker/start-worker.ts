import { asyncLocalStorage } from '@temporalio/activity';
import {
  NativeConnection,
  Worker,
  type NativeConnectionOptions,
  type WorkerInterceptors,
  type WorkerOptions,
} from '@temporalio/worker';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { createActivities, type Activities } from '../activities/activities';
import type { ActivityPolicy, NoticeDeps } from '../activities/dependencies';
import type { ConnectedSources } from '../crm/readers';
import type { ApprovalRule } from '../domain/approval-rules';
import type { ErrorCode } from '../domain/error-catalogue';
import type { Readiness } from '../domain/readiness';
import type { StepObserver } from '../domain/order-steps';
import type { SweepObserver } from '../domain/sweep-catch';
import type { VendorCallObserver } from '../domain/vendor-call';
import { Ledger } from '../ledger/ledger';
import { NoticeSender } from '../notices/notice-sender';
import { PortalClient } from '../portal/portal-client';
import { PortalError } from '../portal/portal-error';
import type { WorkerSettings } from '../config/settings';
import type { TemporalTarget } from '../config/temporal-connection';
import { versioningOf, warnUnlessCurrent } from './deployment';
import { readinessOfWorker } from './worker-readiness';
import { SearchAttributesOfNamespace } from './search-attributes-of-namespace';
import { isEncrypting, runCodeFor } from './workflow-bundle';
import { present } from '../domain/optional';
import { VERSION } from '../config/version';
import { FOR_A_PERSON, portalTaskQueueOf } from '../domain/task-queues';
import { workerIdentityOf } from '../domain/worker-identity';

/** The worker cannot start; the message says what was expected, what came and what to do. */
export class WorkerStartError extends Error {
  override readonly name = 'WorkerStartError';

  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** What deals.yaml says. */
export interface HouseRules {
  sources: ConnectedSources;
  approvalRules: readonly ApprovalRule[];
}

/** Who is told of what happens; nothing depends on them. */
export interface Observers {
  step: StepObserver;
  call?: VendorCallObserver;
  sweep?: SweepObserver;
  interceptors?: WorkerInterceptors;
}

export interface StartedWorker {
  /** Of the task queue, and of that of the steps that call the vendor. */
  workers: Worker[];
  /** What they need to do their work, as it is now. */
  readiness: () => Promise<Readiness>;
  /** Closes what the workers stood on; after all of them have ended. */
  close: () => Promise<void>;
}

/**
 * Checks everything the worker stands on (bundle, Temporal, ledger, the portal's credentials) and makes the worker, which is one of
 * Temporal's for each of its two task queues.
 * A portal that cannot be reached is no reason to stop: the runs wait for it and go on.
 *
 * @throws WorkerStartError, LedgerUnavailable
 */
export async function startWorker(
  settings: WorkerSettings,
  temporal: TemporalTarget,
  { sources, approvalRules }: HouseRules,
  log: Logger,
  observers: Observers,
): Promise<StartedWorker> {
  const { codePath } = runCodeFor(temporal).workflowBundle;
  if (!existsSync(codePath)) {
    throw new WorkerStartError('BundleMissing', `${codePath} is not there. Run: npm run build`);
  }
  const portal = new PortalClient({ ...settings.portal, isUrgent: isForPerson }, observers.call);
  const opened: { close(): unknown }[] = [portal];
  const close = async () => {
    for (const part of opened.reverse()) await part.close();
  };
  try {
    await checkPortal(portal, log);
    const ledger = await Ledger.open(settings.databaseUrl);
    opened.push(ledger);
    const connection = await connect(temporal);
    opened.push(connection);
    await checkNamespace(connection, temporal);
    const searchAttributes = new SearchAttributesOfNamespace(
      connection,
      temporal.namespace,
      isEncrypting(temporal),
      log,
    );
    const activities = createActivities({
      ...{ portal, ledger, sources, approvalRules, searchAttributes },
      looksUpAtOnce: !limitsCalls(settings),
      observe: observers.step,
      observeSweep: observers.sweep ?? (() => undefined),
      policy: policyOf(settings),
      operations: settings.operations,
      notices: noticesOf(settings),
    });
    const { interceptors } = observers;
    const workers = await createWorkers(settings, temporal, connection, { activities, interceptors });
    const { namespace } = temporal;
    const { deployment } = settings;
    if (deployment !== undefined) await warnUnlessCurrent(connection, namespace, deployment, log);
    const readiness = () => readinessOfWorker({ workers, connection, namespace, ledger });
    return { workers, readiness, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whether the house limits the calls of the vendor. */
function limitsCalls({ portal: { callsPerSecond, concurrency } }: WorkerSettings): boolean {
  return callsPerSecond !== undefined || concurrency !== undefined;
}

function policyOf({ policy, clockAllowanceMs, ledgerRestoredFrom }: WorkerSettings): ActivityPolicy {
  return { ...policy, clockAllowanceMs, ...present({ ledgerRestoredFrom }) };
}

function noticesOf({ notices: { addresses, secret, ...notices } }: WorkerSettings): NoticeDeps {
  return { sender: new NoticeSender(addresses, secret), ...notices };
}

async function createWorkers(
  settings: WorkerSettings,
  temporal: TemporalTarget,
  connection: NativeConnection,
  { activities, interceptors }: { activities: Activities; interceptors: WorkerInterceptors | undefined },
): Promise<Worker[]> {
  const { taskQueue, portal, deployment } = settings;
  const { dataConverter, workflowBundle } = runCodeFor(temporal);
  const shared = {
    ...{ connection, dataConverter, activities, namespace: temporal.namespace },
    ...present({ interceptors }),
    // Who polls, and which version: Temporal tells it to whoever asks after the task queue.
    identity: workerIdentityOf({ pid: process.pid, host: hostname(), version: VERSION }),
    // Longer than createOrder's start-to-close: an order in flight is finished before the process goes.
    shutdownGraceTime: '65 seconds',
    // The progress of a long reading is told this often: a worker that is killed loses no more of it.
    maxHeartbeatThrottleInterval: '5 seconds',
    ...present({ workerDeploymentOptions: deployment && versioningOf(deployment) }),
  } as const satisfies Partial<WorkerOptions>;
  const own = await Worker.create({
    ...{ ...shared, taskQueue, workflowBundle },
    // A cached run is small; above the number of live runs, a run is never rebuilt from its history.
    maxCachedWorkflows: 1000,
    // So long a run waits for the worker that has it in memory; when that one was killed, another takes it then.
    stickyQueueScheduleToStartTimeout: '4 seconds',
    // Also what runs of before the second task queue have asked of the vendor.
    maxConcurrentActivityTaskExecutions: 100,
    maxConcurrentWorkflowTaskExecutions: 40,
  });
  const ofVendor = await Worker.create({
    ...{ ...shared, taskQueue: portalTaskQueueOf(taskQueue) },
    maxConcurrentActivityTaskExecutions: portal.concurrency ?? 100,
    // Held by the server over all workers; it keeps what the last one to ask has said.
    ...present({ maxTaskQueueActivitiesPerSecond: portal.callsPerSecond }),
  });
  return [own, ofVendor];
}

/** Whether the activity that runs is one that a person waits for; outside of activities nothing is. */
function isForPerson(): boolean {
  return asyncLocalStorage.getStore()?.info.priority?.priorityKey === FOR_A_PERSON;
}

async function connect(temporal: TemporalTarget): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(temporal.connection as NativeConnectionOptions);
  } catch (error) {
    throw new WorkerStartError(
      'TemporalUnreachable',
      `No Temporal server answers at ${temporal.address} (${(error as Error).message}). ` +
        'Set TEMPORAL_ADDRESS to one that runs, or let `npm start` bring one up. `wonce doctor --only temporal` says what is in the way.',
    );
  }
}

async function checkNamespace(
  connection: NativeConnection,
  { namespace, address }: TemporalTarget,
): Promise<void> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
  } catch (error) {
    throw new WorkerStartError(
      'NamespaceMissing',
      `Temporal at ${address} has no usable namespace "${namespace}" (${(error as Error).message}). ` +
        `Set TEMPORAL_NAMESPACE, or make it: temporal operator namespace create -n ${namespace}`,
    );
  }
}

async function checkPortal(portal: PortalClient, log: Logger): Promise<void> {
  try {
    await portal.authenticate();
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    if (error.code === 'PortalUnauthorised') {
      throw new WorkerStartError('PortalCredentialsRejected', error.message);
    }
    log.warn(
      { code: error.code },
      `${error.message} The worker starts all the same: purchases wait for the portal.`,
    );
  }
}
