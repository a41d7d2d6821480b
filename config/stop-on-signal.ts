import { printable } from '../domain/printable';
/**
 * Runs `stop` once, when the process is told to end (SIGTERM, SIGINT) or, under a supervisor that says so with
 * WONCE_PARENT_STDIN=1, when the supervisor is gone; then ends the process.
 */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const once = () => {
    if (stopping) return;
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`While stopping: ${printable((error as Error).message)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', once);
  process.on('SIGINT', once);
  if (process.env.WONCE_PARENT_STDIN === '1') process.stdin.on('end', once).resume();
}
