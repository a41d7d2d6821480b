import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeLeftOpen, privateFolder } from '../../../dev/stack/private-folder';
import { mayGiveAway, openToOthers } from '../../support/nobody';

let above: string;
let folder: string;
const umask = process.umask();

beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'wonce-private-'));
  folder = join(above, 'data');
  process.umask(0o022);
});
afterEach(() => {
  process.umask(umask);
  rmSync(above, { recursive: true, force: true });
});

const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);

it('a new folder is this user’s alone, and so is whatever is written from then on', async () => {
  await privateFolder(folder);
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(join(folder, 'inner'));
  expect(openToOthers(folder)).toEqual([]);
});

it('one that is there is closed, with what earlier versions left open in it', async () => {
  mkdirSync(join(folder, 'ledger', 'data'), { recursive: true });
  const files = ['temporal.db', 'temporal.db-wal', 'stack.json', 'ledger/data/PG_VERSION'];
  for (const file of [...files, 'notes.txt']) {
    writeFileSync(join(folder, file), '');
    chmodSync(join(folder, file), 0o666);
  }
  await privateFolder(folder);
  await closeLeftOpen(folder);
  // It may lie among other things: those stay as they are.
  expect(openToOthers(folder)).toEqual([join(folder, 'notes.txt')]);
  expect(modeOf(folder)).toBe('700');
});

it('what a link leads to stays as it is', async () => {
  const elsewhere = join(above, 'elsewhere');
  writeFileSync(elsewhere, '');
  await privateFolder(folder);
  symlinkSync(elsewhere, join(folder, 'logs'));
  await closeLeftOpen(folder);
  expect(modeOf(elsewhere)).toBe('644');
});

it('a folder that all users share is not closed: another one must be chosen', async () => {
  mkdirSync(folder);
  chmodSync(folder, 0o1777);
  await expect(privateFolder(folder)).rejects.toMatchObject({
    code: 'FolderNotPrivate',
    message: expect.stringMatching(/shared by all users.*WONCE_DATA_DIR/) as string,
  });
  expect(modeOf(folder)).toBe('1777');
});

it('a folder of somebody else is not taken: what is in it could be read and changed', async () => {
  mkdirSync(folder);
  if (!mayGiveAway(folder)) return;
  await expect(privateFolder(folder)).rejects.toMatchObject({ code: 'FolderNotPrivate' });
});
