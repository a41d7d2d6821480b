import {
  NativeConnection,
  Worker,
  type NativeConnectionOptions,
  type WorkerInterceptors,
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
import { readinessOfWorker } from './worker-readiness';
import { ENCODING_WORKFLOW_BUNDLE, PAYLOAD_CONVERTER, WORKFLOW_BUNDLE } from './workflow-bundle';
import { present } from '../domain/optional';
import { VERSION } from '../config/version';
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
  worker: Worker;
  /** What the worker needs to do its work, as it is now. */
  readiness: () => Promise<Readiness>;
  /** Closes what the worker stood on; after `worker.run()` has returned. */
  close: () => Promise<void>;
}

/**
 * Checks everything the worker stands on (bundle, Temporal, ledger, the portal's credentials) and makes the worker.
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
  const bundle = bundleFor(temporal);
  if (!existsSync(bundle)) {
    throw new WorkerStartError('BundleMissing', `${bundle} is not there. Run: npm run build`);
  }
  const portal = new PortalClient(settings.portal, observers.call);
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
    const activities = createActivities({
      ...{ portal, ledger, sources, approvalRules },
      observe: observers.step,
      observeSweep: observers.sweep ?? (() => undefined),
      policy: policyOf(settings),
      operations: settings.operations,
      notices: noticesOf(settings),
    });
    const { interceptors } = observers;
    const worker = await createWorker(settings, temporal, connection, { activities, interceptors });
    const { namespace } = temporal;
    const readiness = () => readinessOfWorker({ worker, connection, namespace, ledger });
    return { worker, readiness, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The failure converter of the runs is part of their bundle. */
function bundleFor({ dataConverter }: TemporalTarget): string {
  return dataConverter.failureConverterPath === undefined ? WORKFLOW_BUNDLE : ENCODING_WORKFLOW_BUNDLE;
}

function policyOf({ policy, clockAllowanceMs, ledgerRestoredFrom }: WorkerSettings): ActivityPolicy {
  return { ...policy, clockAllowanceMs, ...present({ ledgerRestoredFrom }) };
}

function noticesOf({ notices: { addresses, secret, ...notices } }: WorkerSettings): NoticeDeps {
  return { sender: new NoticeSender(addresses, secret), ...notices };
}

function createWorker(
  settings: WorkerSettings,
  temporal: TemporalTarget,
  connection: NativeConnection,
  { activities, interceptors }: { activities: Activities; interceptors: WorkerInterceptors | undefined },
): Promise<Worker> {
  return Worker.create({
    connection,
    namespace: temporal.namespace,
    taskQueue: settings.taskQueue,
    // Who polls, and which version: Temporal tells it to whoever asks after the task queue.
    identity: workerIdentityOf({ pid: process.pid, host: hostname(), version: VERSION }),
    workflowBundle: { codePath: bundleFor(temporal) },
    dataConverter: { ...temporal.dataConverter, payloadConverterPath: PAYLOAD_CONVERTER },
    activities,
    ...present({ interceptors }),
    // Longer than createOrder's start-to-close: an order in flight is finished before the process goes.
    shutdownGraceTime: '65 seconds',
    // A cached run is small; above the number of live runs, a run is never rebuilt from its history.
    maxCachedWorkflows: 1000,
    maxConcurrentActivityTaskExecutions: 100,
    // The progress of a long reading is told this often: a worker that is killed loses no more of it.
    maxHeartbeatThrottleInterval: '5 seconds',
    maxConcurrentWorkflowTaskExecutions: 40,
  });
}

async function connect(temporal: TemporalTarget): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(temporal.connection as NativeConnectionOptions);
  } catch (error) {
    throw new WorkerStartError(
      'TemporalUnreachable',
      `No Temporal server answers at ${temporal.address} (${(error as Error).message}). ` +
        'Set TEMPORAL_ADDRESS to one that runs, or let `npm start` bring one up.',
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
