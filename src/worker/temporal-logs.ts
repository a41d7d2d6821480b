import { DefaultLogger, makeTelemetryFilterString, Runtime, type LogLevel } from '@temporalio/worker';
import type { Logger } from 'pino';

/** Sends the log lines of Temporal's SDK and of its native core into the process's log. Once a process. */
export function sendTemporalLogsTo(log: Logger): void {
  const logger = new DefaultLogger('INFO', ({ level, message, meta }) => {
    log[pinoLevel(level)](meta ?? {}, message);
  });
  Runtime.install({
    logger,
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'WARN' }) },
    },
  });
}

function pinoLevel(level: LogLevel): 'trace' | 'debug' | 'info' | 'warn' | 'error' {
  return level.toLowerCase() as Lowercase<LogLevel>;
}
