import { z } from 'zod';

/** Settings that are missing or wrong, all of them at once, with what to set. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'SettingsInvalid';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the worker runs with; each field's environment variable is in docs/settings.md. */
export interface WorkerSettings {
  taskQueue: string;
  portal: { url: string; clientId: string; clientSecret: string };
  databaseUrl: string;
  logLevel: string;
}

const filled = (what: string) => z.string({ error: what }).trim().min(1, { error: what });

const httpUrl = (what: string) => z.url({ protocol: /^https?$/, error: what });

const postgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'the address of the ledger, postgres://user:password@host:port/database',
});

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

const workerSchema = z.object({
  WONCE_TASK_QUEUE: filled('the name of a task queue').default('wonce'),
  PORTAL_URL: httpUrl('the address of the Partner Portal API, https://openapi.partner.yeastar.com'),
  PORTAL_CLIENT_ID: filled('the Client ID from the Partner Portal, System > API'),
  PORTAL_CLIENT_SECRET: filled('the Client Secret from the Partner Portal, System > API'),
  DATABASE_URL: postgresUrl,
  WONCE_LOG_LEVEL: z.enum(LOG_LEVELS, { error: `one of ${LOG_LEVELS.join(', ')}` }).default('info'),
});

/** @throws SettingsError naming every variable that is missing or wrong; values are never shown */
export function workerSettings(env: Environment): WorkerSettings {
  const values = check(workerSchema, env);
  return {
    taskQueue: values.WONCE_TASK_QUEUE,
    portal: {
      url: values.PORTAL_URL,
      clientId: values.PORTAL_CLIENT_ID,
      clientSecret: values.PORTAL_CLIENT_SECRET,
    },
    databaseUrl: values.DATABASE_URL,
    logLevel: values.WONCE_LOG_LEVEL,
  };
}

function check<Schema extends z.ZodObject>(schema: Schema, env: Environment): z.infer<Schema> {
  const result = schema.safeParse(env);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return `  ${name}: expected ${issue.message}; ${env[name] === undefined ? 'it is not set' : 'what it is set to is something else'}`;
  });
  throw new SettingsError(`The environment is not complete:\n${lines.join('\n')}\nSee docs/settings.md.`);
}
