import { isIP } from 'node:net';
import { z } from 'zod';
import { readAuthor } from '../domain/author';
import { isPrivate } from './clear-text';
import { check, duration, filled, httpUrl, optional, sharedSettings, type Environment } from './check';
import { SettingsError } from './settings-error';
import { metricsVariables, type MetricsAddress } from './metrics-settings';
import { checkOutboundProxy } from './outbound';
import { present } from '../domain/optional';

/** What the HTTP server runs with; each field's environment variable is in docs/settings.md. */
export interface ServerSettings {
  host: string;
  /** 0: any free one. */
  port: number;
  /** Bearer tokens of the API; any of them lets in. Never log them. */
  tokens: readonly string[];
  /** Who may sign in to the page. */
  signIn: SignInSettings;
  /** Where the Temporal UI is, for links. */
  temporalUi?: string;
  /** The address under which senders reach the server: some sign it. */
  publicUrl: string;
  /** Proxies in front, addresses or networks: they are believed whose call they pass on. */
  trustProxy?: readonly string[];
  dealsFile?: string;
  /** How long before a PBX expires it is told of, in days; without it nothing is told. */
  renewalsWithinDays?: number;
  /** When the books are compared each day, by UTC; without it they are not. */
  booksAt?: { hour: number; minute: number };
  /** Whether the worker sends notices: then the server lets it look for them. */
  hasNotices: boolean;
  databaseUrl: string;
  taskQueue: string;
  logLevel: string;
  /** Where its metrics are served; nowhere without it. */
  metrics?: MetricsAddress;
  /** Told to stop, it answers for so long as ever, but for /readyz, in ms. */
  drainMs: number;
}

/** Who may sign in to the page, and for how long. */
export interface SignInSettings {
  /** Each with a token of their own, which the API takes too. Never log them. */
  people: readonly { name: string; token: string }[];
  /** How long a session lasts, in ms. */
  sessionMs: number;
  /** OpenID Connect, when it is set. */
  openId?: OpenIdSettings;
}

/** The client that this server is at a provider of OpenID Connect. */
export interface OpenIdSettings {
  issuer: string;
  clientId: string;
  /** Never log it. */
  clientSecret: string;
  /** Who may sign in: e-mail addresses, or `@reseller.example` for all of a domain; in small letters. */
  allowed: readonly string[];
}

const DAY_MS = 24 * 60 * 60_000;

const TOKEN = /^[\x21-\x7e]{16,}$/;

/** A port that a server listens on. */
export const port = z
  .string()
  .trim()
  .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, { error: 'a port, 0 to 65535' })
  .transform(Number);

/** Bearer tokens. */
export const tokens = z
  .string()
  .transform((text) => text.split(',').map((token) => token.trim()))
  // Set to nothing is what a compose file makes of a variable that is not there.
  .transform((list) => list.filter((token, _index, all) => token !== '' || all.length > 1))
  .refine((list) => list.every((token) => TOKEN.test(token)) && new Set(list).size === list.length, {
    error: 'tokens of at least 16 characters, separated by commas, each once',
  });

/** `Ann Arbor:TOKEN,Ben:TOKEN`; who decided is kept for good by these names. */
const people = z.string().transform((text, context) => {
  const entries = text.split(',').flatMap((entry) => entry.trim() || []);
  const list = entries.map((entry) => {
    const [name = '', ...token] = entry.split(':');
    return { name: name.trim(), token: token.join(':').trim() };
  });
  const isRight = list.every(
    ({ name, token }) => TOKEN.test(token) && typeof readAuthor({ by: name, why: '', via: '' }) !== 'string',
  );
  const names = new Set(list.map(({ name }) => name.toLowerCase()));
  const isOnce = names.size === list.length && new Set(list.map(({ token }) => token)).size === list.length;
  if (!isRight || !isOnce) {
    context.addIssue({
      code: 'custom',
      message:
        'name:token for each person, separated by commas; each name and each token once, tokens of at least 16 characters',
    });
  }
  return list;
});

/** `02:00`, or `off`. */
const timeOfDay = z
  .string()
  .trim()
  .transform((text, context) => {
    if (text === 'off') return undefined;
    const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
    if (hour !== undefined) return { hour: Number(hour), minute: Number(minute) };
    context.addIssue({ code: 'custom', message: 'a time of day by UTC, such as 02:00, or off' });
    return z.NEVER;
  });

/** As Express and Fastify call networks of a machine or house. */
const NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];

function isNetwork(entry: string): boolean {
  const [address = '', bits, ...more] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return NETWORKS.includes(entry);
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

const proxies = z
  .string()
  .transform((text) => text.split(',').flatMap((entry) => entry.trim() || []))
  .refine((list) => list.length > 0 && list.every(isNetwork), {
    error: `addresses or networks of your proxies, such as 10.0.0.7,10.1.0.0/16, or ${NETWORKS.join(', ')}, separated by commas`,
  });

const allowed = z
  .string()
  .transform((text) => text.split(',').flatMap((entry) => entry.trim().toLowerCase() || []))
  .refine((list) => list.length > 0 && list.every((entry) => /^[^@\s]*@[^@\s]+\.[^@\s]+$/.test(entry)), {
    error: 'e-mail addresses, or @domain for all of one, separated by commas',
  });

const serverSchema = z.object({
  ...sharedSettings,
  ...metricsVariables,
  WONCE_HOST: filled('a name or address of this machine').default('127.0.0.1'),
  WONCE_PORT: port.prefault('8080'),
  WONCE_API_TOKENS: tokens.prefault(''),
  WONCE_PUBLIC_URL: httpUrl('the address under which senders reach the server').optional(),
  WONCE_RENEWALS_WITHIN: optional(duration),
  WONCE_BOOKS: z.preprocess((text) => (text === '' ? undefined : text), timeOfDay.prefault('02:00')),
  // Its addresses are the worker's.
  WONCE_NOTICES: z.string().trim().optional(),
  WONCE_PEOPLE: people.prefault(''),
  WONCE_DRAIN: optional(duration),
  WONCE_SESSION_LASTS: duration.prefault('12h'),
  WONCE_OIDC_ISSUER: optional(httpUrl('the issuer of your provider of OpenID Connect')),
  WONCE_OIDC_CLIENT_ID: optional(filled('the client id that your provider gave')),
  WONCE_OIDC_CLIENT_SECRET: optional(filled('the client secret that your provider gave')),
  WONCE_OIDC_ALLOWED: optional(allowed),
  WONCE_TRUST_PROXY: optional(proxies),
  WONCE_TEMPORAL_UI_URL: optional(httpUrl('the address of the Temporal UI')),
});

/** @throws SettingsError naming every variable that is missing or wrong; values are never shown */
export function serverSettings(env: Environment): ServerSettings {
  const values = check(serverSchema, env);
  checkOutboundProxy(env);
  const { WONCE_HOST: host, WONCE_PORT: port, WONCE_DEALS_FILE: dealsFile } = values;
  const { WONCE_RENEWALS_WITHIN: within } = values;
  return {
    host,
    port,
    tokens: values.WONCE_API_TOKENS,
    signIn: {
      people: values.WONCE_PEOPLE,
      sessionMs: values.WONCE_SESSION_LASTS,
      ...present({ openId: openIdOf(values, env) }),
    },
    ...present({ temporalUi: values.WONCE_TEMPORAL_UI_URL?.replace(/\/+$/, '') }),
    publicUrl:
      values.WONCE_PUBLIC_URL?.replace(/\/+$/, '') ??
      `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ...present({ dealsFile, metrics: values.WONCE_METRICS, trustProxy: values.WONCE_TRUST_PROXY }),
    drainMs: values.WONCE_DRAIN ?? 0,
    ...(within !== undefined && { renewalsWithinDays: within / DAY_MS }),
    ...present({ booksAt: values.WONCE_BOOKS }),
    hasNotices: Boolean(values.WONCE_NOTICES),
    databaseUrl: values.DATABASE_URL,
    taskQueue: values.WONCE_TASK_QUEUE,
    logLevel: values.WONCE_LOG_LEVEL,
  };
}

/** @throws SettingsError when some of it is set and some is not */
function openIdOf(values: z.infer<typeof serverSchema>, env: Environment): OpenIdSettings | undefined {
  const { WONCE_OIDC_ISSUER: issuer, WONCE_OIDC_CLIENT_ID: clientId } = values;
  const { WONCE_OIDC_CLIENT_SECRET: clientSecret, WONCE_OIDC_ALLOWED: allowed } = values;
  if ([issuer, clientId, clientSecret, allowed].every((one) => one === undefined)) return undefined;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined || allowed === undefined) {
    throw new SettingsError(
      'Of WONCE_OIDC_ISSUER, WONCE_OIDC_CLIENT_ID, WONCE_OIDC_CLIENT_SECRET and WONCE_OIDC_ALLOWED some are set and some ' +
        'are not: set all of them, or none. See docs/settings.md.',
    );
  }
  if (!isPrivate(issuer, env)) {
    throw new SettingsError(
      'WONCE_OIDC_ISSUER begins with http:// and is not of this machine: set it to https://…',
    );
  }
  return { issuer, clientId, clientSecret, allowed };
}
