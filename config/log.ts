import pino, { type Logger } from 'pino';
import { escapedJson } from '../domain/printable';

/** A process's one log: JSON lines on standard output, which may be a terminal: nothing in them is an order to it. @param name of the process */
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
  const output = pino.destination({ fd: 1, sync: true });
  return pino(options, { write: (line: string) => void output.write(escapedJson(line)) });
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
