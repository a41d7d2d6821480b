import { isSameSecret } from '../../config/same-secret';
import { isSameId, longIdOf } from '../../domain/salesforce-id';
import {
  eachDealOnce,
  MessageRefused,
  type DealEvent,
  type DealReceiver,
  type RawMessage,
  type ReceivedMessage,
} from '../deal-receiver';
import { isJsonObject, readMessageJson, textOf } from '../lossless';
import { ACKNOWLEDGEMENT, readOutboundMessage, type Notification } from './outbound-message';
import type { SalesforceSource, WebhookSecrets } from '../source';

/**
 * Outbound Messages (SOAP) and callouts of a Flow (JSON). Salesforce signs nothing: a Flow's named credential sends a
 * secret as a bearer token, an Outbound Message can do no more than have it in its address.
 */
export function salesforceReceiver(source: SalesforceSource & WebhookSecrets): DealReceiver {
  return {
    receive(message) {
      if (!hasSecret(message, source.secrets)) {
        throw new MessageRefused(
          'NotAuthentic',
          'The secret is missing or wrong, as bearer token and in the address.',
        );
      }
      return readMessage(message, source.account);
    },
  };
}

function hasSecret({ headers, pathToken }: RawMessage, secrets: readonly string[]): boolean {
  const [, bearer] = /^Bearer +(\S.*)$/i.exec(headers.authorization ?? '') ?? [];
  const given = [bearer, pathToken].filter((token) => token !== undefined);
  // All are compared, whatever the first came to: the time taken tells nothing.
  return given.flatMap((token) => secrets.map((secret) => isSameSecret(token, secret))).includes(true);
}

function readMessage({ headers, body }: RawMessage, account: string): ReceivedMessage {
  const [type = ''] = (headers['content-type'] ?? '').toLowerCase().split(';');
  switch (type.trim()) {
    case 'text/xml':
    case 'application/xml':
      return ofOutboundMessage(body, account);
    case 'application/json':
      return ofCallout(body, account);
    default:
      throw unreadable(
        'Expected content-type text/xml (an Outbound Message) or application/json (a callout of a Flow).',
      );
  }
}

function ofOutboundMessage(body: Buffer, account: string): ReceivedMessage {
  const { organizationId, notifications } = readOutboundMessage(body.toString('utf8'));
  checkOrganisation(organizationId, account);
  const opportunities = notifications.filter(
    ({ sObject }) => sObject === undefined || sObject === 'Opportunity',
  );
  const events: DealEvent[] = [];
  const unreadable: string[] = [];
  for (const notification of opportunities) {
    const dealId = longIdOf(notification.field('Id') ?? '');
    if (notification.sObject === undefined || dealId === undefined) {
      const place = notifications.indexOf(notification) + 1;
      unreadable.push(
        `Notification ${place}: expected an sObject with xsi:type and an Id of 15 or 18 characters.`,
      );
    } else {
      events.push({ dealId, kind: kindOf(notification) });
    }
  }
  return {
    events: eachDealOnce(events),
    irrelevant: notifications.length - opportunities.length,
    unreadable,
    answer: ACKNOWLEDGEMENT,
  };
}

/** Which fields are sent is configured: without IsWon it may have been won. */
function kindOf(notification: Notification): DealEvent['kind'] {
  // Both are false in XML Schema.
  return ['false', '0'].includes(notification.field('IsWon') ?? '') ? 'changed' : 'won';
}

const CALLOUT_KINDS: Readonly<Record<string, DealEvent['kind']>> = {
  'opportunity.won': 'won',
  'opportunity.changed': 'changed',
  'opportunity.lost': 'changed',
};

/** `{"event_id", "type", "org_id", "opportunity_id", "occurred_at"}`: a Flow sends what its admin has put in, and is asked for this. */
function ofCallout(body: Buffer, account: string): ReceivedMessage {
  const callout = readMessageJson(body);
  if (!isJsonObject(callout)) throw unreadable('The callout cannot be read: expected a JSON object.');
  const type = textOf(callout.type);
  checkOrganisation(textOf(callout.org_id), account);
  if (type === undefined) {
    throw unreadable('The callout cannot be read: expected `type`, such as "opportunity.won".');
  }
  const kind = Object.hasOwn(CALLOUT_KINDS, type) ? CALLOUT_KINDS[type] : undefined;
  if (kind === undefined) return { events: [], irrelevant: 1, unreadable: [] };
  const dealId = longIdOf(textOf(callout.opportunity_id) ?? '');
  if (dealId === undefined) {
    throw unreadable(
      'The callout cannot be read: expected an id of 15 or 18 characters in `opportunity_id`.',
    );
  }
  return { events: [{ dealId, kind }], irrelevant: 0, unreadable: [] };
}

function checkOrganisation(id: string | undefined, account: string): void {
  if (id === undefined || !isSameId(id, account)) {
    throw new MessageRefused('NotAuthentic', "The organisation's id is missing or another's.");
  }
}

function unreadable(message: string): MessageRefused {
  return new MessageRefused('MessageUnreadable', message);
}
