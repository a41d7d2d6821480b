import { randomBytes, randomUUID } from 'node:crypto';
import { isRecord, type CrmRecord } from './records';
import { addSalesforceApi, SALESFORCE_PATH, troubleOf } from './salesforce-api';
import type { Outgoing, SenderRules } from './sender';
import type { FakeCrm } from './fake-crm';

const MINUTE = 60_000;
const OM_NAMESPACE = 'http://soap.sforce.com/2005/09/outbound';

/**
 * As the SOAP API Developer Guide says of Outbound Messages: 60 s for an answer; taken with 200 and Ack true alone;
 * tried again at gaps that grow to 2 h, for 24 h. The gaps in between are not documented: here they double.
 */
const OUTBOUND_RULES: SenderRules = {
  timeoutMs: MINUTE,
  retryAfterMs: growingGaps(),
  isSuccess: ({ status, body }) =>
    status === 200 && /<(\w+:)?Ack(\s[^>]*)?>\s*true\s*<\/(\w+:)?Ack>/.test(body),
  isRetried: () => true,
};

/** As "Flow retries" says of paths that run asynchronously: a callout waits for 120 s at most. */
const CALLOUT_RULES: SenderRules = {
  timeoutMs: 2 * MINUTE,
  retryAfterMs: [15 * MINUTE, 30 * MINUTE, 60 * MINUTE, 120 * MINUTE],
  isSuccess: ({ status }) => status >= 200 && status < 300,
  isRetried: () => true,
};

/**
 * Salesforce: tokens by client credentials, queries of opportunities, Outbound Messages, and callouts of a Flow.
 *
 * Records go by the object's API name and the id of 15 or 18 characters: `Opportunity`, `Account`, `User`, `Product2`,
 * `OpportunityLineItem` and `OpportunityHistory` (both with their `OpportunityId`; without one of these, an opportunity
 * has been in its stage since `LastModifiedDate`), and `OpportunityStage` beside the usual stages, each with its fields by
 * API name:
 * `{"StageName": "Closed Won", "IsWon": true, "AccountId": "001…", "Serial__c": "…", "LastModifiedDate": "…"}`.
 * What some record of an object was put with is a field of all; more are declared by the record `sobjects` with the
 * object's name as id, `{"fields": ["Serial__c"]}`. Any other is an INVALID_FIELD.
 */
export const salesforce: FakeCrm = {
  name: 'salesforce',
  paths: [SALESFORCE_PATH],
  addApi: addSalesforceApi,
  trouble: troubleOf,
  waitHeader: 'retry-after',
  sender: {
    rules: ({ kind }) => (kind === 'callout' ? CALLOUT_RULES : OUTBOUND_RULES),
    message: messageOf,
  },
};

/**
 * From `{ kind: 'outbound-message' | 'callout', orgId, opportunities: [{ Id, … }], token?, prefix?, body? }`: the token
 * goes as bearer token; the prefix is that of the fields, `sf` without; a callout is of the first opportunity; `body`
 * is sent instead, text as it is.
 */
function messageOf({ kind, token, ...input }: CrmRecord): () => Outgoing {
  if (kind !== 'outbound-message' && kind !== 'callout') {
    throw new Error('kind: outbound-message or callout');
  }
  const body = bodyOf(kind, input);
  const headers = {
    ...(kind === 'callout'
      ? { 'content-type': 'application/json' }
      : { 'content-type': 'text/xml; charset=UTF-8', soapaction: '""' }),
    ...(typeof token === 'string' && { authorization: `Bearer ${token}` }),
  };
  // The same on each attempt, with its notifications' ids.
  return () => ({ headers, body });
}

function bodyOf(
  kind: 'outbound-message' | 'callout',
  { body, orgId, opportunities, prefix }: CrmRecord,
): string {
  if (typeof body === 'string') return body;
  if (body !== undefined) return JSON.stringify(body);
  if (typeof orgId !== 'string') throw new Error('orgId, of 15 or 18 characters');
  if (!Array.isArray(opportunities) || opportunities.length === 0 || !opportunities.every(isRecord)) {
    throw new Error('opportunities: a list of objects with Id and the fields that are sent');
  }
  return kind === 'callout'
    ? calloutOf(orgId, opportunities[0]!)
    : outboundMessageOf(orgId, opportunities, typeof prefix === 'string' ? prefix : 'sf');
}

function calloutOf(orgId: string, { Id }: CrmRecord): string {
  return JSON.stringify({
    event_id: randomUUID(),
    type: 'opportunity.won',
    org_id: orgId,
    opportunity_id: Id,
    occurred_at: new Date().toISOString(),
  });
}

function outboundMessageOf(orgId: string, opportunities: readonly CrmRecord[], prefix: string): string {
  const notifications = opportunities.map((opportunity) => {
    const fields = Object.entries(opportunity).map(
      ([name, value]) => `<${prefix}:${name}>${escaped(String(value))}</${prefix}:${name}>`,
    );
    return (
      `<Notification><Id>${newId('04l')}</Id><sObject xsi:type="${prefix}:Opportunity" ` +
      `xmlns:${prefix}="urn:sobject.enterprise.soap.sforce.com">${fields.join('')}</sObject></Notification>`
    );
  });
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ' +
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
    `<soapenv:Body><notifications xmlns="${OM_NAMESPACE}"><OrganizationId>${escaped(orgId)}</OrganizationId>` +
    `<ActionId>${newId('04k')}</ActionId><SessionId xsi:nil="true"/>` +
    '<EnterpriseUrl>https://acme.my.salesforce.com/services/Soap/c/60.0</EnterpriseUrl>' +
    '<PartnerUrl>https://acme.my.salesforce.com/services/Soap/u/60.0</PartnerUrl>' +
    `${notifications.join('')}</notifications></soapenv:Body></soapenv:Envelope>`
  );
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function newId(prefix: string): string {
  return `${prefix}${randomBytes(6).toString('hex')}AAA`;
}

/** From a minute on, doubled up to 2 h, 24 h in all. */
function growingGaps(): number[] {
  const gaps: number[] = [];
  for (let gap = MINUTE, sum = gap; sum <= 24 * 60 * MINUTE; sum += gap) {
    gaps.push(gap);
    gap = Math.min(2 * gap, 120 * MINUTE);
  }
  return gaps;
}
