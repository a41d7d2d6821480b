import pino, { type Logger } from 'pino';

/** A process's one log: JSON lines on standard output. @param name of the process */
export function createLog(name: string, level: string): Logger {
  return pino({
    name,
    level,
    // A net below the rule that no secret is ever handed to the log.
    redact: [
      '*.authorization',
      '*.Authorization',
      '*.token',
      '*.clientSecret',
      '*.client_secret',
      '*.apiKey',
    ],
  });
}
