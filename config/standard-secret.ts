import { Webhook } from 'standardwebhooks';

/** What a secret of Standard Webhooks looks like, for messages (specification 1.0.0, "Signature scheme"). */
export const A_STANDARD_SECRET = 'whsec_ and the base64 of 24 to 64 bytes';

const FORM = /^whsec_((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/;

/** Whether a text is a secret of Standard Webhooks: the library takes passwords of eight letters, too. */
export function isStandardSecret(text: string): boolean {
  const [, base64 = ''] = FORM.exec(text) ?? [];
  const bytes = Buffer.from(base64, 'base64').length;
  if (bytes < 24 || bytes > 64) return false;
  try {
    return new Webhook(text) instanceof Webhook;
  } catch {
    return false;
  }
}
