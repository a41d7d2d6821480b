import { z } from 'zod';
import { check, filled, logLevel, type Environment } from './check';
import { SettingsError } from './settings-error';
import { payloadKeys, type PayloadKey } from './payload-keys';
import { port, tokens } from './server-settings';

/** What the codec server runs with; each field's environment variable is in docs/settings.md. */
export interface CodecSettings {
  host: string;
  /** 0: any free one. */
  port: number;
  /** Bearer tokens; any of them lets in. Never log them. */
  tokens: readonly string[];
  /** Of the pages that may call, such as the Temporal UI: `https://temporal.example`. */
  origins: readonly string[];
  keys: readonly PayloadKey[];
  logLevel: string;
}

const origins = z
  .string()
  .transform((text) => text.split(',').flatMap((entry) => entry.trim() || []))
  .refine((list) => list.every((entry) => URL.canParse(entry) && new URL(entry).origin === entry), {
    error: 'origins such as https://temporal.example, without a path, separated by commas',
  });

const codecSchema = z.object({
  WONCE_CODEC_HOST: filled('a name or address of this machine').default('127.0.0.1'),
  WONCE_CODEC_PORT: port.prefault('8081'),
  WONCE_CODEC_TOKENS: tokens.prefault(''),
  WONCE_CODEC_ORIGINS: origins.prefault(''),
  WONCE_LOG_LEVEL: logLevel,
});

/** @throws SettingsError naming what is missing or wrong; values are never shown */
export function codecSettings(env: Environment): CodecSettings {
  const values = check(codecSchema, env);
  const keys = payloadKeys(env);
  if (keys.length === 0) {
    throw new SettingsError(
      'WONCE_PAYLOAD_KEYS is not set: there is nothing to decrypt with. Set it as for the worker. See docs/payload-privacy.md.',
    );
  }
  if (values.WONCE_CODEC_TOKENS.length === 0) {
    throw new SettingsError(
      'WONCE_CODEC_TOKENS is not set: whoever reached the codec server could read every payload. Set tokens. See docs/payload-privacy.md.',
    );
  }
  return {
    host: values.WONCE_CODEC_HOST,
    port: values.WONCE_CODEC_PORT,
    tokens: values.WONCE_CODEC_TOKENS,
    origins: values.WONCE_CODEC_ORIGINS,
    keys,
    logLevel: values.WONCE_LOG_LEVEL,
  };
}
