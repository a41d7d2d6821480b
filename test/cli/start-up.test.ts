import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DIST } from '../support/processes';

it('the help waits for nothing that a command needs only when it runs', () => {
  const script = "require(process.argv[1]); console.log(Object.keys(require.cache).join('\\n'))";
  const args = ['-e', script, join(DIST, 'cli', 'main.js')];
  const loaded = execFileSync(process.execPath, args, { encoding: 'utf8' }).split('\n');
  expect(loaded.some((file) => file.includes('node_modules/commander/'))).toBe(true);
  const heavy =
    /node_modules\/(@temporalio|kysely|pg|zod|yaml|axios|pipedrive|jsforce|@hubspot|fastify|preact)\/|dist\/(portal|server)\//;
  expect(loaded.filter((file) => heavy.test(file))).toEqual([]);
});
