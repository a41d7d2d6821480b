import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bringUpCluster } from '../../dev/cluster/cluster';
import { findServerPrograms } from '../../dev/cluster/server-programs';
import { required } from './required';

/** Temporal's real server on Postgres, in place of its development server. */
export interface ClusterForTests {
  temporalAddress: string;
  postgresUrl: string;
  stop(): Promise<void>;
}

export async function startCluster(): Promise<ClusterForTests> {
  const programs = await findServerPrograms(process.env, (line) => process.stderr.write(`${line}\n`));
  const folders = ['postgres', 'settings'].map((name) => mkdtempSync(join(tmpdir(), `wonce-${name}-`)));
  const children: ChildProcess[] = [];
  const { temporalAddress, postgres } = await bringUpCluster(
    required('WONCE_TEST_POSTGRES_BIN'),
    programs,
    { postgres: folders[0]!, settings: folders[1]! },
    ({ command, args }) => {
      children.push(spawn(command, args, { stdio: 'ignore', cwd: '/' }));
      return Promise.resolve();
    },
  );
  return {
    temporalAddress,
    postgresUrl: postgres.url,
    async stop() {
      for (const child of children.reverse()) {
        child.kill('SIGQUIT');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }
      folders.forEach((folder) => rmSync(folder, { recursive: true, force: true }));
    },
  };
}
