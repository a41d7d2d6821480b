import { longIdOf } from './salesforce-id';
import { dealWorkflowIdOf } from './workflow-ids';

/** The senders of won deals. */
export const CRMS = ['hubspot', 'pipedrive', 'salesforce', 'standard-webhooks'] as const;
export type CrmName = (typeof CRMS)[number];

/** A deal of one account of one CRM. The three ids consist of `A-Z a-z 0-9 . _ -`. */
export interface DealReference {
  crm: CrmName;
  /** The CRM's id of the account: HubSpot's portal id, Pipedrive's company id, Salesforce's organisation id. */
  account: string;
  dealId: string;
}

/** What a deal's ids may consist of: they become part of workflow and request ids, which have 128 characters at most. */
export const DEAL_ID = /^[A-Za-z0-9._-]{1,60}$/;
export const ACCOUNT_ID = /^[A-Za-z0-9._-]{1,40}$/;

/** The deal's id everywhere inside, `hubspot:9001234:31415926535`; the request id of its n-th win is `<deal>:<n>`. */
export function dealKeyOf({ crm, account, dealId }: DealReference): string {
  return `${crm}:${account}:${dealId}`;
}

/** The CRM's id of the deal in its key. */
export function dealIdOf(deal: string): string {
  return deal.split(':').slice(2).join(':');
}

/** Whether a text has the shape of a deal's key. */
export function isDealKey(text: string): boolean {
  const [crm, account = '', dealId = '', ...more] = text.split(':');
  return (
    (CRMS as readonly (string | undefined)[]).includes(crm) &&
    ACCOUNT_ID.test(account) &&
    DEAL_ID.test(dealId) &&
    more.length === 0
  );
}

/**
 * The one key of the deal that is meant: Salesforce's ids may be written with 15 characters, too, and a deal with two keys
 * would be bought twice.
 *
 * @returns undefined when no deal can have that key
 */
export function dealKeyIn(text: string): string | undefined {
  if (!isDealKey(text)) return undefined;
  const [crm, account = '', dealId = ''] = text.split(':');
  if (crm !== 'salesforce') return text;
  const [organisation, opportunity] = [longIdOf(account), longIdOf(dealId)];
  if (organisation === undefined || opportunity === undefined) return undefined;
  return dealKeyOf({ crm, account: organisation, dealId: opportunity });
}

/** The request id of a win of a deal; wins count from 1. */
export function dealRequestIdOf(deal: string, winNumber: number): string {
  return `${deal}:${winNumber}`;
}

/**
 * Whether a request id is one of those that deals' purchases have, or begins like them: whoever took one from outside
 * would keep the deal from being bought.
 */
export function isDealRequestId(requestId: string): boolean {
  return CRMS.some((crm) => requestId.startsWith(`${crm}:`));
}

/** The deal's key in the request id of one of its purchases; undefined when it is none. */
export function dealOfRequest(requestId: string): string | undefined {
  const deal = requestId.replace(/:[1-9]\d*$/, '');
  return deal !== requestId && isDealKey(deal) ? deal : undefined;
}

/** Whether a purchase was begun by the run of its deal. @param startedBy the workflow id of the run that started it */
export function isStartedByDeal(requestId: string, startedBy: string | undefined): boolean {
  const deal = dealOfRequest(requestId);
  return deal !== undefined && startedBy === dealWorkflowIdOf(deal);
}
