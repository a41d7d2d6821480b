import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ledgerUrl, socketFolder, socketPath, USUAL_PORT } from '../../../dev/stack/ledger-address';
import { parse } from 'pg-connection-string';
import { mayGiveAway } from '../../support/nobody';

let folder: string;
const umask = process.umask();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wonce-socket-'));
});
afterEach(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true, force: true });
});

const long = () => join(folder, 'a'.repeat(90));
const env = () => ({ XDG_RUNTIME_DIR: folder });

it('the socket lies in the ledger’s own folder', async () => {
  const own = join(folder, 'ledger');
  expect(await socketFolder(own, env())).toBe(own);
});

it('where its path is too long for a socket, in a short folder that is closed to others, and always the same', async () => {
  const short = await socketFolder(long(), env());
  expect(dirname(short)).toBe(folder);
  expect(Buffer.byteLength(socketPath(short, USUAL_PORT))).toBeLessThanOrEqual(103);
  expect(statSync(short).mode & 0o777).toBe(0o700);
  expect(await socketFolder(long(), env())).toBe(short);
  expect(await socketFolder(`${long()}b`, env())).not.toBe(short);
});

it('somebody who has made that folder before is found out', async () => {
  if (!mayGiveAway(await socketFolder(long(), env()))) return;
  await expect(socketFolder(long(), env())).rejects.toMatchObject({
    code: 'FolderNotPrivate',
    message: expect.stringMatching(/belongs to another user.*WONCE_DATA_DIR/) as string,
  });
});

it('where all paths are too long, another data folder is asked for', async () => {
  await expect(socketFolder(long(), { XDG_RUNTIME_DIR: long() })).rejects.toThrow(/WONCE_DATA_DIR/);
});

it('the address says where the socket is, whatever the folder is called', () => {
  const odd = "/a person's/50% & more?#/ünder";
  expect(parse(ledgerUrl(odd, 'wonce_app', 5432))).toMatchObject({
    host: odd,
    user: 'wonce_app',
    database: 'postgres',
  });
});
