import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from '../../src/embedded/folder-lock';
import { identityOf } from '../../src/embedded/process-identity';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wonce-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const heldBy = (holder: unknown) => writeFileSync(join(folder, 'in-use.json'), JSON.stringify(holder));

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
  writeFileSync(join(folder, 'in-use.json'), '{"pid": 1');
  await (await lockFolder(folder)).release();
});
