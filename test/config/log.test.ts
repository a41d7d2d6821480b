import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DIST } from '../support/processes';

it('a line of the log is JSON in which nothing is an order to the terminal that shows it', () => {
  const file = JSON.stringify(join(DIST, 'config', 'log.js'));
  const foreign = 'x\n{"level":30}\u001b[2J\u009b2J\u202e\u2028';
  const script =
    `const log = require(${file}).createLog('test', 'info');` +
    `const foreign = ${JSON.stringify(foreign)};` +
    `log.info({ [foreign]: foreign, error: new Error(foreign) }, foreign);`;
  const printed = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  expect(printed).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+\n$/u);
  expect(JSON.parse(printed)).toMatchObject({
    ...{ name: 'test', msg: foreign, [foreign]: foreign, error: { message: foreign } },
  });
});
