import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { withoutMark } from '../../validation/json-text';
import { MessageRefused } from '../deal-receiver';
import { isJsonObject, textOf as visibleTextOf } from '../lossless';

/** As many as Salesforce puts into one message (SOAP API Developer Guide, "Outbound Messaging"). */
const MOST_NOTIFICATIONS = 100;

/** An Outbound Message of Salesforce. */
export interface OutboundMessage {
  organizationId: string | undefined;
  notifications: Notification[];
}

/** Word of one record. */
export interface Notification {
  /** `Opportunity`; undefined when it is not told. */
  sObject: string | undefined;
  /** Text of its fields that are configured to be sent, by name without prefix. */
  field(name: string): string | undefined;
}

/** Tells Salesforce that the whole message was taken; after anything else, an empty 200 too, it sends it again. */
export const ACKNOWLEDGEMENT = {
  contentType: 'text/xml; charset=utf-8',
  body:
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>' +
    '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>' +
    '</soapenv:Body></soapenv:Envelope>',
};

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  // Ids stay text.
  parseTagValue: false,
  // Character references as well as the five entities of XML; there is no DOCTYPE that could declare others.
  htmlEntities: true,
});

/**
 * Reads an Outbound Message. Which prefixes it gives its namespaces does not matter.
 *
 * @throws MessageRefused MessageUnreadable
 */
export function readOutboundMessage(text: string): OutboundMessage {
  const envelope = child(parse(withoutMark(text)), 'Envelope');
  const message = child(child(envelope, 'Body'), 'notifications');
  if (!isJsonObject(message)) {
    throw unreadable('expected Envelope, Body and notifications of an Outbound Message');
  }
  const notifications = listOf(message.Notification);
  if (notifications.length === 0 || notifications.length > MOST_NOTIFICATIONS) {
    const came = notifications.length;
    throw unreadable(`expected 1 to ${MOST_NOTIFICATIONS} notifications, came ${came}`);
  }
  return {
    organizationId: textOf(message.OrganizationId),
    notifications: notifications.map((notification) => notificationOf(child(notification, 'sObject'))),
  };
}

function parse(text: string): unknown {
  // No message of Salesforce has one, and entities grow out of it.
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw unreadable('a DOCTYPE or ENTITY is not taken');
  try {
    if (XMLValidator.validate(text) === true) return parser.parse(text);
  } catch {
    // Too deep, for one; said below. The parser's own message may hold the text.
  }
  throw unreadable('expected well-formed XML');
}

function notificationOf(sObject: unknown): Notification {
  const type = textOf(child(sObject, '@_type'));
  return {
    sObject: type?.slice(type.indexOf(':') + 1),
    field: (name) => textOf(child(sObject, name)),
  };
}

function child(parent: unknown, name: string): unknown {
  return isJsonObject(parent) && Object.hasOwn(parent, name) ? parent[name] : undefined;
}

/** One is not put into a list. */
function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** An element that has attributes is an object; what is empty is absent. */
function textOf(value: unknown): string | undefined {
  return visibleTextOf(isJsonObject(value) ? value['#text'] : value);
}

function unreadable(expected: string): MessageRefused {
  return new MessageRefused('MessageUnreadable', `The Outbound Message cannot be read: ${expected}.`);
}
