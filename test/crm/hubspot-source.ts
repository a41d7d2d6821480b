import type { ReadingHubspot, WebhookSecrets } from '../../crm/source';
import { USUAL } from './usual-source';

type Both = ReadingHubspot & WebhookSecrets;

/** An account of HubSpot as deals.yaml would describe it. */
export function hubspotSource(change: Partial<Both> = {}): Both {
  return {
    ...USUAL,
    name: 'sales',
    crm: 'hubspot',
    account: '62515',
    secrets: ['yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy', 'old-secret-of-the-app'],
    accessToken: 'hubspot-token',
    ...change,
  };
}
