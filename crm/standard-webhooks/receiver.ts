import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { MessageRefused, type DealReceiver, type RawMessage } from '../deal-receiver';
import type { NamedFields } from '../license-rules';
import { readMessageJson } from '../lossless';
import type { WebhookSecrets } from '../source';
import { readDealMessage } from './message';

/**
 * Messages of any sender that signs as Standard Webhooks 1.0.0 says. It cannot be asked: the deal stands in the message.
 * The library allows 300 s between its clock and the signature's; that a message comes twice within is for the run of
 * the deal.
 */
export function standardWebhooksReceiver({ secrets }: WebhookSecrets, fields: NamedFields): DealReceiver {
  const webhooks = secrets.map((secret) => new Webhook(secret));
  return {
    receive(message) {
      checkSignature(webhooks, message);
      const event = readDealMessage(readMessageJson(message.body), fields);
      return event === undefined
        ? { events: [], irrelevant: 1, unreadable: [] }
        : { events: [event], irrelevant: 0, unreadable: [] };
    },
  };
}

/** Svix, whose scheme became Standard Webhooks, still sends its own names. */
const PREFIXES = ['webhook', 'svix'];
const PARTS = ['id', 'timestamp', 'signature'];

function checkSignature(webhooks: readonly Webhook[], { headers, body }: RawMessage): void {
  const reasons = headerSets(headers).flatMap((set) =>
    webhooks.map((webhook) => {
      try {
        webhook.verify(body, set, { jsonParse: false });
        return undefined;
      } catch (error) {
        return error instanceof WebhookVerificationError ? error.message : 'Signature not understood';
      }
    }),
  );
  if (!reasons.includes(undefined)) {
    const reason = reasons[0] ?? 'Missing required headers';
    throw new MessageRefused('NotAuthentic', `The message is not signed as expected (${reason}).`);
  }
}

/** The sets of headers that are there, each whole and by the library's names: an id of one and a signature of another prove nothing. */
function headerSets(headers: RawMessage['headers']): Record<string, string>[] {
  const given = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return PREFIXES.map((prefix) =>
    Object.fromEntries(PARTS.map((part) => [`webhook-${part}`, given.get(`${prefix}-${part}`) ?? ''])),
  ).filter((set) => Object.values(set).every((value) => value !== ''));
}
