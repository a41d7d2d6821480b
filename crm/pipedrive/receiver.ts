import { parse as parseBasic } from 'basic-auth';
import { isSameSecret } from '../../config/same-secret';
import { MessageRefused, type DealEvent, type DealReceiver, type ReceivedMessage } from '../deal-receiver';
import { digitIdOf, isJsonObject, readMessageJson, textOf } from '../lossless';
import type { PipedriveSource, WebhookSecrets } from '../source';

/** Webhooks with payload 2.0 behind HTTP Basic, which is all that Pipedrive offers: it signs nothing. */
export function pipedriveReceiver(source: PipedriveSource & WebhookSecrets): DealReceiver {
  return {
    receive({ headers, body }) {
      if (!isAuthentic(headers.authorization, source)) {
        throw new MessageRefused('NotAuthentic', 'User name or password of HTTP Basic is missing or wrong.');
      }
      return readMessage(body, source.account);
    },
  };
}

function isAuthentic(
  header: string | undefined,
  { user, secrets }: PipedriveSource & WebhookSecrets,
): boolean {
  const { name, pass } = parseBasic(header ?? '') ?? { name: '', pass: '' };
  // All are compared, whatever the first came to: the time taken tells nothing.
  const isUser = isSameSecret(name, user);
  const isSecret = secrets.map((secret) => isSameSecret(pass, secret)).includes(true);
  return isUser && isSecret;
}

function readMessage(body: Buffer, account: string): ReceivedMessage {
  const message = readMessageJson(body);
  if (!isJsonObject(message) || !isJsonObject(message.meta)) {
    throw unreadable('The body is not the JSON of a Pipedrive webhook: expected an object with `meta`.');
  }
  const { meta, data, previous } = message;
  if (textOf(meta.version) !== '2.0') {
    throw unreadable(
      'The payload is not of version 2.0. Create the webhook again with version 2.0 (Tools and apps, Webhooks; by API: `version: "2.0"`).',
    );
  }
  const events =
    textOf(meta.company_id) === account
      ? eventsOf(meta, isJsonObject(data) ? data : {}, isJsonObject(previous) ? previous : {})
      : [];
  return { events, irrelevant: events.length === 0 ? 1 : 0, unreadable: [] };
}

type Part = Record<string, unknown>;

/** @param data empty when something was deleted @param previous what was changed, as it was before */
function eventsOf(meta: Part, data: Part, previous: Part): DealEvent[] {
  if (meta.entity === 'deal') return dealEvents(meta, data, previous);
  // Products and the like: a deal that waits for them wants to know.
  const dealId = digitIdOf(data.deal_id) ?? digitIdOf(previous.deal_id);
  return dealId === undefined ? [] : [{ dealId, kind: 'changed' }];
}

function dealEvents(meta: Part, data: Part, previous: Part): DealEvent[] {
  // Ids are text in `meta` and numbers in `data`.
  const dealId = digitIdOf(meta.entity_id) ?? digitIdOf(data.id);
  if (dealId === undefined) {
    throw unreadable('The deal has no id: expected digits in `meta.entity_id` or `data.id`.');
  }
  // Without a look at what changed, every later edit of a won deal would be a win.
  const becameWon = data.status === 'won' && (meta.action === 'create' || 'status' in previous);
  const events: DealEvent[] = [{ dealId, kind: becameWon ? 'won' : 'changed' }];
  // A deal that was merged into another goes on there, perhaps as a won one.
  const mergedTo = digitIdOf(meta.merged_to_id);
  if (mergedTo !== undefined && mergedTo !== dealId) events.push({ dealId: mergedTo, kind: 'won' });
  return events;
}

function unreadable(message: string): MessageRefused {
  return new MessageRefused('MessageUnreadable', message);
}
