import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { cacheDir, cachedFile } from '../../../dev/stack/cache';
import { DIST, RunningProcess } from '../../support/processes';

let cache: string;
const makers: RunningProcess[] = [];

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'wonce-cache-'));
});
afterEach(async () => {
  await Promise.all(makers.splice(0).map((maker) => maker.kill()));
  rmSync(cache, { recursive: true, force: true });
});

const contents = () => readFileSync(join(cache, 'thing'), 'utf8');

async function makeWhole(folder: string): Promise<string> {
  const file = join(folder, 'made');
  await writeFile(file, 'whole');
  return file;
}

/** A process of its own that writes half of the file, says so, and writes the other half when its input ends. */
function startSlowMaker(): RunningProcess {
  const script = `
    const { cachedFile } = require(${JSON.stringify(join(DIST, 'dev', 'stack', 'cache.js'))});
    const { appendFileSync } = require('node:fs');
    cachedFile(process.argv[1], 'thing', async (folder) => {
      const file = require('node:path').join(folder, 'made');
      appendFileSync(file, 'who');
      console.log('half made');
      for await (const _ of process.stdin);
      appendFileSync(file, 'le');
      return file;
    }, console.log);`;
  const maker = new RunningProcess(
    spawn(process.execPath, ['-e', script, cache], { stdio: ['pipe', 'pipe', 'pipe'] }),
  );
  makers.push(maker);
  return maker;
}

it('the folder is the one that WONCE_CACHE_DIR names, else one of the user', () => {
  expect(cacheDir({ WONCE_CACHE_DIR: '/elsewhere' })).toBe('/elsewhere');
  expect(cacheDir({})).toMatch(/wonce/);
});

it('a file is made once and found from then on', async () => {
  const file = await cachedFile(cache, 'thing', makeWhole);
  expect(readFileSync(file, 'utf8')).toBe('whole');
  expect(await cachedFile(cache, 'thing', () => Promise.reject(new Error('made again')))).toBe(file);
  expect(readdirSync(cache)).toEqual(['thing']);
});

it('of two makers at once one makes; the other says that it waits, and takes what was made', async () => {
  const first = startSlowMaker();
  await first.saw(/half made/);
  const second = startSlowMaker();
  await second.saw(/Another process is getting thing: waiting for it/);
  expect(existsSync(join(cache, 'thing'))).toBe(false);
  first.child.stdin?.end();
  expect(await Promise.all([first.ended(), second.ended()])).toEqual([0, 0]);
  expect(second.output).not.toContain('half made');
  expect(contents()).toBe('whole');
  expect(readdirSync(cache)).toEqual(['thing']);
});

it('a maker killed in the middle leaves nothing that is taken for the file, and the next one clears up', async () => {
  const killed = startSlowMaker();
  await killed.saw(/half made/);
  await killed.kill();
  expect(existsSync(join(cache, 'thing'))).toBe(false);
  await cachedFile(cache, 'thing', makeWhole);
  expect(contents()).toBe('whole');
  expect(readdirSync(cache)).toEqual(['thing']);
});

it('the folder of a maker that still lives is left alone', async () => {
  const folder = `thing.making-${process.ppid}-abcdef`;
  mkdirSync(join(cache, folder));
  await cachedFile(cache, 'thing', makeWhole);
  expect(readdirSync(cache).sort()).toEqual(['thing', folder]);
});

it('a making that fails leaves nothing and can be tried again', async () => {
  const failing = cachedFile(cache, 'thing', async (folder) => {
    await makeWhole(folder);
    throw new Error('no room');
  });
  await expect(failing).rejects.toThrow('no room');
  expect(readdirSync(cache)).toEqual([]);
  await cachedFile(cache, 'thing', makeWhole);
});

it('a cache that cannot be written to is said at once: it is not mistaken for another maker', async () => {
  writeFileSync(join(cache, 'file'), '');
  const progress: string[] = [];
  const inAFile = cachedFile(cache, 'file/thing', makeWhole, (line) => progress.push(line));
  await expect(inAFile).rejects.toMatchObject({ code: 'ENOTDIR' });
  expect(progress).toEqual([]);
});
