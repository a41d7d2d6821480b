import type { DealReceiver, ListeningSource } from './deal-receiver';
import { sourcesIn } from './deals-file/deals-file';
import { hubspotReceiver } from './hubspot/receiver';
import { namedFields } from './license-rules';
import { pipedriveReceiver } from './pipedrive/receiver';
import { salesforceReceiver } from './salesforce/receiver';
import type { ReceivingSource, Source } from './source';
import { standardWebhooksReceiver } from './standard-webhooks/receiver';

/**
 * What the server needs of deals.yaml, by the names of its sections: made of the secrets of the webhooks alone. Empty
 * without a file.
 *
 * @param publicUrl the address under which senders reach the server
 * @throws DealsFileError, FieldNameWrong; Node's error when the file cannot be read
 */
export function connectReceivers(
  { dealsFile, publicUrl }: { dealsFile?: string | undefined; publicUrl: string },
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, ListeningSource & { source: Source }> {
  const sources = sourcesIn(dealsFile, env, 'receiving');
  return new Map(sources.map((source) => [source.name, { source, receiver: receiverOf(source, publicUrl) }]));
}

function receiverOf(source: ReceivingSource, publicUrl: string): DealReceiver {
  switch (source.crm) {
    case 'pipedrive':
      return pipedriveReceiver(source);
    case 'standard-webhooks':
      return standardWebhooksReceiver(source, namedFields(source.license));
    case 'salesforce':
      return salesforceReceiver(source);
    case 'hubspot':
      return hubspotReceiver(source, `${publicUrl}/webhooks/${source.name}`);
  }
}
