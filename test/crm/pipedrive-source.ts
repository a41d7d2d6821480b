import type { ReadingPipedrive, WebhookSecrets } from '../../crm/source';
import { USUAL } from './usual-source';

type Both = ReadingPipedrive & WebhookSecrets;

/** An account of Pipedrive as deals.yaml would describe it. */
export function pipedriveSource(change: Partial<Both> = {}): Both {
  return {
    ...USUAL,
    name: 'sales',
    crm: 'pipedrive',
    account: '7700001',
    user: 'wonce',
    secrets: ['new-password', 'old-password'],
    apiToken: 'pipedrive-token',
    ...change,
  };
}
