/**
 * Resolves when the process is told to end: by Ctrl-C, by SIGTERM, by the end of its terminal (SIGHUP), or because
 * nobody reads what it says (`npm start | head`). From then on it cannot be ended so: a second signal in the middle of
 * a stop would leave servers running, and npm sends each Ctrl-C a second time.
 */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => resolve());
  });
}
