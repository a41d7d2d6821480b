import { startPostgres } from './postgres';
import { startTemporal } from './temporal';

/** Real servers for the whole run: one Postgres and one Temporal; every test takes names of its own on them. */
export default async function globalSetup(): Promise<void> {
  const [postgres, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  process.env.WONCE_TEST_POSTGRES_URL = postgres.url;
  process.env.WONCE_TEST_TEMPORAL_ADDRESS = temporal.address;
  process.env.WONCE_TEST_TEMPORAL_BINARY = temporal.binary;
  globalThis.stopTestServers = async () => {
    await Promise.all([postgres.stop(), temporal.stop()]);
  };
}

declare global {
  var stopTestServers: (() => Promise<void>) | undefined;
}
