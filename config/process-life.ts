import { printable } from '../domain/printable';

/**
 * Runs `stop` once, when the process is told to end (SIGTERM, SIGINT) or its supervisor is gone; then ends the process,
 * with 1 when it could not stop as it should.
 */
export function stopOnSignal(stop: () => Promise<void>): void {
  let isStopping = false;
  const once = () => {
    if (isStopping) return;
    isStopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`While stopping: ${printable((error as Error).message)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', once).on('SIGINT', once);
  whenSupervisorIsGone(once);
}

/**
 * Under a supervisor, which says so with WONCE_PARENT_STDIN=1, tells when it is gone, however it ended: it holds the
 * other end of standard input.
 */
export function whenSupervisorIsGone(stop: () => void): void {
  if (process.env.WONCE_PARENT_STDIN !== '1') return;
  process.stdin.on('end', stop).on('error', stop).resume();
}
