import type { PipedriveSource } from '../../crm/source';
import { USUAL } from './usual-source';

/** An account of Pipedrive as deals.yaml would describe it. */
export function pipedriveSource(change: Partial<PipedriveSource> = {}): PipedriveSource {
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
