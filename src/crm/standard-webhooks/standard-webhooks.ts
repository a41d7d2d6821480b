import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { MessageRefused, type CrmAccount, type RawMessage } from '../crm-account';
import { readJson } from '../lossless';
import type { NamedFields, StandardWebhooksSource } from '../source';
import { readDealMessage } from './message';

/** A secret that nobody signs Standard Webhooks with. */
export class SecretUnusable extends Error {
  override readonly name = 'SecretUnusable';
  readonly code = 'SecretUnusable';
}

/**
 * An account of any sender that signs as Standard Webhooks 1.0.0 says. It cannot be asked: the deal stands in the
 * message. The library allows 300 s between its clock and the signature's; that a message comes twice within is for
 * the run of the deal.
 *
 * @throws SecretUnusable
 */
export function standardWebhooksAccount(
  source: StandardWebhooksSource,
  { fields }: { fields: NamedFields },
): CrmAccount {
  const webhooks = source.secrets.map((secret, index) =>
    webhookOf(secret, `Secret ${index + 1} of ${source.name}`),
  );
  return {
    receive(message) {
      checkSignature(webhooks, message);
      const event = readDealMessage(readJson(message.body.toString('utf8')), fields);
      return event === undefined
        ? { events: [], irrelevant: 1, unreadable: [] }
        : { events: [event], irrelevant: 0, unreadable: [] };
    },
  };
}

/** The library takes any text that happens to be base64, passwords of eight letters among them. */
function webhookOf(secret: string, which: string): Webhook {
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  const bytes = Buffer.from(base64, 'base64').length;
  try {
    if (bytes >= 24 && bytes <= 64) return new Webhook(secret);
  } catch {
    // Said below.
  }
  throw new SecretUnusable(
    `${which} is no secret of Standard Webhooks: expected "whsec_" and the base64 of 24 to 64 random bytes. ` +
      'Make one with: echo "whsec_$(openssl rand -base64 32)"',
  );
}

function checkSignature(webhooks: readonly Webhook[], { headers, body }: RawMessage): void {
  const reasons = webhooks.map((webhook) => {
    try {
      // A header that is undefined is as good as missing to it.
      webhook.verify(body, headers as Record<string, string>, { jsonParse: false });
      return undefined;
    } catch (error) {
      return error instanceof WebhookVerificationError ? error.message : 'Signature not understood';
    }
  });
  if (!reasons.includes(undefined)) {
    throw new MessageRefused('NotAuthentic', `The message is not signed as expected (${reasons[0]}).`);
  }
}
