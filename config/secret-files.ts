import { readFileSync } from 'node:fs';
import type { Environment } from './check';
import { SettingsError } from './settings-error';

/** Settings that hold a secret: each may stand in a file of its own instead, whose path is in the variable `NAME_FILE`. */
export const SECRET_SETTINGS = [
  'DATABASE_URL',
  'PORTAL_CLIENT_ID',
  'PORTAL_CLIENT_SECRET',
  'TEMPORAL_API_KEY',
  'WONCE_API_TOKENS',
  'WONCE_PEOPLE',
  'WONCE_OIDC_CLIENT_SECRET',
  'WONCE_NOTICES',
  'WONCE_NOTICES_SECRET',
  'WONCE_PAYLOAD_KEYS',
  'WONCE_CODEC_TOKENS',
] as const;

/** The value of a secret, or what is wrong with where it stands; neither where it is not set. */
export type Secret = { value: string } | { problem: string } | undefined;

/**
 * A secret, of its variable or of the file that `NAME_FILE` names. Blanks and line breaks at the ends of the file are none of
 * it: editors and `echo` leave them.
 */
export function secretIn(env: Environment, name: string): Secret {
  const [value, path] = [env[name], env[`${name}_FILE`]?.trim()];
  if (!path) return value === undefined ? undefined : { value };
  if (value) return { problem: `${name} or ${name}_FILE, and both are set` };
  const text = textIn(path);
  if (text === undefined) {
    return { problem: `the path of a file with its value in ${name}_FILE, and that cannot be read as text` };
  }
  return text === ''
    ? { problem: `its value in the file that ${name}_FILE names, and that is empty` }
    : { value: text };
}

function textIn(path: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)).trim();
  } catch {
    return undefined;
  }
}

/**
 * The environment with those secrets in it that stand in files, and without the paths of these.
 *
 * @throws SettingsError naming each that cannot be had; values and contents are never shown
 */
export function withSecretsOfFiles(env: Environment): Environment {
  const problems: string[] = [];
  const values: Record<string, string | undefined> = {};
  for (const name of SECRET_SETTINGS) {
    const secret = secretIn(env, name);
    if (secret === undefined) continue;
    if ('problem' in secret) problems.push(`  ${name}: expected ${secret.problem}`);
    else Object.assign(values, { [name]: secret.value, [`${name}_FILE`]: undefined });
  }
  if (problems.length === 0) return { ...env, ...values };
  throw new SettingsError(
    `Secrets cannot be read from their files:\n${problems.join('\n')}\nSee docs/settings.md.`,
  );
}
