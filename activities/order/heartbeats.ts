import { heartbeat } from '@temporalio/activity';

/** Several of them fit into the heartbeat timeout of the order, in ms. */
const EVERY_MS = 2_000;

/** Works, with heartbeats meanwhile: they say that the worker lives, and nothing of the work. */
export async function withHeartbeats<Result>(work: () => Promise<Result>): Promise<Result> {
  const timer = setInterval(heartbeat, EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
