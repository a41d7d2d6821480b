import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { BOOKS_SCHEDULE, scheduleBooks, type TimeOfDay } from '../client/books-schedule';
import { connectServerClient } from '../client/connect';
import { isScheduled } from '../client/make-schedule';
import { NOTICES_SCHEDULE, scheduleNotices } from '../client/notices-schedule';
import { RENEWALS_SCHEDULE, scheduleRenewals } from '../client/renewals-schedule';
import { scheduleSweeps, sweepsOfOthers } from '../client/sweep-schedules';
import { dealLink } from '../crm/deal-link';
import { connectReceivers } from '../crm/receivers';
import { present } from '../domain/optional';
import { errorInWords } from '../domain/printable';
import { readinessOn, STOPPING } from '../domain/readiness';
import { clearTextWarnings } from '../config/clear-text';
import { createLog } from '../config/log';
import { stopOnSignal } from '../config/process-life';
import { withSecretsOfFiles } from '../config/secret-files';
import { serverSettings } from '../config/server-settings';
import { temporalTarget } from '../config/temporal-connection';
import { wantsTraces } from '../config/tracing-settings';
import { Links } from './page/links';
import { startServer } from './start-server';

/**
 * Runs the HTTP server until SIGTERM or SIGINT, lets requests that have begun finish, and ends the process with 0;
 * with 1 and one clear line on standard error when it cannot start.
 */
export async function runServer(): Promise<void> {
  try {
    const env = withSecretsOfFiles(process.env);
    const settings = serverSettings(env);
    const temporal = temporalTarget(env);
    const log = createLog('wonce-server', settings.logLevel);
    clearTextWarnings({ databaseUrl: settings.databaseUrl, temporal }, env).forEach((warning) =>
      log.warn(warning),
    );
    // Loaded where they are wanted: OpenTelemetry and metrics take their time.
    const tracing = wantsTraces(env) ? (await import('./server-tracing.js')).traceServer() : undefined;
    const connection = connectServerClient(temporal, settings, tracing?.interceptors);
    const { client, inbox, temporal: connected } = connection;
    const { host, port, tokens, signIn, publicUrl, temporalUi, trustProxy } = settings;
    const accounts = connectReceivers(settings, env);
    const sources = [...accounts.values()].map(({ source }) => source);
    const { namespace } = temporal;
    const links = new Links(temporalUi === undefined ? undefined : { ui: temporalUi, namespace }, (deal) =>
      dealLink(sources, deal),
    );
    const stopping = new AbortController();
    const readiness = async () => ({
      ...readinessOn(await client.footing()),
      ...(stopping.signal.aborted && { process: STOPPING }),
    });
    const { metrics } = settings;
    const watched = { client, sources, readiness };
    const watch = metrics && (await (await import('./watch-server.js')).watchServer(metrics, watched));
    const { observeMessage } = watch ?? {};
    const { traceCallsTo } = tracing ?? {};
    const parts = {
      ...{ tokens, signIn, publicUrl, client, inbox, accounts, sources, links, log },
      ...present({ trustProxy }),
    };
    const server = await startServer({ host, port, ...parts, readiness, observeMessage, traceCallsTo });
    const { taskQueue, renewalsWithinDays, booksAt, hasNotices } = settings;
    const schedules = async () => [
      ...(await sweepingOf(connected, taskQueue, sources)),
      ...(await tellingOf(connected, taskQueue, renewalsWithinDays)),
      ...(await booksOf(connected, taskQueue, booksAt)),
      ...(await noticesOf(connected, taskQueue, hasNotices, renewalsWithinDays)),
    ];
    const wanted = Object.entries({
      sweeps: sources.length > 0,
      renewals: renewalsWithinDays !== undefined,
      books: booksAt !== undefined,
      notices: hasNotices,
    }).flatMap(([name, isWanted]) => (isWanted ? name : []));
    void keepScheduled({ schedules, wanted }, log, stopping.signal);
    stopOnSignal(async () => {
      stopping.abort();
      log.info('server stopping');
      // Who passes calls on to this server sees at /readyz that it has to pass them elsewhere.
      if (settings.drainMs > 0) await delay(settings.drainMs);
      await server.close();
      await watch?.close();
      await client.close();
      await tracing?.close();
      log.info('server stopped');
    });
    const { address } = temporal;
    log.info(
      { address, namespace, taskQueue, sources: [...accounts.keys()] },
      `server listening on ${server.url}`,
    );
  } catch (error) {
    process.stderr.write(`wonce server cannot run: ${errorInWords(error)}\n`);
    process.exit(1);
  }
}

const PAUSE_MS = 5_000;

/** Makes the schedules of the sweeps. @returns what an operator should know about others */
async function sweepingOf(
  temporal: Client,
  taskQueue: string,
  sources: Parameters<typeof scheduleSweeps>[2],
): Promise<string[]> {
  await scheduleSweeps(temporal, taskQueue, sources);
  return (await sweepsOfOthers(temporal, sources)).map(
    (id) =>
      `${id} sweeps a source that deals.yaml does not have; if nobody else's has it: temporal schedule delete --schedule-id ${id}`,
  );
}

/** Makes the schedule that tells renewals, where that is wanted. @returns what an operator should know about one that is not */
async function tellingOf(
  temporal: Client,
  taskQueue: string,
  withinDays: number | undefined,
): Promise<string[]> {
  if (withinDays !== undefined) {
    await scheduleRenewals(temporal, taskQueue, withinDays);
    return [];
  }
  if (!(await isScheduled(temporal, RENEWALS_SCHEDULE))) return [];
  return [
    `${RENEWALS_SCHEDULE} tells what expires, and WONCE_RENEWALS_WITHIN is not set here; if it is not set for any other server: temporal schedule delete --schedule-id ${RENEWALS_SCHEDULE}`,
  ];
}

/** Makes the schedule that compares the books, unless that is off. @returns what an operator should know about one that is there */
async function booksOf(temporal: Client, taskQueue: string, at: TimeOfDay | undefined): Promise<string[]> {
  if (at !== undefined) {
    await scheduleBooks(temporal, taskQueue, at);
    return [];
  }
  if (!(await isScheduled(temporal, BOOKS_SCHEDULE))) return [];
  return [
    `${BOOKS_SCHEDULE} compares the vendor's orders with the ledger, and WONCE_BOOKS is off here; if it is off for every other server: temporal schedule delete --schedule-id ${BOOKS_SCHEDULE}`,
  ];
}

/** Makes the schedule that looks for notices, where there are any. @returns what an operator should know about one that is not */
async function noticesOf(
  temporal: Client,
  taskQueue: string,
  hasNotices: boolean,
  renewalsWithinDays: number | undefined,
): Promise<string[]> {
  if (hasNotices) {
    await scheduleNotices(temporal, taskQueue, renewalsWithinDays);
    return [];
  }
  if (!(await isScheduled(temporal, NOTICES_SCHEDULE))) return [];
  return [
    `${NOTICES_SCHEDULE} looks for what is to be told, and WONCE_NOTICES is not set here; if it is not set for any other server: temporal schedule delete --schedule-id ${NOTICES_SCHEDULE}`,
  ];
}

/** Temporal may be away when the server starts: the schedules are made as soon as it is there. */
async function keepScheduled(
  { schedules, wanted }: { schedules: () => Promise<string[]>; wanted: string[] },
  log: Logger,
  stopping: AbortSignal,
): Promise<void> {
  while (!stopping.aborted) {
    try {
      const remarks = await schedules();
      log.info({ schedules: wanted }, 'schedules made');
      remarks.forEach((remark) => log.warn(remark));
      return;
    } catch (error) {
      if (stopping.aborted) return;
      log.warn({ error: (error as Error).message }, 'schedules not made yet; trying again');
      await delay(PAUSE_MS, undefined, { ref: false });
    }
  }
}

if (require.main === module) void runServer();
