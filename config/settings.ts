import { z } from 'zod';
import { present } from '../domain/optional';
import type { Policy } from '../domain/policy';
import { OPERATION_RULES } from '../domain/operations';
import type { Operation } from '../domain/request';
import { readTime } from '../domain/time';
import { check, duration, filled, httpUrl, optional, sharedSettings, type Environment } from './check';
import { SettingsError } from './settings-error';
import { isPrivate } from './clear-text';
import { metricsVariables, type MetricsAddress } from './metrics-settings';
import { checkOutboundProxy } from './outbound';
import { VERSION } from './version';
import { noticeSettings, noticeVariables, type NoticeSettings } from './notice-settings';

/** A version of Temporal's worker versioning: what of several builds gets the work is told to Temporal. */
export interface Deployment {
  name: string;
  buildId: string;
}

/** What the worker runs with; each field's environment variable is in docs/settings.md. */
export interface WorkerSettings {
  taskQueue: string;
  portal: {
    url: string;
    clientId: string;
    clientSecret: string;
    /** How often the vendor is called at most; without it as often as there is something to ask. */
    callsPerSecond?: number;
    /** How many steps of a worker call him at once, where the house limits it. */
    concurrency?: number;
  };
  /** Without it, every worker of the task queue gets work. */
  deployment?: Deployment;
  databaseUrl: string;
  /** The file that says how won deals are bought; none are without it. */
  dealsFile?: string;
  logLevel: string;
  /** Where its metrics are served; nowhere without it. */
  metrics?: MetricsAddress;
  policy: Policy;
  /** Operations that are off at first, and that the house has switched on. */
  operations: ReadonlySet<Operation>;
  /** How far the vendor's clock may be behind ours, in ms. */
  clockAllowanceMs: number;
  /** The time of the backup that the ledger was restored from. */
  ledgerRestoredFrom?: Date;
  /** Who is told of what waits. */
  notices: NoticeSettings;
}

const OFF_AT_FIRST = OPERATION_RULES.filter(({ isOffAtFirst }) => isOffAtFirst).map(
  ({ operation }) => operation,
);

/** `expand,add-service`: operations that are off at first. */
const operations = z
  .string()
  .default('')
  .transform((text, context): ReadonlySet<Operation> => {
    const words = text.split(',').flatMap((word) => word.trim() || []);
    const known = words.filter((word): word is Operation =>
      OFF_AT_FIRST.some((operation) => operation === word),
    );
    if (known.length < words.length) {
      context.addIssue({
        code: 'custom',
        message: `some of ${OFF_AT_FIRST.join(', ')}, with commas between them`,
      });
    }
    return new Set(known);
  });

/** Temporal puts the two together with a dot: the name has none, so that they can be told apart. */
const deploymentName = z
  .string()
  .regex(/^[A-Za-z0-9][\w-]{0,99}$/, { error: 'letters, digits, - and _, such as wonce' });
const buildId = z
  .string()
  .regex(/^[A-Za-z0-9][\w.+-]{0,99}$/, { error: 'letters, digits and .+-_, such as 0.2.0' });

/** A number in figures, such as `5` or `0.5`. */
const numberWithin = (what: string, least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}(\.\d{1,9})?$/, { error: `a number of ${what}, from ${least} to ${most}` })
    .transform(Number)
    .refine((number) => number >= least && number <= most, {
      error: `a number of ${what}, from ${least} to ${most}`,
    });

const workerSchema = z.object({
  ...sharedSettings,
  ...noticeVariables,
  ...metricsVariables,
  PORTAL_URL: httpUrl('the address of the Partner Portal API, https://openapi.partner.yeastar.com'),
  PORTAL_CLIENT_ID: filled('the Client ID from the Partner Portal, System > API'),
  PORTAL_CLIENT_SECRET: filled('the Client Secret from the Partner Portal, System > API'),
  WONCE_DEPLOYMENT: optional(deploymentName),
  WONCE_BUILD_ID: optional(buildId).transform((id) => id ?? VERSION),
  WONCE_PORTAL_CALLS_PER_SECOND: optional(numberWithin('calls a second', 0.1, 1000)),
  WONCE_PORTAL_CONCURRENCY: optional(numberWithin('steps', 1, 1000).pipe(z.int('a whole number of steps'))),
  WONCE_SETTLE_FIRST_LOOK: duration.prefault('1m'),
  WONCE_SETTLE_LONGEST_GAP: duration.prefault('30m'),
  WONCE_SETTLE_WINDOW: duration.prefault('2h'),
  WONCE_SETTLE_CLOCK_ALLOWANCE: duration.prefault('10m'),
  WONCE_OPERATIONS: operations,
  WONCE_REORDER_AFTER_ABSENCE: duration.optional(),
  WONCE_LEDGER_RESTORED_FROM: z
    .string()
    .refine((text) => readTime(text) !== undefined, {
      error: 'the time of the backup with its zone, such as 2026-11-24T05:00:00Z',
    })
    .transform((text) => new Date(readTime(text)!))
    .optional(),
  WONCE_WATCH_FIRST_LOOK: duration.prefault('1m'),
  WONCE_WATCH_LONGEST_GAP: duration.prefault('1h'),
});

/** @throws SettingsError naming every variable that is missing or wrong; values are never shown */
export function workerSettings(env: Environment): WorkerSettings {
  const values = check(workerSchema, env);
  checkOutboundProxy(env);
  if (!isPrivate(values.PORTAL_URL, env)) {
    throw new SettingsError(
      'PORTAL_URL begins with http:// and is not of this machine: the client secret and every order would go in clear. ' +
        'Set it to https://…, or, if you know that and want it, set WONCE_ALLOW_PLAIN_HTTP=yes. See docs/settings.md.',
    );
  }
  return {
    taskQueue: values.WONCE_TASK_QUEUE,
    portal: {
      url: values.PORTAL_URL,
      clientId: values.PORTAL_CLIENT_ID,
      clientSecret: values.PORTAL_CLIENT_SECRET,
      ...present({
        callsPerSecond: values.WONCE_PORTAL_CALLS_PER_SECOND,
        concurrency: values.WONCE_PORTAL_CONCURRENCY,
      }),
    },
    ...(values.WONCE_DEPLOYMENT !== undefined && {
      deployment: { name: values.WONCE_DEPLOYMENT, buildId: values.WONCE_BUILD_ID },
    }),
    databaseUrl: values.DATABASE_URL,
    ...present({ dealsFile: values.WONCE_DEALS_FILE, metrics: values.WONCE_METRICS }),
    logLevel: values.WONCE_LOG_LEVEL,
    policy: {
      reconciling: {
        firstPollMs: values.WONCE_SETTLE_FIRST_LOOK,
        longestGapMs: values.WONCE_SETTLE_LONGEST_GAP,
        windowMs: values.WONCE_SETTLE_WINDOW,
        ...(values.WONCE_REORDER_AFTER_ABSENCE !== undefined && {
          reorderAfterAbsenceMs: values.WONCE_REORDER_AFTER_ABSENCE,
        }),
      },
      watching: {
        firstPollMs: values.WONCE_WATCH_FIRST_LOOK,
        longestGapMs: values.WONCE_WATCH_LONGEST_GAP,
      },
    },
    operations: values.WONCE_OPERATIONS,
    clockAllowanceMs: values.WONCE_SETTLE_CLOCK_ALLOWANCE,
    ...(values.WONCE_LEDGER_RESTORED_FROM !== undefined && {
      ledgerRestoredFrom: values.WONCE_LEDGER_RESTORED_FROM,
    }),
    notices: noticeSettings(values, env),
  };
}
