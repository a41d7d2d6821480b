import { z } from 'zod';
import { check, duration, filled, httpUrl, sharedSettings, type Environment } from './check';
import { present } from '../domain/optional';

/** What the HTTP server runs with; each field's environment variable is in docs/settings.md. */
export interface ServerSettings {
  host: string;
  /** 0: any free one. */
  port: number;
  /** Bearer tokens of the API; any of them lets in. Never log them. */
  tokens: readonly string[];
  /** The address under which senders reach the server: some sign it. */
  publicUrl: string;
  dealsFile?: string;
  /** How long before a PBX expires it is told of, in days; without it nothing is told. */
  renewalsWithinDays?: number;
  databaseUrl: string;
  taskQueue: string;
  logLevel: string;
}

const DAY_MS = 24 * 60 * 60_000;

const TOKEN = /^[\x21-\x7e]{16,}$/;

const port = z
  .string()
  .trim()
  .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, { error: 'a port, 0 to 65535' })
  .transform(Number);

const tokens = z
  .string()
  .transform((text) => text.split(',').map((token) => token.trim()))
  // Set to nothing is what a compose file makes of a variable that is not there.
  .transform((list) => list.filter((token, _index, all) => token !== '' || all.length > 1))
  .refine((list) => list.every((token) => TOKEN.test(token)) && new Set(list).size === list.length, {
    error: 'tokens of at least 16 characters, separated by commas, each once',
  });

const serverSchema = z.object({
  ...sharedSettings,
  WONCE_HOST: filled('a name or address of this machine').default('127.0.0.1'),
  WONCE_PORT: port.prefault('8080'),
  WONCE_API_TOKENS: tokens.prefault(''),
  WONCE_PUBLIC_URL: httpUrl('the address under which senders reach the server').optional(),
  // Set to nothing is what a compose file makes of a variable that is not there.
  WONCE_RENEWALS_WITHIN: z.preprocess((text) => (text === '' ? undefined : text), duration.optional()),
});

/** @throws SettingsError naming every variable that is missing or wrong; values are never shown */
export function serverSettings(env: Environment): ServerSettings {
  const values = check(serverSchema, env);
  const { WONCE_HOST: host, WONCE_PORT: port, WONCE_DEALS_FILE: dealsFile } = values;
  const { WONCE_RENEWALS_WITHIN: within } = values;
  return {
    host,
    port,
    tokens: values.WONCE_API_TOKENS,
    publicUrl:
      values.WONCE_PUBLIC_URL?.replace(/\/+$/, '') ??
      `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ...present({ dealsFile }),
    ...(within !== undefined && { renewalsWithinDays: within / DAY_MS }),
    databaseUrl: values.DATABASE_URL,
    taskQueue: values.WONCE_TASK_QUEUE,
    logLevel: values.WONCE_LOG_LEVEL,
  };
}
