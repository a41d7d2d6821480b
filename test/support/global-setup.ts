import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from './cluster';
import { keepDatabases } from './keep-databases';
import { keptFile } from './left-behind';
import { startPostgres } from './postgres';
import { startTemporal } from './temporal';

/**
 * Real servers for the whole run: one Postgres and one Temporal; every test takes names of its own on them. With
 * WONCE_TEST_CLUSTER, Temporal is its real server on that Postgres.
 */
export default async function globalSetup(): Promise<void> {
  process.env.WONCE_TEST_LEFT_BEHIND = mkdtempSync(join(tmpdir(), 'wonce-left-behind-'));
  const stopWatching = keepCommandLines();
  const servers = process.env.WONCE_TEST_CLUSTER === undefined ? await embedded() : await onCluster();
  process.env.WONCE_TEST_POSTGRES_URL = servers.postgresUrl;
  process.env.WONCE_TEST_TEMPORAL_ADDRESS = servers.temporalAddress;
  process.env.WONCE_TEST_TEMPORAL_BINARY = servers.binary;
  globalThis.stopTestServers = async () => {
    stopWatching();
    await keepDatabases(servers.postgresUrl);
    await servers.stop();
  };
}

/** @returns what ends it */
function keepCommandLines(): () => void {
  const args = [join(__dirname, 'command-lines.mjs'), keptFile('command-lines')!];
  const watcher = spawn(process.execPath, args, { stdio: 'ignore' });
  return () => void watcher.kill();
}

interface Servers {
  postgresUrl: string;
  temporalAddress: string;
  /** The `temporal` command. */
  binary: string;
  stop: () => Promise<void>;
}

async function embedded(): Promise<Servers> {
  const [postgres, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  const stop = async () => {
    await Promise.all([postgres.stop(), temporal.stop()]);
  };
  return { postgresUrl: postgres.url, temporalAddress: temporal.address, binary: temporal.binary, stop };
}

async function onCluster(): Promise<Servers> {
  const cluster = await startCluster();
  const { postgresUrl, temporalAddress } = cluster;
  const stop = () => cluster.stop();
  return { postgresUrl, temporalAddress, binary: process.env.TEMPORAL_CLI_PATH ?? '', stop };
}

declare global {
  var stopTestServers: (() => Promise<void>) | undefined;
}
