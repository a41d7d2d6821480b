import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from '../../../dev/stack/folder-lock';
import { identityOf } from '../../../dev/stack/process-identity';
import { DIST } from '../../support/processes';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wonce-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const heldBy = (holder: unknown) => writeFileSync(join(folder, 'in-use.1.json'), JSON.stringify(holder));

it('the lock of a dead process is taken over at once', async () => {
  heldBy({ pid: 4_194_305, identity: '12' });
  await (await lockFolder(folder)).release();
});

it('the lock of a process number that another process has now is taken over', async () => {
  heldBy({ pid: process.ppid, identity: 'some other start' });
  await (await lockFolder(folder)).release();
});

it('the lock of a living process holds, however old it is', async () => {
  heldBy({ pid: process.ppid, identity: identityOf(process.ppid) });
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'FolderInUse', pid: process.ppid });
});

it('a lock file torn by a kill holds nobody up', async () => {
  writeFileSync(join(folder, 'in-use.1.json'), '{"pid": 1');
  await (await lockFolder(folder)).release();
});

it('a folder is not given twice to one process either, and again once it is released', async () => {
  const held = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'FolderInUse', pid: process.pid });
  await held.release();
  await (await lockFolder(folder)).release();
});

it('where nobody tells when processes were started, the lock is refused: it would hold nobody off', () => {
  // As on Windows, and on a machine without ps.
  const script = `Object.defineProperty(process, 'platform', { value: 'win32' });
    require(${JSON.stringify(join(DIST, 'dev/stack/folder-lock.js'))}).lockFolder(process.argv[1])
      .then(() => console.log('held'), (error) => console.log(error.code, error.message));`;
  const answer = execFileSync(process.execPath, ['-e', script, folder], {
    env: { PATH: folder },
    encoding: 'utf8',
  });
  expect(answer).toMatch(/^ProcessTimesUnknown .*cannot be locked.*WSL/);
});

it('of many processes that find a dead holder, exactly one takes over', async () => {
  heldBy({ pid: 4_194_305, identity: '12' });
  const script = `require(${JSON.stringify(join(DIST, 'dev/stack/folder-lock.js'))}).lockFolder(process.argv[1])
    .then(() => { console.log('held'); setInterval(() => {}, 1000); }, (error) => console.log(error.code));`;
  const children = Array.from({ length: 6 }, () => spawn(process.execPath, ['-e', script, folder]));
  try {
    const answers = await Promise.all(
      children.map(async ({ stdout }) => String((await once(stdout, 'data'))[0]).trim()),
    );
    expect(answers.sort()).toEqual([...Array<string>(5).fill('FolderInUse'), 'held']);
  } finally {
    children.forEach((child) => child.kill('SIGKILL'));
  }
});
