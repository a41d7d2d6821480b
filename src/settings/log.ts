import pino, { type Logger } from 'pino';

/** A process's one log: JSON lines on standard output. @param name of the process */
export function createLog(name: string, level: string): Logger {
  const options = {
    name,
    level,
    // Without it, pino shows nothing of an error under this name: an empty object, or its details alone.
    serializers: { error: whatFailed },
    // A net below the rule that no secret is ever handed to the log.
    redact: [
      '*.authorization',
      '*.Authorization',
      '*.token',
      '*.clientSecret',
      '*.client_secret',
      '*.apiKey',
    ],
  };
  // Synchronous: what is still to be written to a pipe that nobody reads any more would keep the process from ending.
  return pino(options, pino.destination({ fd: 1, sync: true }));
}

/** What an error says: its kind, its stable code and its message, and those of its cause. Nothing else that it may carry. */
function whatFailed(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, cause } = error;
  const { type, code = type } = error as { type?: unknown; code?: unknown };
  return {
    type: name,
    ...(code !== undefined && code !== null && { code }),
    message,
    ...(cause instanceof Error && { cause: whatFailed(cause) }),
  };
}
