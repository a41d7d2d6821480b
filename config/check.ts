import { accessSync, constants, statSync } from 'node:fs';
import { z } from 'zod';
import { A_DURATION, readDuration } from './duration';
import { SettingsError } from './settings-error';

export type Environment = Readonly<Record<string, string | undefined>>;

export const filled = (what: string) => z.string({ error: what }).trim().min(1, { error: what });

export const duration = z.string().transform((text, context) => {
  const ms = readDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: A_DURATION });
  return z.NEVER;
});

/** Set to nothing is what a compose file makes of a variable that is not there. */
export const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((text) => (text === '' ? undefined : text), schema.optional());

export const httpUrl = (what: string) => z.url({ protocol: /^https?$/, error: what });

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

export const logLevel = z.enum(LOG_LEVELS, { error: `one of ${LOG_LEVELS.join(', ')}` }).default('info');

/** Says in words that passwords, tokens and orders may be read on their way. */
export const PLAIN_HTTP_ALLOWED = 'yes';

/** What every process of the product is told. */
export const sharedSettings = {
  WONCE_TASK_QUEUE: filled('the name of a task queue').default('wonce'),
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: 'the address of the ledger, postgres://user:password@host:port/database',
  }),
  WONCE_DEALS_FILE: z
    .string()
    .trim()
    .refine(isReadableFile, { error: 'the path of deals.yaml, a file that can be read' })
    .optional(),
  // Set to nothing is what a compose file makes of a variable that is not there.
  WONCE_ALLOW_PLAIN_HTTP: z
    .enum([PLAIN_HTTP_ALLOWED, ''], { error: `${PLAIN_HTTP_ALLOWED}, or nothing` })
    .optional(),
  WONCE_LOG_LEVEL: logLevel,
};

/** @throws SettingsError naming every variable that is missing or wrong; values are never shown */
export function check<Schema extends z.ZodObject>(schema: Schema, env: Environment): z.infer<Schema> {
  const result = schema.safeParse(env);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return `  ${name}: expected ${issue.message}; ${env[name] === undefined ? 'it is not set' : 'what it is set to is something else'}`;
  });
  throw new SettingsError(`The environment is not complete:\n${lines.join('\n')}\nSee docs/settings.md.`);
}

/** A folder is none: Docker makes one where the file of a mount is missing. */
function isReadableFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
