import type { CrmName } from '../domain/deal-ids';
import type { LicenseRules } from './license-rules';

/** What all sources have. */
interface SourceBase {
  /** The section's name in deals.yaml: the source in POST /webhooks/{source}. */
  name: string;
  crm: CrmName;
  account: string;
  /** Deals won before are not bought unasked. */
  since: Date;
  /** What to do with a deal that is won again after it was bought. */
  wonAgain: 'ask' | 'buy' | 'ignore';
  license: LicenseRules;
}

/** How often a CRM is asked for won deals, and how far back beyond the last time, in ms. */
export interface SweepRule {
  everyMs: number;
  overlapMs: number;
}

/** What sources have that can be asked. */
interface AskedSource extends SourceBase {
  /** Base address of the API; of Salesforce the organisation's own, https://acme.my.salesforce.com. */
  api: string;
  sweep: SweepRule;
}

export interface HubspotSource extends AskedSource {
  crm: 'hubspot';
  /** Stage ids that are won ones; absent: every change of stage is looked at. */
  wonStages?: readonly string[];
}

export interface PipedriveSource extends AskedSource {
  crm: 'pipedrive';
  /** User name of HTTP Basic; the secrets are its passwords. */
  user: string;
}

export interface SalesforceSource extends AskedSource {
  crm: 'salesforce';
}

export interface StandardWebhooksSource extends SourceBase {
  crm: 'standard-webhooks';
}

/** A section of deals.yaml, checked, without the secrets that it names. */
export type Source = HubspotSource | PipedriveSource | SalesforceSource | StandardWebhooksSource;

/** What messages are authenticated with. Never logged. */
export interface WebhookSecrets {
  /** Newest first; more than one while one is being changed. */
  secrets: readonly string[];
}

/** A section with what the server needs of its secrets, and no more. */
export type ReceivingSource = Source & WebhookSecrets;

export type ReadingHubspot = HubspotSource & { accessToken: string };
export type ReadingPipedrive = PipedriveSource & { apiToken: string };
export type ReadingSalesforce = SalesforceSource & { clientId: string; clientSecret: string };

/** A section with what the worker needs of its secrets, and no more. */
export type ReadingSource = ReadingHubspot | ReadingPipedrive | ReadingSalesforce | StandardWebhooksSource;
