import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTemporal } from '../../../dev/stack/find-temporal';

let folder: string;
let cache: string;
let path: string;
let silentProxy: Server;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wonce-find-'));
  [cache, path] = [join(folder, 'cache'), join(folder, 'bin')];
  [cache, path].forEach((each) => mkdirSync(each));
  // It takes connections and never answers: a download that hangs, whatever network the test runs in.
  silentProxy = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(silentProxy, 'listening');
});
afterEach(() => {
  silentProxy.close();
  rmSync(folder, { recursive: true, force: true });
});

const ANSWERS = 'echo temporal version 1.5.1';
const FAILS = 'exit 3';

function command(file: string, script: string): string {
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const onPath = (script = ANSWERS) => command(join(path, 'temporal'), script);
const inCache = () => command(join(cache, 'temporal'), ANSWERS);
const named = (script = ANSWERS) => command(join(folder, 'named'), script);
/** A go that "builds" a command into the folder it is told; it notes what it was asked for. */
const go = (build = `printf '%s' "$*" > '${folder}/go-arguments'; echo '#!/bin/sh' > "$GOBIN/temporal"`) =>
  command(join(path, 'go'), build);

/** Nothing of this machine: its own PATH, its own cache, and a download that never comes. */
function find(env: Record<string, string> = {}, progress: string[] = []) {
  const { port } = silentProxy.address() as AddressInfo;
  return findTemporal(
    {
      PATH: path,
      WONCE_CACHE_DIR: cache,
      HTTPS_PROXY: `http://127.0.0.1:${port}`,
      ...env,
    },
    (line) => progress.push(line),
    1_500,
  );
}

describe('the ways, in their order', () => {
  it('TEMPORAL_ADDRESS comes before all', async () => {
    onPath();
    inCache();
    expect(await find({ TEMPORAL_ADDRESS: 'somewhere:7233', TEMPORAL_CLI_PATH: named() })).toEqual({
      kind: 'address',
      address: 'somewhere:7233',
    });
  });

  it('then TEMPORAL_CLI_PATH', async () => {
    onPath();
    inCache();
    const file = named();
    expect(await find({ TEMPORAL_CLI_PATH: file })).toMatchObject({ kind: 'binary', path: file });
  });

  it('then temporal on the PATH', async () => {
    inCache();

    const file = onPath();
    expect(await find()).toEqual({ kind: 'binary', path: file, how: 'found on the PATH' });
  });

  it('then the cached one; a temporal on the PATH that does not work is passed over', async () => {
    onPath(FAILS);
    const file = inCache();
    expect(await find()).toEqual({ kind: 'binary', path: file, how: 'cached' });
  });

  it('then a build with Go, which fills the cache; the download that hangs is given up', async () => {
    go();
    const progress: string[] = [];
    const built = await find({}, progress);
    expect(built).toEqual({ kind: 'binary', path: join(cache, 'temporal'), how: 'built with Go' });
    expect(readdirSync(cache)).toEqual(['temporal']);
    expect(readdirSync(folder)).toContain('go-arguments');
    expect(progress.join('\n')).toMatch(/downloading[^]*Building[^]*two to five minutes/);
    expect(await find()).toMatchObject({ how: 'cached' });
  });
});

describe('what is said when a way fails', () => {
  it.each([
    ['does not exist', () => '/nowhere/temporal', /\/nowhere\/temporal.*there is no such file/],
    ['fails', () => named(FAILS), /"--version" fails: exit 3/],
    ['is no command', () => folder, /does not work/],
  ])(
    'TEMPORAL_CLI_PATH naming what %s is an error: no other is taken in its place',
    async (_, file, message) => {
      onPath();
      await expect(find({ TEMPORAL_CLI_PATH: file() })).rejects.toMatchObject({
        code: 'TemporalNotFound',
        message: expect.stringMatching(message) as string,
      });
    },
  );

  it('when all fail, one error lists every way with its reason, and what to do', async () => {
    onPath(FAILS);
    go('echo no module proxy can be reached >&2; exit 1');
    const error = await find().catch((reason: unknown) => reason as Error);
    expect(error).toMatchObject({ name: 'TemporalNotFound', code: 'TemporalNotFound' });
    const { message } = error as Error;
    for (const line of [
      /1\. TEMPORAL_ADDRESS.*not set/,
      /2\. TEMPORAL_CLI_PATH.*not set/,
      /3\. temporal on the PATH: .*bin\/temporal does not work \("--version" fails: exit 3\)/,
      /4\. The cache .*empty/,
      /5\. The download failed \(nothing came for 1\.5 s\)/,
      /6\. go install github\.com\/temporalio\/cli\/cmd\/temporal@v1\.5\.1 failed \(no module proxy can be reached\)/,
      /Do one of these: set TEMPORAL_ADDRESS.*install Go/,
    ]) {
      expect(message).toMatch(line);
    }
    expect(readdirSync(cache)).toEqual([]);
  });

  it('where there is no Go, the error says so', async () => {
    await expect(find()).rejects.toThrow(/6\. .*go is not on the PATH/);
  });
});
