import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { NoticeAddress } from '../domain/notice';
import { present } from '../domain/optional';
import { duration, httpUrl, optional, type Environment } from './check';
import { SettingsError } from './settings-error';
import { isPrivate } from './clear-text';
import { A_STANDARD_SECRET, isStandardSecret } from './standard-secret';

/** Who is told of what waits, and when. */
export interface NoticeSettings {
  addresses: readonly NoticeAddress[];
  /** Signs the messages; never log it. */
  secret?: string;
  /** A wait that was told so long ago is told once more, in ms. */
  remindAfterMs: number;
  /** What stands before `/orders/…` in links. */
  publicUrl?: string;
}

const TEXT = 'text+';

/** `https://…,text+https://…` */
const addresses = z
  .string()
  .default('')
  .transform((text, context) => {
    const entries = new Set(text.split(',').flatMap((entry) => entry.trim() || []));
    const read = [...entries].flatMap((entry) => addressOf(entry) ?? []);
    if (read.length < entries.size) {
      context.addIssue({
        code: 'custom',
        message:
          'addresses with commas between them, https://… or text+https://…, without a user and password; a comma within one is %2C',
      });
    }
    return read;
  });

function addressOf(entry: string): NoticeAddress | undefined {
  const kind = entry.startsWith(TEXT) ? 'text' : 'signed';
  const url = kind === 'text' ? entry.slice(TEXT.length) : entry;
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return undefined;
  const { host, username, password } = new URL(url);
  if (username !== '' || password !== '') return undefined;
  const id = createHash('sha256').update(entry).digest('hex').slice(0, 16);
  return { id, kind, url, host };
}

/** The settings as variables. */
export const noticeVariables = {
  WONCE_NOTICES: addresses,
  WONCE_NOTICES_SECRET: optional(z.string().trim().refine(isStandardSecret, { error: A_STANDARD_SECRET })),
  WONCE_NOTICES_REMIND_AFTER: z.preprocess(
    (text) => (text === '' ? undefined : text),
    duration.prefault('4h'),
  ),
  WONCE_PUBLIC_URL: optional(httpUrl('the address under which people reach the server')),
};

type Values = z.infer<z.ZodObject<typeof noticeVariables>>;

/** @throws SettingsError when an address is reached in clear, or has to be signed for and there is no secret */
export function noticeSettings(values: Values, env: Environment): NoticeSettings {
  const { WONCE_NOTICES: all, WONCE_NOTICES_SECRET: secret, WONCE_PUBLIC_URL: publicUrl } = values;
  if (!all.every(({ url }) => isPrivate(url, env))) {
    throw new SettingsError(
      'WONCE_NOTICES has an address that begins with http:// and is not of this machine: whoever reads along sees what ' +
        'is told, and a token in the address. Set it to https://…. See docs/settings.md.',
    );
  }
  if (secret === undefined && all.some(({ kind }) => kind === 'signed')) {
    throw new SettingsError(
      'WONCE_NOTICES has an address whose messages are signed, and WONCE_NOTICES_SECRET is not set. Set it to ' +
        `${A_STANDARD_SECRET}; or, for a chat tool, write text+ before the address. See docs/notices.md.`,
    );
  }
  return {
    addresses: all,
    remindAfterMs: values.WONCE_NOTICES_REMIND_AFTER,
    ...present({ secret, publicUrl: publicUrl?.replace(/\/+$/, '') }),
  };
}
