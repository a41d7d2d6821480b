import { join } from 'node:path';
import { PACKAGE_FOLDER } from '../../../config/package-folder';
import type { Ground } from '../ground';
import type { Part } from '../part';
import { median } from '../percentiles';
import type { Row, Target } from '../row';
import { runCommand } from '../run-command';
import { inTurn } from '../timed';

const STARTS = 3;
const COMMANDS = 11;
const WONCE = join(PACKAGE_FOLDER, 'bin', 'wonce.js');

/** How long whoever types a command waits for it. */
export const start: Part = {
  name: 'start',
  about: `npm start to the order, caches warm, median of ${STARTS}; wonce --help and wonce status, medians of ${COMMANDS}`,
  measure,
};

async function* measure(ground: Ground): AsyncGenerator<Row, void, undefined> {
  await ground.clear();
  const [starts = []] = await inTurn(STARTS, () => startOnce(ground));
  yield {
    what: 'npm start -- --once, to the order and the end of all processes',
    measured: median(starts) / 1_000,
    unit: 's',
    target: { of: 'measured', is: 'at most', value: 10 },
  };
  const stack = await ground.stack();
  const requestId = await stack.buy();
  const node = (...args: string[]) => runCommand(process.execPath, args, stack.commandEnv, PACKAGE_FOLDER);
  const [bare = [], help = [], status = []] = await inTurn(
    COMMANDS,
    () => node('-e', '0'),
    () => node(WONCE, '--help'),
    () => node(WONCE, 'status', requestId),
  );
  const row = (what: string, times: number[], value: number): Row => ({
    what,
    measured: median(times),
    unit: 'ms',
    reference: { what: 'node -e 0', value: median(bare) },
    target: { of: 'difference', is: 'at most', value } satisfies Target,
  });
  yield row('wonce --help', help, 200);
  yield row('wonce status ID', status, 400);
}

/** In a data folder of its own, which is not there yet. */
async function startOnce(ground: Ground): Promise<void> {
  const env = { ...ground.env, WONCE_DATA_DIR: join(await ground.newFolder(), 'data') };
  await runCommand('npm', ['start', '--', '--once'], env, PACKAGE_FOLDER);
}
