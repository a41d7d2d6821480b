import { BasicApi } from '@hubspot/api-client/lib/codegen/crm/objects';
import { DEADLINE_MS } from '../deal-reader';
import type { ReadingHubspot } from '../source';
import { HubspotApi } from './api';

/** Scopes of HubSpot that the reader needs, each with a read that asks for it. */
const OBJECTS = ['deals', 'line_items', 'companies'] as const;

/** An id that is asked for to see whether it may be: whether there is such a record does not matter. */
const ANY_ID = '1';

/** Each right that reading deals needs, with a cheap read that fails without it. */
export function hubspotRights(source: ReadingHubspot): { right: string; use: () => Promise<unknown> }[] {
  const api = new HubspotApi(source, DEADLINE_MS);
  return OBJECTS.map((object) => ({
    right: `crm.objects.${object}.read`,
    use: () =>
      api.one(`${object}/{id}`, (configuration) =>
        new BasicApi(configuration).getById(object, ANY_ID, ['hs_object_id']),
      ),
  }));
}
