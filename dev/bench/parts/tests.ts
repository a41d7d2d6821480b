import { PACKAGE_FOLDER } from '../../../config/package-folder';
import type { Ground } from '../ground';
import type { Part } from '../part';
import type { Row } from '../row';
import { runCommand } from '../run-command';
import { timed } from '../timed';

/** How long whoever changes something waits for all the tests. */
export const tests: Part = {
  name: 'tests',
  about: 'npm test, caches warm',
  isLong: true,
  measure,
};

async function* measure(ground: Ground): AsyncGenerator<Row, void, undefined> {
  await ground.clear();
  const ms = await timed(() => runCommand('npm', ['test'], ground.env, PACKAGE_FOLDER));
  yield {
    what: 'npm test',
    measured: ms / 60_000,
    unit: 'min',
    target: { of: 'measured', is: 'at most', value: 8 },
  };
}
