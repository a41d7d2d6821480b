import {
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  type LogLevel,
  type LogMetadata,
} from '@temporalio/worker';
import type { Logger } from 'pino';
import { subjectOf } from '../domain/workflow-ids';

/**
 * Sends the log lines of Temporal's SDK and of its native core into the process's log. Once a process.
 *
 * @param metricsAddress where the core serves its metrics; nowhere without it
 */
export function sendTemporalLogsTo(log: Logger, metricsAddress?: string): void {
  // Not its trace: that holds whole payloads. A benign failure is of the level debug to it.
  const logger = new DefaultLogger('DEBUG', ({ level, message, meta = {} }) => {
    const { failure, taskToken: _, ...told } = meta as LogMetadata & { failure?: LoggedFailure };
    const about = { ...told, ...subjectOf(told.workflowId) };
    if (failure === undefined)
      return log[message === NO_WORKFLOWS ? 'debug' : pinoLevel(level)](about, message);
    const { isRefusal, ...error } = failure;
    if (isRefusal) log.info({ ...about, error }, 'Workflow refused');
    else log[pinoLevel(level)]({ ...about, error }, message);
  });
  Runtime.install({
    logger,
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'WARN' }) },
      ...(metricsAddress !== undefined && {
        metrics: { prometheus: { bindAddress: metricsAddress, useSecondsForDurations: true } },
      }),
    },
  });
}

/** What the SDK warns of; the worker of the steps that call the vendor has none on purpose. */
const NO_WORKFLOWS = 'No workflows registered, not polling for workflow tasks';

/** Why a run failed, as workflows/failure-log.ts tells it: a refusal is business, and nothing to be alarmed by. */
interface LoggedFailure {
  code: string;
  message: string;
  isRefusal: boolean;
}

function pinoLevel(level: LogLevel): 'trace' | 'debug' | 'info' | 'warn' | 'error' {
  return level.toLowerCase() as Lowercase<LogLevel>;
}
