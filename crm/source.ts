import type { OURSELVES } from '../domain/deal';
import type { CrmName } from '../domain/deal-ids';

/** Where a fact of the licence stands in a deal: a field of the deal or of its company, or always the same. */
export type FactSource =
  | { from: 'deal' | 'company'; field: string; default?: string; required?: boolean }
  | { from: 'rule'; value: string };

/** What a SKU among the deal's line items stands for. */
export interface ServiceBySku {
  service: string;
  /** The line item's quantity is the service's; without, the service is bought once. */
  byQuantity: boolean;
}

/** How a deal of a source becomes a purchase request. */
export interface LicenceRules {
  /** There: the licence is for that PBX. Not there: a new licence, for `partner`. */
  serialNumber?: FactSource;
  /** For a new licence: the user it is for, by exactly one of the three, or the word for oneself. */
  partner?: { by: 'partnerId' | 'email' | 'company'; fact: FactSource } | typeof OURSELVES;
  /** From the one line item whose SKU is listed (SKU to plan), or from a fact. */
  plan: { skus: Readonly<Record<string, string>> } | { fact: FactSource };
  /** Absent: the quantity of the plan's line item. */
  extensions?: FactSource;
  services?: { skus: Readonly<Record<string, ServiceBySku>> } | { names: readonly string[] };
  years: FactSource;
  billingContact?: { by: 'billingContactId' | 'email' | 'company'; fact: FactSource };
  poNumber?: FactSource;
}

/** What all sources have. */
interface SourceBase {
  /** The section's name in deals.yaml: the source in POST /webhooks/{source}. */
  name: string;
  crm: CrmName;
  account: string;
  /** Their values, newest first; more than one while one is being changed. Never logged. */
  secrets: readonly string[];
  /** Deals won before are not bought unasked. */
  since: Date;
  /** What to do with a deal that is won again after it was bought. */
  wonAgain: 'ask' | 'buy' | 'ignore';
  licence: LicenceRules;
}

/** How often a CRM is asked for won deals, and how far back beyond the last time, in ms. */
export interface SweepRule {
  everyMs: number;
  overlapMs: number;
}

export interface HubspotSource extends SourceBase {
  crm: 'hubspot';
  accessToken: string;
  /** Stage ids that are won ones; absent: every change of stage is looked at. */
  wonStages?: readonly string[];
  /** Base address of the API. */
  api: string;
  sweep: SweepRule;
}

export interface PipedriveSource extends SourceBase {
  crm: 'pipedrive';
  /** User name of HTTP Basic; the secrets are its passwords. */
  user: string;
  apiToken: string;
  api: string;
  sweep: SweepRule;
}

export interface SalesforceSource extends SourceBase {
  crm: 'salesforce';
  /** The organisation's own address, https://acme.my.salesforce.com. */
  api: string;
  clientId: string;
  clientSecret: string;
  sweep: SweepRule;
}

export interface StandardWebhooksSource extends SourceBase {
  crm: 'standard-webhooks';
}

/** A section of deals.yaml, checked, with the secrets it names. */
export type Source = HubspotSource | PipedriveSource | SalesforceSource | StandardWebhooksSource;

/** The fields that a source's rules name: what is read of a deal, and nothing else. */
export interface NamedFields {
  deal: readonly string[];
  company: readonly string[];
}
