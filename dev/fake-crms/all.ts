import { hubspot } from './hubspot';
import { pipedrive } from './pipedrive';
import { salesforce } from './salesforce';
import type { FakeCrm } from './fake-crm';
import { standardWebhooks } from './standard-webhooks';

/** The fakes of all CRMs. */
export const FAKE_CRMS: readonly FakeCrm[] = [hubspot, pipedrive, salesforce, standardWebhooks];
