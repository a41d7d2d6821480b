import { z } from 'zod';
import { ACCOUNT_ID, CRMS } from '../../domain/deal-ids';
import { SOURCE_NAME } from '../../domain/deal-notification';
import { A_DURATION, readDuration } from '../../config/duration';
import { longIdOf } from '../../domain/salesforce-id';
import { A_TIME, readTime } from '../../domain/time';
import { unprintableIn, visibleText } from '../../domain/visible-text';
import { isPrivate } from '../../config/clear-text';
import { secretIn } from '../../config/secret-files';
import { A_STANDARD_SECRET, isStandardSecret } from '../../config/standard-secret';
import { approvals, checkSources } from './approvals-schema';
import { part, text } from './fact-schema';
import { licenseSchema } from './license-schema';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the server does with a source, and what the worker does. */
export type Job = 'receiving' | 'reading';

/** Which keys name the secrets of which job. */
export const SECRET_KEYS = {
  receiving: ['secrets'],
  reading: ['accessToken', 'apiToken', 'clientId', 'clientSecret'],
} as const satisfies Record<Job, readonly string[]>;

/** Where the values of secrets are. */
export interface Secrets {
  env: Environment;
  /** Those of this one alone are read; without it, all. */
  job?: Job;
  /** Told of each variable that has no value; without it, that is a problem. */
  onUnset?: (name: string) => void;
}

/** Checks a secret's value; says what would be right. */
type SecretCheck = (value: string) => string | undefined;

const A_NAME = 'the NAME of an environment variable (A-Z, 0-9 and _), not the secret itself';

/** The name of an environment variable, which becomes its value; blanks and line breaks at its ends are none of it. */
function variable({ env, job, onUnset }: Secrets, of: Job, check: SecretCheck = checkSecret) {
  return z
    .string({ error: A_NAME })
    .regex(/^[A-Z][A-Z0-9_]*$/, { error: A_NAME })
    .transform((name, context) => {
      if (job !== undefined && job !== of) return '';
      const secret = secretIn(env, name);
      if (secret !== undefined && 'problem' in secret) {
        context.addIssue({ code: 'custom', message: secret.problem, params: { received: 'something else' } });
        return z.NEVER;
      }
      const value = secret?.value.trim() ?? '';
      if (value === '' && onUnset !== undefined) {
        onUnset(name);
        return '';
      }
      if (value === '') {
        const received = env[name] === undefined ? 'nothing, it is not set' : 'empty text';
        context.addIssue({
          code: 'custom',
          message: `a value in the environment variable ${name}`,
          params: { received },
        });
        return z.NEVER;
      }
      const wrong = check(value);
      if (wrong !== undefined) {
        context.addIssue({
          code: 'custom',
          message: `in the environment variable ${name} ${wrong}`,
          params: { received: 'something else' },
        });
      }
      return value;
    });
}

/** What a copy brings along is part of no secret, and no header can hold it. */
function checkSecret(value: string): string | undefined {
  const isClean = value === visibleText(value) && unprintableIn(value) === undefined;
  return isClean ? undefined : 'one line, without characters that nobody can see';
}

/** What fewer characters hold can be guessed. */
const LEAST_SECRET_CHARACTERS = 16;

/** Of senders whose secret somebody thinks up. */
function checkWebhookSecret(value: string): string | undefined {
  if (value.length < LEAST_SECRET_CHARACTERS)
    return `a secret of at least ${LEAST_SECRET_CHARACTERS} characters`;
  return checkSecret(value);
}

function checkStandardSecret(value: string): string | undefined {
  return isStandardSecret(value) ? undefined : A_STANDARD_SECRET;
}

const duration = z
  .string({ error: A_DURATION })
  .refine((value) => readDuration(value) !== undefined, { error: A_DURATION })
  .transform((value) => readDuration(value)!);

/** Temporal makes no schedule that is shorter. */
const SHORTEST_EVERY_MS = 1_000;
const every = duration.refine((ms) => ms >= SHORTEST_EVERY_MS, { error: 'a duration of at least 1s' });

const sweep = part(
  { every: every.prefault('10m'), overlap: duration.prefault('1h') },
  '{ every: duration, overlap: duration }',
)
  .transform(({ every, overlap }) => ({ everyMs: every, overlapMs: overlap }))
  .prefault({});

const ADDRESS = 'an address such as https://api.example.com, without name and password';

const PLAIN_ADDRESS =
  'https, as the token goes along (http to this machine alone, or with WONCE_ALLOW_PLAIN_HTTP=yes)';

const address = ({ env }: Secrets) =>
  z
    .string({ error: ADDRESS })
    .refine(isAddress, { error: ADDRESS, abort: true })
    .refine((url) => isPrivate(url, env), { error: PLAIN_ADDRESS })
    .transform((url) => url.replace(/\/+$/, ''));

function isAddress(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return /^https?:$/.test(url?.protocol ?? '') && url?.username === '' && url.password === '';
}

const WON_AGAIN = 'ask, buy or ignore';
const AN_ACCOUNT = 'the id of the account: 1 to 40 characters out of A-Z a-z 0-9 . _ -';

const account = z.string({ error: AN_ACCOUNT }).regex(ACCOUNT_ID, { error: AN_ACCOUNT });

const AN_ORGANISATION =
  'the id of the organisation, as Salesforce shows it: 15 characters, or 18 of which the last three fit the others';
/** With 15 characters or 18 it is one organisation: a deal has one key, and is bought once. */
const organisation = z
  .string({ error: AN_ORGANISATION })
  .refine((id) => longIdOf(id) !== undefined, { error: AN_ORGANISATION })
  .transform((id) => longIdOf(id)!);

const since = z
  .string({ error: A_TIME })
  .refine((time) => readTime(time) !== undefined, { error: A_TIME })
  .transform((time) => new Date(readTime(time)!));

function common(secrets: Secrets, check: SecretCheck = checkWebhookSecret) {
  const list = 'a list of names of environment variables';
  return {
    account,
    secrets: z.array(variable(secrets, 'receiving', check), { error: list }).min(1, { error: list }),
    since,
    wonAgain: z.enum(['ask', 'buy', 'ignore'], { error: WON_AGAIN }).default('ask'),
    license: licenseSchema,
  };
}

/** One schema a CRM. */
function sourceSchema(secrets: Secrets) {
  const stages = 'a list of ids of stages';
  const section = 'the keys of a source: crm, account, secrets, since, license, …';
  const hubspot = part(
    {
      crm: z.literal('hubspot'),
      ...common(secrets),
      accessToken: variable(secrets, 'reading'),
      wonStages: z
        .array(text('the id of a stage'), { error: stages })
        .min(1, { error: stages })
        .exactOptional(),
      sweep,
      api: address(secrets).default('https://api.hubapi.com'),
    },
    section,
  );
  const pipedrive = part(
    {
      crm: z.literal('pipedrive'),
      ...common(secrets),
      user: text('the user name of HTTP Basic authentication'),
      apiToken: variable(secrets, 'reading'),
      sweep,
      api: address(secrets).default('https://api.pipedrive.com'),
    },
    section,
  );
  const salesforce = part(
    {
      crm: z.literal('salesforce'),
      ...common(secrets),
      account: organisation,
      clientId: variable(secrets, 'reading'),
      clientSecret: variable(secrets, 'reading'),
      sweep,
      api: address(secrets),
    },
    section,
  );
  const standardWebhooks = part(
    { crm: z.literal('standard-webhooks'), ...common(secrets, checkStandardSecret) },
    section,
  );
  return z.discriminatedUnion('crm', [hubspot, pipedrive, salesforce, standardWebhooks], {
    error: (issue) => (issue.code === 'invalid_union' ? `one of ${CRMS.join(', ')}` : section),
  });
}

/** The whole file. Numbers in it are text here. */
export function dealsSchema(secrets: Secrets) {
  const sources = 'at least one source, by its name';
  return part(
    {
      sources: z
        .record(z.string().regex(SOURCE_NAME), sourceSchema(secrets), {
          error: (issue) => (issue.code === 'invalid_key' ? 'a name out of a-z 0-9 -' : sources),
        })
        .refine((named) => Object.keys(named).length > 0, { error: sources })
        .exactOptional(),
      approvals,
    },
    'the key sources, and under it at least one source; or the key approvals',
  )
    .refine((file) => file.sources !== undefined || file.approvals.length > 0, {
      path: ['sources'],
      error: sources,
    })
    .superRefine((file, context) => checkSources(file.approvals, Object.keys(file.sources ?? {}), context))
    .transform(({ sources: named = {}, approvals: rules }) => ({ sources: named, approvals: rules }));
}
