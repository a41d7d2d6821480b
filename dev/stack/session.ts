import { say, sayTrouble } from './console';
import { lockFolder } from './folder-lock';
import { stopLeftOvers } from './left-overs';
import { closeLeftOpen, privateFolder } from './private-folder';
import { forget } from './stack';
import { Supervisor } from './supervisor';
import { untilInterrupted } from './until-interrupted';

/**
 * Does the work with a data folder of its own, until the work ends or the process is told to; then all parts are stopped.
 *
 * @throws FolderInUse, ProcessTimesUnknown, and what the work throws
 */
export async function inDataFolder(
  folder: string,
  work: (supervisor: Supervisor) => Promise<void>,
): Promise<void> {
  await privateFolder(folder);
  const lock = await lockFolder(folder);
  const supervisor = new Supervisor(folder, sayTrouble);
  const interrupted = untilInterrupted();
  try {
    await stopLeftOvers(folder, sayTrouble);
    await closeLeftOpen(folder);
    const working = work(supervisor);
    await Promise.race([working, interrupted]);
    // What goes on in vain while everything stops is no news.
    working.catch(() => undefined);
  } finally {
    say('Stopping; an order in flight is finished first.');
    await supervisor.stopAll();
    await forget(folder);
    await lock.release();
  }
}
