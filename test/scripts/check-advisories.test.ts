import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment, ROOT, RunningProcess } from '../support/processes';

/** What npm looks up about a package of which there is an advisory. */
const FASTIFY = {
  name: 'fastify',
  'dist-tags': { latest: '5.0.0' },
  versions: { '5.0.0': { name: 'fastify', version: '5.0.0' } },
};

let registry: Server;
let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'wonce-npm-'));
});
afterEach(() => {
  registry.close();
  rmSync(cache, { recursive: true });
});

/** Asks a registry that answers so. */
async function check(status: number, answer: unknown): Promise<{ code: number | null; said: string }> {
  registry = createServer((request, response) => {
    request.resume();
    const isQuestion = request.url!.endsWith('/advisories/bulk');
    response
      .writeHead(isQuestion ? status : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify(isQuestion ? answer : FASTIFY));
  }).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const { port } = registry.address() as AddressInfo;
  const checking = new RunningProcess(
    spawn(process.execPath, [join(ROOT, 'scripts', 'check-advisories.mjs')], {
      cwd: ROOT,
      env: {
        ...cleanEnvironment(),
        npm_config_registry: `http://127.0.0.1:${port}/`,
        npm_config_fetch_retries: '0',
        // What npm has heard about an advisory, it does not ask again.
        npm_config_cache: cache,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  return { code: await checking.ended(), said: checking.output };
}

const advisory = (severity: string) => ({
  fastify: [
    {
      id: 1,
      url: 'https://advisories.example/1',
      title: 'A hole',
      severity,
      vulnerable_versions: '<=99.0.0',
    },
  ],
});

it.each(['high', 'critical'])('a %s advisory about a package that ships fails', async (severity) => {
  expect(await check(200, advisory(severity))).toEqual({
    code: 1,
    said: expect.stringMatching(new RegExp(`fastify .*: ${severity}[^]*npm audit --omit=dev`)) as string,
  });
});

it('a moderate one is no reason to stop, and without any nothing is said to be found', async () => {
  expect(await check(200, advisory('moderate'))).toMatchObject({ code: 0 });
  registry.close();
  expect(await check(200, {})).toEqual({
    code: 0,
    said: expect.stringContaining('0 high or critical') as string,
  });
});

it('a registry that answers no such question fails nothing, and it is said that it was not asked', async () => {
  expect(await check(405, { error: 'Method Not Allowed' })).toEqual({
    code: 0,
    said: expect.stringMatching(/Advisories: NOT asked, .*405/) as string,
  });
});
