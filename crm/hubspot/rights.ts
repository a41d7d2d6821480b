import { BasicApi, BatchApi } from '@hubspot/api-client/lib/codegen/crm/objects';
import { DEADLINE_MS } from '../deal-reader';
import type { NamedFields } from '../license-rules';
import type { ReadingHubspot } from '../source';
import { HubspotApi } from './api';

/** An id that is asked for to see whether it may be: whether there is such a record does not matter. */
const ANY_ID = '1';

/** Each scope that the reader needs, with one of its reads that fails without it. */
export function hubspotRights(
  source: ReadingHubspot,
  fields: NamedFields,
): { right: string; use: () => Promise<unknown> }[] {
  const api = new HubspotApi(source, DEADLINE_MS);
  const one = (object: 'deals' | 'companies') => () =>
    api.one(`${object}/{id}`, (configuration) =>
      new BasicApi(configuration).getById(object, ANY_ID, ['hs_object_id']),
    );
  const lineItems = () =>
    api.page('line_items/batch/read', (configuration) =>
      new BatchApi(configuration).read('line_items', {
        inputs: [{ id: ANY_ID }],
        properties: ['hs_sku'],
        propertiesWithHistory: [],
      }),
    );
  return [
    { right: 'crm.objects.deals.read', use: one('deals') },
    { right: 'crm.objects.line_items.read', use: lineItems },
    // Read only where deals.yaml names a field of it.
    ...(fields.company.length > 0 ? [{ right: 'crm.objects.companies.read', use: one('companies') }] : []),
  ];
}
