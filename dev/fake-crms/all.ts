import { hubspot } from './hubspot';
import { pipedrive } from './pipedrive';
import { salesforce } from './salesforce';
import type { StandIn } from './fake-crm';
import { standardWebhooks } from './standard-webhooks';

/** The stand-ins of all CRMs. */
export const STAND_INS: readonly StandIn[] = [hubspot, pipedrive, salesforce, standardWebhooks];
