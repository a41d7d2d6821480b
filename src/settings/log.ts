import pino, { type Logger } from 'pino';

/** A process's one log: JSON lines on standard output. @param name of the process */
export function createLog(name: string, level: string): Logger {
  const options = {
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
  };
  // Synchronous: what is still to be written to a pipe that nobody reads any more would keep the process from ending.
  return pino(options, pino.destination({ fd: 1, sync: true }));
}
