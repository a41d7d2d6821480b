import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { connectServerClient } from '../client/connect';
import { isScheduled } from '../client/make-schedule';
import { NOTICES_SCHEDULE, scheduleNotices } from '../client/notices-schedule';
import { RENEWALS_SCHEDULE, scheduleRenewals } from '../client/renewals-schedule';
import { scheduleSweeps, sweepsOfOthers } from '../client/sweep-schedules';
import { dealLink } from '../crm/deal-link';
import { connectReceivers } from '../crm/receivers';
import { present } from '../domain/optional';
import { errorInWords } from '../domain/printable';
import { clearTextWarnings } from '../config/clear-text';
import { createLog } from '../config/log';
import { stopOnSignal } from '../config/process-life';
import { withSecretsOfFiles } from '../config/secret-files';
import { serverSettings } from '../config/server-settings';
import { temporalTarget } from '../config/temporal-connection';
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
    const { client, inbox, temporal: connected } = connectServerClient(temporal, settings);
    const { host, port, tokens, signIn, publicUrl, temporalUi, trustProxy } = settings;
    const accounts = connectReceivers(settings, env);
    const sources = [...accounts.values()].map(({ source }) => source);
    const { namespace } = temporal;
    const links = new Links(temporalUi === undefined ? undefined : { ui: temporalUi, namespace }, (deal) =>
      dealLink(sources, deal),
    );
    const parts = {
      ...{ tokens, signIn, publicUrl, client, inbox, accounts, sources, links, log },
      ...present({ trustProxy }),
    };
    const server = await startServer({ host, port, ...parts });
    const stopping = new AbortController();
    const { taskQueue, renewalsWithinDays, hasNotices } = settings;
    const schedules = async () => [
      ...(await sweepingOf(connected, taskQueue, sources)),
      ...(await tellingOf(connected, taskQueue, renewalsWithinDays)),
      ...(await noticesOf(connected, taskQueue, hasNotices, renewalsWithinDays)),
    ];
    void keepScheduled(schedules, log, stopping.signal);
    stopOnSignal(async () => {
      stopping.abort();
      log.info('server stopping');
      await server.close();
      await client.close();
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
  schedules: () => Promise<string[]>,
  log: Logger,
  stopping: AbortSignal,
): Promise<void> {
  while (!stopping.aborted) {
    try {
      const remarks = await schedules();
      log.info('sweeps, renewals and notices scheduled');
      remarks.forEach((remark) => log.warn(remark));
      return;
    } catch (error) {
      if (stopping.aborted) return;
      log.warn(
        { error: (error as Error).message },
        'sweeps, renewals and notices not scheduled yet; trying again',
      );
      await delay(PAUSE_MS, undefined, { ref: false });
    }
  }
}

if (require.main === module) void runServer();
