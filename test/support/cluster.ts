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
  /** Of Temporal's processes. */
  temporalProcesses: string[];
  /** `kill -9`, and waits for the end. */
  kill(name: string): Promise<void>;
  startAgain(name: string): void;
  stop(): Promise<void>;
}

export async function startCluster(): Promise<ClusterForTests> {
  const programs = await findServerPrograms(process.env, (line) => process.stderr.write(`${line}\n`));
  const folders = ['postgres', 'settings'].map((name) => mkdtempSync(join(tmpdir(), `wonce-${name}-`)));
  const children = new Map<string, { start: () => ChildProcess; child: ChildProcess }>();
  const { temporalAddress, postgres, temporal } = await bringUpCluster(
    required('WONCE_TEST_POSTGRES_BIN'),
    programs,
    { postgres: folders[0]!, settings: folders[1]! },
    ({ name, command, args }) => {
      const start = () => spawn(command, args, { stdio: 'ignore', cwd: '/' });
      children.set(name, { start, child: start() });
      return Promise.resolve();
    },
  );
  const kill = (name: string) => end(children.get(name)!.child, 'SIGKILL');
  return {
    temporalAddress,
    postgresUrl: postgres.url,
    temporalProcesses: temporal.processes.map(({ name }) => name),
    kill,
    startAgain: (name) => {
      const process = children.get(name)!;
      process.child = process.start();
    },
    async stop() {
      for (const { child } of [...children.values()].reverse()) await end(child, 'SIGQUIT');
      folders.forEach((folder) => rmSync(folder, { recursive: true, force: true }));
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
