import type { ReadingSalesforce, WebhookSecrets } from '../../crm/source';
import { USUAL } from './usual-source';

type Both = ReadingSalesforce & WebhookSecrets;

/** An organisation of Salesforce as deals.yaml would describe it. */
export function salesforceSource(change: Partial<Both> = {}): Both {
  return {
    ...USUAL,
    name: 'emea',
    crm: 'salesforce',
    account: '00DAA0000001abc2AA',
    secrets: ['new-secret', 'old-secret'],
    clientId: 'salesforce-client',
    clientSecret: 'salesforce-secret',
    ...change,
  };
}
