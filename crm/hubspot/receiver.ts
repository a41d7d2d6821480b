import { createHmac } from 'node:crypto';
import { isSameSecret } from '../../config/same-secret';
import {
  eachDealOnce,
  MessageRefused,
  type DealEvent,
  type DealReceiver,
  type RawMessage,
  type ReceivedMessage,
} from '../deal-receiver';
import { readMessageJson } from '../lossless';
import type { HubspotSource, WebhookSecrets } from '../source';
import { dealEventsOf } from './events';

/**
 * Webhooks of an app with signature v3.
 *
 * @param publicUrl the whole address that HubSpot calls for this source, as it is entered there: it is part of what is
 *   signed
 */
export function hubspotReceiver(source: HubspotSource & WebhookSecrets, publicUrl: string): DealReceiver {
  return {
    receive(message) {
      if (!isSigned(message, publicUrl, source.secrets)) {
        throw new MessageRefused(
          'NotAuthentic',
          'No valid X-HubSpot-Signature-v3 of the last 5 minutes. Is the secret that of the app, the public address the target URL, the clock right?',
        );
      }
      return readBatch(message.body, source);
    },
  };
}

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
function isSigned(
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
      return isSameSecret(signature, hmac.digest('base64'));
    })
    .includes(true);
}

function signedUriOf(url: string): string {
  return url.replace(/%[0-9a-f]{2}/gi, (code) => DECODED[code.toUpperCase()] ?? code);
}

function readBatch(body: Buffer, source: HubspotSource): ReceivedMessage {
  const batch = readMessageJson(body);
  if (!Array.isArray(batch)) {
    throw new MessageRefused(
      'MessageUnreadable',
      "The body is not the JSON array that webhooks of an app send (a workflow's webhook sends something else).",
    );
  }
  const events: DealEvent[] = [];
  const unreadable: string[] = [];
  let irrelevant = 0;
  batch.forEach((event: unknown, index) => {
    const read = dealEventsOf(event, source);
    if (typeof read === 'string') {
      unreadable.push(`Event ${index + 1} of ${batch.length}: ${read}`);
    } else if (read.length === 0) {
      irrelevant++;
    } else {
      events.push(...read);
    }
  });
  return { events: eachDealOnce(events), irrelevant, unreadable };
}
