import { createHmac, timingSafeEqual } from 'node:crypto';
import type { RawMessage } from '../crm-account';

/** Older signatures are to be refused (HubSpot, "Validate requests"); younger ones than now nobody has made. */
const MAX_AGE_MS = 300_000;

/** The percent codes that HubSpot decodes before it signs, and no others. */
const DECODED: Readonly<Record<string, string>> = {
  '%3A': ':',
  '%2F': '/',
  '%3F': '?',
  '%40': '@',
  '%21': '!',
  '%24': '$',
  '%27': "'",
  '%28': '(',
  '%29': ')',
  '%2A': '*',
  '%2C': ',',
  '%3B': ';',
};

/**
 * Whether X-HubSpot-Signature-v3 is one of the secrets' over the message. The header X-HubSpot-Signature-Version is not
 * looked at: it says v1 beside a v3. The official client's check does not decode the address, takes timestamps of the
 * future, and compares with `===`.
 */
export function isSignedByHubspot(
  { headers, body, receivedAt }: RawMessage,
  publicUrl: string,
  secrets: readonly string[],
): boolean {
  const signature = headers['x-hubspot-signature-v3'] ?? '';
  const timestamp = headers['x-hubspot-request-timestamp'] ?? '';
  const isFresh =
    /^\d{13}$/.test(timestamp) && Math.abs(receivedAt.getTime() - Number(timestamp)) <= MAX_AGE_MS;
  if (!isFresh) return false;
  const uri = signedUriOf(publicUrl);
  // All are compared, whatever the first came to: the time taken tells nothing.
  return secrets
    .map((secret) => {
      const hmac = createHmac('sha256', secret).update(`POST${uri}`).update(body).update(timestamp);
      return isSame(signature, hmac.digest('base64'));
    })
    .includes(true);
}

function signedUriOf(url: string): string {
  return url.replace(/%[0-9a-f]{2}/gi, (code) => DECODED[code.toUpperCase()] ?? code);
}

function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
