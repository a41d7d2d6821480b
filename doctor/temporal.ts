import { Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { liveOf, type Poller } from '../client/health';
import type { Environment } from '../config/check';
import { SettingsError } from '../config/settings-error';
import { isLoopback } from '../config/loopback';
import { temporalTarget, type TemporalTarget } from '../config/temporal-connection';
import { VERSION } from '../config/version';
import { portalTaskQueueOf } from '../domain/task-queues';
import { versionIn } from '../domain/worker-identity';
import { obstacleTo } from './temporal-obstacle';
import { asExpected, handled, notChecked, notHandled, type Finding, type Row } from './row';

const DEADLINE_MS = 5_000;
const DAY_S = 24 * 60 * 60;

/** With less, an ended run is forgotten before anybody who was away for a weekend has seen it. */
const SHORTEST_RETENTION_DAYS = 3;

const WHATS = [
  'server',
  'TLS',
  'namespace',
  'retention',
  'workflow worker',
  'activity worker',
  'worker for the vendor',
  'version of the worker',
];

/** Temporal: the server, the namespace, and whether a worker waits for work there. */
export async function checkTemporal(env: Environment, taskQueue: string): Promise<Row[]> {
  let target: TemporalTarget;
  try {
    target = temporalTarget(env);
  } catch (error) {
    // Its message has names of settings, and no value.
    const seen = error instanceof SettingsError ? error.message : (error as Error).name;
    return allAfter(notHandled(seen, 'Set them as docs/connections.md says.'));
  }
  const connection = await connectionTo(target);
  if (!(connection instanceof Connection)) return allAfter(await unreachable(connection, target));
  try {
    return await checkServer(connection, target, taskQueue);
  } finally {
    await connection.close();
  }
}

async function connectionTo({ connection }: TemporalTarget): Promise<Connection | string> {
  try {
    return await Connection.connect({ ...connection, connectTimeout: DEADLINE_MS });
  } catch (error) {
    return codeOf(error);
  }
}

async function unreachable(code: string, target: TemporalTarget): Promise<Finding> {
  if (isRefusal(code)) return letsNobodyIn(code, target);
  return (
    (await obstacleTo(target)) ??
    notHandled(
      `no server answers at TEMPORAL_ADDRESS (${code})`,
      'Set TEMPORAL_ADDRESS to one that runs. `npm start` brings one along.',
    )
  );
}

function isRefusal(code: string): boolean {
  return code === 'UNAUTHENTICATED' || code === 'PERMISSION_DENIED';
}

function letsNobodyIn(code: string, { connection }: TemporalTarget): Finding {
  if (connection.apiKey !== undefined) {
    return notHandled(
      `it does not take the API key (${code})`,
      'Set TEMPORAL_API_KEY to one that is valid, and TEMPORAL_NAMESPACE to one that it is for.',
    );
  }
  return notHandled(
    `it lets nobody in (${code})`,
    'Set TEMPORAL_API_KEY, or the certificate of a client, TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH: whichever this server asks for.',
  );
}

async function checkServer(
  connection: Connection,
  target: TemporalTarget,
  taskQueue: string,
): Promise<Row[]> {
  const { namespace } = target;
  const info = await ask(connection, () => connection.workflowService.getSystemInfo({}));
  if (info === 'UNIMPLEMENTED') {
    return allAfter(
      notHandled(
        'what answers is no Temporal (UNIMPLEMENTED)',
        "Set TEMPORAL_ADDRESS to the port of Temporal's frontend, 7233 as a rule.",
      ),
    );
  }
  const version = typeof info === 'string' ? undefined : info.serverVersion;
  const described = await ask(connection, () => connection.workflowService.describeNamespace({ namespace }));
  const server = row('server', asExpected(version ? `version ${version}` : 'answers'));
  const first = [server, row('TLS', tlsFinding(target))];
  if (typeof described === 'string')
    return [...first, ...allAfter(namespaceMissing(described, target), first.length)];
  const { TASK_QUEUE_TYPE_WORKFLOW, TASK_QUEUE_TYPE_ACTIVITY } = temporal.api.enums.v1.TaskQueueType;
  const poll = (queue: string, type: number) => pollersOf(connection, namespace, queue, type);
  const [workflows, activities, ofVendor] = [
    await poll(taskQueue, TASK_QUEUE_TYPE_WORKFLOW),
    await poll(taskQueue, TASK_QUEUE_TYPE_ACTIVITY),
    await poll(portalTaskQueueOf(taskQueue), TASK_QUEUE_TYPE_ACTIVITY),
  ];
  const retention = Number(described.config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  return [
    ...first,
    row('namespace', asExpected('there')),
    row('retention', retentionFinding(retention / DAY_S)),
    row('workflow worker', workerFinding(workflows)),
    row('activity worker', workerFinding(activities)),
    row('worker for the vendor', workerFinding(ofVendor)),
    row('version of the worker', versionFinding(workflows)),
  ];
}

function tlsFinding({ address, connection }: TemporalTarget): Finding {
  if (connection.tls) return asExpected('by TLS');
  if (isLoopback(address)) return asExpected('without, on this machine');
  return handled(
    'without, to another machine',
    'Whoever reaches it can buy. Set TEMPORAL_TLS=true, unless the network between is yours alone.',
  );
}

function namespaceMissing(code: string, target: TemporalTarget): Finding {
  if (isRefusal(code)) return letsNobodyIn(code, target);
  return notHandled(
    `TEMPORAL_NAMESPACE is not there (${code})`,
    'Set TEMPORAL_NAMESPACE, or make it: temporal operator namespace create -n NAME --retention 72h',
  );
}

function retentionFinding(days: number): Finding {
  const seen = `${Number(days.toFixed(1))} days`;
  if (days >= SHORTEST_RETENTION_DAYS) return asExpected(seen);
  return handled(
    seen,
    'What has ended is in the ledger for good, but its history is gone soon: temporal operator namespace update --namespace NAME --retention 72h',
  );
}

async function pollersOf(
  connection: Connection,
  namespace: string,
  taskQueue: string,
  taskQueueType: number,
): Promise<Poller[] | string> {
  const asked = { namespace, taskQueue: { name: taskQueue }, taskQueueType };
  const answer = await ask(connection, () => connection.workflowService.describeTaskQueue(asked));
  if (typeof answer === 'string') return answer;
  return liveOf(answer.pollers ?? []);
}

function workerFinding(pollers: Poller[] | string): Finding {
  if (typeof pollers === 'string') return notChecked(`the task queue cannot be asked after (${pollers})`);
  const { size } = new Set(pollers.map(({ identity }) => identity));
  if (size > 0) return asExpected(`${size} on the task queue`);
  return notHandled(
    'none on the task queue in the last two minutes',
    'Start one, wonce worker or npm start, with the same TEMPORAL_NAMESPACE and WONCE_TASK_QUEUE. Until then nothing goes on, and nothing is lost.',
  );
}

function versionFinding(pollers: Poller[] | string): Finding {
  const versions = [
    ...new Set(typeof pollers === 'string' ? [] : pollers.map(({ identity }) => versionIn(identity ?? ''))),
  ];
  if (versions.length === 0) return notChecked('no worker is there');
  const words = versions.map((version) => version ?? 'not told').join(', ');
  if (versions.every((version) => version === VERSION)) return asExpected(words);
  return handled(
    `${words}; this command is ${VERSION}`,
    'Nothing while one version replaces the other; see docs/deploy.md.',
  );
}

/** @returns the answer, or the code of why there is none */
async function ask<Answer>(connection: Connection, call: () => Promise<Answer>): Promise<Answer | string> {
  try {
    return await connection.withDeadline(Date.now() + DEADLINE_MS, call);
  } catch (error) {
    return codeOf(error);
  }
}

const GRPC_CODES: Readonly<Record<number, string>> = {
  4: 'DEADLINE_EXCEEDED',
  5: 'NOT_FOUND',
  7: 'PERMISSION_DENIED',
  12: 'UNIMPLEMENTED',
  14: 'UNAVAILABLE',
  16: 'UNAUTHENTICATED',
};

/** Of an error, a word alone: its message may hold an address. */
function codeOf(error: unknown): string {
  const { code, name, cause } = error as { code?: unknown; name?: string; cause?: unknown };
  if (typeof code === 'number') return GRPC_CODES[code] ?? `gRPC ${code}`;
  if (cause !== undefined && cause !== null) return codeOf(cause);
  // The SDK has no name of its own for nobody answering in time.
  return name === undefined || name === 'Error' ? `no answer within ${DEADLINE_MS / 1000} s` : name;
}

function allAfter(finding: Finding, from = 0): Row[] {
  return WHATS.slice(from).map((what, index) =>
    row(what, index === 0 ? finding : notChecked('see the row above')),
  );
}

function row(what: string, finding: Finding): Row {
  return { subject: 'temporal', what, ...finding };
}
